#if Serve

  import Testing

  @testable import WebServer

  struct RefusalTests {
    private static let start = "GET / HTTP/1.1\r\nHost: localhost\r\n"

    @Test(arguments: [
      // Bodies, and whatever could be taken for one.
      (start + "Content-Length: 5\r\n\r\nhello", WebRefusal.body),
      (start + "Content-Length: 00\r\n\r\n", .body),
      (start + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", .body),
      (start + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello", .body),
      (start + "Content-Length: 0, 0\r\n\r\n", .body),
      (start + "Content-Length: +5\r\n\r\n", .body),
      (start + "Content-Length: -1\r\n\r\n", .body),
      (start + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .body),
      (start + "Transfer-Encoding: identity\r\n\r\n", .body),
      (start + "Transfer-Encoding: \u{b}chunked\r\n\r\n", .malformed),
      (start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .malformed),
      (start + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n", .body),
      // Heads that can be read in two ways.
      (start + "Transfer-Encoding : chunked\r\n\r\n", .malformed),
      (start + "X: a\r\n b: c\r\n\r\n", .malformed),
      (start + "X: a\nContent-Length: 5\r\n\r\nhello", .malformed),
      (start + "X: a\rContent-Length: 5\r\n\r\nhello", .malformed),
      ("GET / HTTP/1.1\nHost: localhost\n\n", .malformed),
      ("GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", .malformed),
      ("\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n", .malformed),
      ("\u{16}\u{3}\u{1}\u{2}\u{0}", .malformed),
      ("GET /\r\n\r\n", .malformed),
      ("GET / HTTQ/1.1\r\nHost: localhost\r\n\r\n", .malformed),
      ("GET / HTTP/1.1x\r\nHost: localhost\r\n\r\n", .version),
      ("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", .version),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .malformed),
      ("GET / HTTP/0.9\r\nHost: localhost\r\n\r\n", .version),
      ("GET / HTTP/1.2\r\nHost: localhost\r\n\r\n", .version),
      // Methods.
      ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", .method),
      ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", .method),
      ("DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n", .method),
      ("OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n", .method),
      ("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", .method),
      ("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", .method),
      ("NONSENSE / HTTP/1.1\r\nHost: localhost\r\n\r\n", .method),
      ("get / HTTP/1.1\r\nHost: localhost\r\n\r\n", .method),
      // Targets.
      ("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      ("GET //evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      ("GET localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      ("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      ("GET /../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      ("GET /%2e%2e/etc HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      ("GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", .target),
      // Hosts.
      ("GET / HTTP/1.1\r\n\r\n", .host),
      ("GET / HTTP/1.0\r\n\r\n", .host),
      ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .host),
      ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", .host),
      ("GET / HTTP/1.1\r\nHost: localhost\r\nhOST: evil.example\r\n\r\n", .host),
      ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", .host),
      ("GET / HTTP/1.1\r\nHost: localhost:1\r\n\r\n", .host),
    ])
    func refused(request: String, refusal: WebRefusal) throws {
      let served = try Served { _, reply in
        Issue.record("the handler was asked")
        reply(.text("?"))
      }
      let response = try served.refusal(of: request)
      #expect(response.status == refusal.status)
      #expect(response.text == refusal.sentence + "\n")
      #expect(response["content-type"] == "text/plain; charset=utf-8")
      #expect(response["x-content-type-options"] == "nosniff")
      #expect(response["allow"] == (refusal == .method ? "GET, HEAD" : nil))
      #expect(served.server.counts.refusals == [refusal: 1])
    }

    @Test func headGetsNoBodyEither() throws {
      let served = try Served()
      #expect(try served.refusal(of: "HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 421)
    }

    /// What stands after a request with a body must never be answered: it would be the answer to a smuggled request.
    @Test func nothingIsAnsweredAfterARefusal() throws {
      let served = try Served()
      let smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
      for request in [
        RefusalTests.start + "Content-Length: \(smuggled.utf8.count)\r\n\r\n", RefusalTests.start + "X : a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      ] { _ = try served.refusal(of: request + smuggled) }
      #expect(served.server.counts.requests <= 4)
    }

    @Test func requestsBeforeARefusalAreAnswered() throws {
      let served = try Served()
      let client = try served.client()
      client.get("/1")
      client.send("GET /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\nGET /3 HTTP/1.1\nHost: localhost\n\n")
      #expect(try client.response().text == "/1\n")
      #expect(try client.response().text == "/2\n")
      #expect(try client.response().status == 400)
      #expect(try client.readToEnd() == [])
    }

    @Test func hosts() throws {
      let served = try Served(hosts: ["Logs.example"])
      let client = try served.client()
      for host in ["localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "[::1]", "logs.example"] {
        for port in ["", ":\(served.port)"] {
          client.get("/", host: host + port)
          #expect(try client.response().status == 200)
        }
        let other = served.port == 65_535 ? 1 : served.port + 1
        #expect(try served.refusal(of: "GET / HTTP/1.1\r\nHost: \(host):\(other)\r\n\r\n").status == 421)
      }
    }
  }

#endif
