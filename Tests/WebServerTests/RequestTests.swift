#if Serve

  import Dispatch
  import Testing

  @testable import WebServer

  struct RequestTests {
    @Test func reachesTheHandler() throws {
      let seen = Waiting()
      let served = try Served { request, reply in
        seen.add(request) { _ in }
        reply(.text("hello"))
      }
      let client = try served.client()
      client.get("/a%20b?q=x+y&q=2", fields: "Accept: a\r\nIf-None-Match: \"1\"\r\naccept: b\r\n")
      let response = try client.response()
      #expect(response.status == 200)
      #expect(response.text == "hello\n")
      let request = try #require(seen.takeFirst()).request
      #expect(!request.isHead)
      #expect(request.path == "/a b")
      #expect(request.query.map(\.value) == ["x y", "2"])
      #expect(request.value("q") == "x y")
      #expect(request.accept == "a, b")
      #expect(request.ifNoneMatch == "\"1\"")
    }

    @Test func everyAnswerHasTheseFields() throws {
      let served = try Served { request, reply in
        reply(
          WebResponse(
            contentType: "text/html",
            headers: request.path == "/own"
              ? [
                ("Cache-Control", "max-age=60"), ("ETag", "\"1\""), ("content-length", "7"), ("Connection", "upgrade"),
                ("x-frame-options", "ALLOWALL"),
              ] : [], body: Array("<p>".utf8)))
      }
      let client = try served.client()
      for path in ["/", "/own"] {
        client.get(path)
        let response = try client.response()
        #expect(response.text == "<p>")
        let expected = [
          "content-type": "text/html", "content-length": "3", "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer", "cross-origin-resource-policy": "same-origin",
          "cross-origin-opener-policy": "same-origin", "x-frame-options": "DENY",
          "content-security-policy":
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
          "cache-control": path == "/own" ? "max-age=60" : "no-store",
        ]
        for (name, value) in expected { #expect(response.values(name) == [value]) }
        #expect(response["etag"] == (path == "/own" ? "\"1\"" : nil))
        #expect(response["connection"] == nil)
      }
    }

    @Test func headHasTheSameFieldsAndNoBody() throws {
      let served = try Served()
      let client = try served.client()
      client.get("/abc")
      let full = try client.response()
      client.send("HEAD /abc HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let bare = try client.response(hasBody: false)
      #expect(bare.status == 200)
      #expect(bare.fields.map(\.name) == full.fields.map(\.name))
      #expect(bare.fields.map(\.value) == full.fields.map(\.value))
      client.get("/next")
      #expect(try client.response().text == "/next\n")
    }

    @Test(arguments: [204, 304]) func answersWithoutBody(status: Int) throws {
      let served = try Served { $1(WebResponse(status: status, contentType: "text/plain", body: [1, 2, 3])) }
      let client = try served.client()
      for _ in 0..<2 {
        client.get("/")
        let response = try client.response()
        #expect(response.status == status)
        #expect(response["content-length"] == nil)
      }
    }

    @Test func faultsOfTheHandler() throws {
      let served = try Served { request, reply in
        switch request.path {
        case "/field": reply(WebResponse(contentType: "text/plain", headers: [("X", "a\r\nSet-Cookie: b")]))
        case "/name": reply(WebResponse(contentType: "text/plain", headers: [("X:", "a")]))
        case "/type": reply(WebResponse(contentType: "text/plain\n"))
        case "/status": reply(WebResponse(status: 101, contentType: "text/plain"))
        default: break
        }
      }
      let client = try served.client()
      for (count, path) in ["/field", "/name", "/type", "/status", "/never"].enumerated() {
        client.get(path)
        let response = try client.response()
        #expect(response.status == 500)
        #expect(response["set-cookie"] == nil)
        #expect(served.server.counts.faults == count + 1)
      }
    }

    @Test func onlyTheFirstReplyCounts() throws {
      let served = try Served { request, reply in
        reply(.text("first"))
        reply(.text("second"))
      }
      let client = try served.client()
      for _ in 0..<3 {
        client.get("/")
        #expect(try client.response().text == "first\n")
      }
    }

    @Test func pipelinedRequestsAreAnsweredOneAfterTheOther() throws {
      let waiting = Waiting()
      let served = try Served { request, reply in
        waiting.add(request, reply)
        #expect(waiting.count == 1)
        DispatchQueue.global().async { waiting.takeFirst()?.reply(.text(request.path)) }
      }
      let client = try served.client()
      for number in 0..<60 { client.get("/\(number)") }
      for number in 0..<60 { #expect(try client.response().text == "/\(number)\n") }
    }

    @Test func readsNothingWhileAnAnswerIsUnderWay() throws {
      let waiting = Waiting()
      let served = try Served(options: options { $0.requestsPerConnection = 1_000_000 }) { waiting.add($0, $1) }
      let client = try served.client()
      let request = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let flood = Array(String(repeating: request, count: 64 * 1_024 * 1_024 / request.utf8.count).utf8)
      #expect(client.sendUntilStuck(flood, milliseconds: 300) < flood.count)
      #expect(waiting.count == 1)
      for _ in 0..<20 {
        #expect(eventually { waiting.count == 1 })
        waiting.takeFirst()?.reply(.text("ok"))
        #expect(try client.response().text == "ok\n")
      }
    }

    @Test func closesWhenAsked() throws {
      let served = try Served()
      for request in [
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
      ] { #expect(try served.refusal(of: request).status == 200) }
    }

    @Test func closesAfterSoManyRequests() throws {
      let served = try Served(options: options { $0.requestsPerConnection = 3 })
      let client = try served.client()
      // The client may have sent more than will be answered, and still gets all answers.
      for number in 0..<200 { client.get("/\(number)") }
      for number in 0..<3 {
        let response = try client.response()
        #expect(response.text == "/\(number)\n")
        #expect(response["connection"] == (number == 2 ? "close" : nil))
      }
      #expect(try client.readToEnd() == [])
    }

    @Test func answersClientsThatHaveEndedTheirSide() throws {
      let waiting = Waiting()
      let served = try Served { waiting.add($0, $1) }
      let client = try served.client()
      client.get("/1")
      client.get("/2")
      client.endSending()
      for number in 1...2 {
        #expect(eventually { waiting.count == 1 })
        waiting.takeFirst()?.reply(.text("\(number)"))
        #expect(try client.response().text == "\(number)\n")
      }
      #expect(try client.readToEnd() == [])
    }

    @Test func largeAnswersArriveWhole() throws {
      let body = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
      let served = try Served { $1(WebResponse(contentType: "application/octet-stream", body: body)) }
      let client = try served.client()
      for _ in 0..<2 {
        client.get("/")
        #expect(try client.response().body == body)
      }
    }

    @Test func ipv6() throws {
      guard let served = try? Served(.tcp(host: "::1", port: 0)) else { return }
      let client = try Client(port: served.port, ipv6: true)
      client.get("/", host: "[::1]:\(served.port)")
      #expect(try client.response().status == 200)
    }
  }

#endif
