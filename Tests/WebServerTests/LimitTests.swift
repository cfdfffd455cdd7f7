#if Serve

  import Glibc
  import Testing

  @testable import WebServer

  struct LimitTests {
    @Test func largestHead() throws {
      let served = try Served()
      let start = "GET / HTTP/1.1\r\nHost: localhost\r\nX: "
      let room = 16_384 - start.utf8.count - 4
      let client = try served.client()
      client.send(start + String(repeating: "x", count: room) + "\r\n\r\n")
      #expect(try client.response().status == 200)
      #expect(
        try served.refusal(of: start + String(repeating: "x", count: room + 1) + "\r\n\r\n").status == 431)
    }

    @Test(arguments: [1, 100_000]) func megabytesOfHead(fields: Int) throws {
      let served = try Served()
      let field = "X: " + String(repeating: "x", count: 1_000_000 / fields) + "\r\n"
      let request = "GET / HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: field, count: fields) + "\r\n"
      #expect(try served.refusal(of: request).status == 431)
      #expect(served.server.counts.refusals == [.headTooLarge: 1])
    }

    /// The parser has a limit of its own, of 256 fields.
    @Test func manyFields() throws {
      let served = try Served()
      let client = try served.client()
      client.get("/", fields: String(repeating: "X: y\r\n", count: 200))
      #expect(try client.response().status == 200)
      let tooMany = "GET / HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: "X: y\r\n", count: 1_000) + "\r\n"
      #expect(400...499 ~= (try served.refusal(of: tooMany).status))
    }

    @Test func silentClientsAreLetGo() throws {
      let served = try Served(options: options { $0.headTime = 100 })
      let client = try served.client()
      #expect(try client.response().status == 408)
      #expect(try client.readToEnd() == [])
      #expect(served.server.counts.refusals == [.headTooSlow: 1])
    }

    /// However often a byte comes, the time for all of them passes.
    @Test(arguments: [false, true]) func slowHeads(isSecondRequest: Bool) throws {
      let served = try Served(options: options { $0.headTime = 1_000 })
      let client = try served.client()
      if isSecondRequest {
        client.get("/")
        #expect(try client.response().status == 200)
      }
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
      var bytes = 0
      while !client.wait(for: POLLIN, milliseconds: 20), bytes < 5_000 {
        client.send("x")
        bytes += 1
      }
      #expect(bytes < 5_000)
      #expect(try client.response().status == 408)
      #expect(try client.readToEnd() == [])
    }

    @Test func idleConnectionsAreClosed() throws {
      let served = try Served(options: options { $0.idleTime = 100 })
      let client = try served.client()
      client.get("/")
      #expect(try client.response().status == 200)
      #expect(try client.readToEnd() == [])
      #expect(served.server.counts.refusals == [:])
      #expect(eventually { served.server.counts.openConnections == 0 })
    }

    @Test func clientsThatDoNotReadAreClosed() throws {
      let body = [UInt8](repeating: 120, count: 32_000_000)
      let served = try Served(options: options { $0.writeTime = 200 }) {
        $1(WebResponse(contentType: "text/plain", body: body))
      }
      let client = try served.client()
      client.get("/")
      #expect(eventually { served.server.counts.stalledAnswers == 1 })
      #expect(eventually { served.server.counts.openConnections == 0 })
      #expect(try client.readToEnd().count < body.count)
    }

    /// After the last answer the server waits for the client to close, but not for ever.
    @Test func clientsThatDoNotCloseAreClosed() throws {
      let served = try Served(options: options { $0.lingerTime = 100 })
      let client = try served.client()
      client.get("/", fields: "Connection: close\r\n")
      #expect(try client.response().status == 200)
      #expect(eventually { served.server.counts.openConnections == 0 })
    }

    @Test func connections() throws {
      let served = try Served(options: options { $0.connections = 3 })
      var clients: [Client] = []
      for _ in 0..<3 {
        let client = try served.client()
        client.get("/")
        #expect(try client.response().status == 200)
        clients.append(client)
      }
      for _ in 0..<2 { #expect(try served.client().readToEnd() == []) }
      #expect(eventually { served.server.counts.refusedConnections == 2 })
      #expect(served.server.counts.openConnections == 3)
      #expect(served.server.counts.acceptedConnections == 3)
      clients[0].get("/still")
      #expect(try clients[0].response().text == "/still\n")
      clients[1].close()
      #expect(eventually { served.server.counts.openConnections == 2 })
      let next = try served.client()
      next.get("/next")
      #expect(try next.response().text == "/next\n")
    }

    @Test func aThousandConnections() throws {
      var limit = rlimit()
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, 4_096))
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      try #require(limit.rlim_cur >= 2_048)
      let served = try Served()
      var clients: [Client] = []
      for _ in 0..<1_000 { clients.append(try served.client()) }
      #expect(
        eventually {
          let counts = served.server.counts
          return counts.acceptedConnections + counts.refusedConnections == 1_000
        })
      #expect(served.server.counts.acceptedConnections >= 256)
      #expect(served.server.counts.openConnections <= 256)
      clients = []
      #expect(eventually { served.server.counts.openConnections == 0 })
      let client = try served.client()
      client.get("/next")
      #expect(try client.response().text == "/next\n")
    }
  }

#endif
