#if Serve

  import Dispatch
  import Testing

  @testable import WebServer

  struct StreamTests {
    private func served(_ change: (inout WebOptions) -> Void = { _ in }) throws -> Served {
      try Served(options: options(change)) { request, reply in
        reply(request.path == "/opening" ? .stream(opening: [WebEvent(data: "hello")]) : .stream())
      }
    }

    private func stream(_ served: Served, _ path: String = "/events", receiveBuffer: Int32? = nil) throws -> Client {
      let client = try served.client(receiveBuffer: receiveBuffer)
      client.get(path)
      let response = try client.response()
      #expect(response.status == 200)
      #expect(response["content-type"] == "text/event-stream")
      #expect(response["content-length"] == nil)
      #expect(response["connection"] == "close")
      #expect(response["cache-control"] == "no-store")
      #expect(response["x-frame-options"] == "DENY")
      return client
    }

    @Test func broadcastReachesAll() throws {
      let served = try served()
      served.server.broadcast(WebEvent(data: "nobody sees this"))
      let clients = try (0..<3).map { _ in try stream(served) }
      #expect(served.server.streamCount == 3)
      for number in 0..<100 { served.server.broadcast(WebEvent(name: "n", data: "a\n\(number)", id: "\(number)")) }
      for client in clients {
        for number in 0..<100 {
          #expect(try client.read(upTo: "\n\n") == "id: \(number)\nevent: n\ndata: a\ndata: \(number)\n\n")
        }
      }
      clients[0].close()
      #expect(eventually { served.server.streamCount == 2 })
      served.server.broadcast(WebEvent(data: "still"))
      #expect(try clients[1].read(upTo: "\n\n") == "data: still\n\n")
    }

    @Test func opening() throws {
      let served = try served()
      let client = try stream(served, "/opening")
      #expect(try client.read(upTo: "\n\n") == "data: hello\n\n")
      served.server.broadcast(WebEvent(data: "next"))
      #expect(try client.read(upTo: "\n\n") == "data: next\n\n")
    }

    @Test func signsOfLife() throws {
      let served = try served { $0.heartbeatTime = 50 }
      let client = try stream(served)
      for _ in 0..<3 { #expect(try client.read(upTo: "\n\n") == ": \n\n") }
      client.close()
      #expect(eventually { served.server.streamCount == 0 })
      #expect(try stream(served).read(upTo: "\n\n") == ": \n\n")
    }

    @Test func headOnAStream() throws {
      let served = try served()
      let client = try served.client()
      client.send("HEAD /opening HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(try client.response(hasBody: false)["content-type"] == "text/event-stream")
      #expect(try client.readToEnd() == [])
      #expect(served.server.streamCount == 0)
    }

    @Test func tooMany() throws {
      let served = try served { $0.streams = 2 }
      let first = try stream(served)
      let second = try stream(served)
      let response = try served.refusal(of: "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(response.status == 503)
      #expect(response["retry-after"] == "10")
      #expect(served.server.counts.refusals == [.tooManyStreams: 1])
      first.close()
      #expect(eventually { served.server.streamCount == 1 })
      let third = try stream(served)
      served.server.broadcast(WebEvent(data: "a"))
      for client in [second, third] { #expect(try client.read(upTo: "\n\n") == "data: a\n\n") }
    }

    /// A client that does not read is let go, and others notice nothing.
    @Test func slowClients() throws {
      let served = try served()
      let slow = try stream(served, receiveBuffer: 4_096)
      let quick = try stream(served)
      let event = WebEvent(data: String(repeating: "x", count: 65_536))
      var sent = 0
      while served.server.streamCount == 2, sent < 2_000 {
        served.server.broadcast(event)
        #expect(try quick.read(upTo: "\n\n").utf8.count == 65_536 + 8)
        sent += 1
      }
      #expect(served.server.streamCount == 1)
      #expect(served.server.counts.slowStreams == 1)
      served.server.broadcast(WebEvent(data: "next"))
      #expect(try quick.read(upTo: "\n\n") == "data: next\n\n")
      #expect(try slow.readToEnd().count < sent * 65_536)
    }

    /// Also if there are no further events.
    @Test func clientsThatStopReading() throws {
      let served = try served { $0.writeTime = 200 }
      let client = try stream(served, receiveBuffer: 4_096)
      served.server.broadcast(WebEvent(data: String(repeating: "x", count: 32_000_000)))
      #expect(eventually { served.server.counts.slowStreams == 1 })
      #expect(eventually { served.server.streamCount == 0 })
      withExtendedLifetime(client) {}
    }

    @Test func aClientThatOnlyEndsItsSideLeaves() throws {
      let served = try served()
      let client = try stream(served)
      client.endSending()
      #expect(try client.readToEnd() == [])
      #expect(eventually { served.server.streamCount == 0 })
    }

    @Test func broadcastFromManyThreads() throws {
      let served = try served()
      let client = try stream(served)
      let server = served.server
      DispatchQueue.concurrentPerform(iterations: 4) { task in
        for number in 0..<50 { server.broadcast(WebEvent(data: "\(task) \(number)")) }
      }
      var next = [0, 0, 0, 0]
      for _ in 0..<200 {
        let words = try client.read(upTo: "\n\n").split { $0 == " " || $0 == "\n" }
        let task = try #require(Int(words[1]))
        #expect(words[2] == "\(next[task])")
        next[task] += 1
      }
      withExtendedLifetime(served) {}
    }
  }

#endif
