#if Serve

  import Dispatch
  import Testing

  @testable import WebServer

  struct StopTests {
    @Test func endsStreamsAndIdleConnections() throws {
      let served = try Served { request, reply in reply(request.path == "/events" ? .stream() : .text("ok")) }
      let stream = try served.client()
      stream.get("/events")
      #expect(try stream.response().status == 200)
      let idle = try served.client()
      idle.get("/")
      #expect(try idle.response().status == 200)
      let silent = try served.client()
      #expect(eventually { served.server.counts.openConnections == 3 })
      served.server.stop()
      for client in [stream, idle, silent] { #expect(try client.readToEnd() == []) }
      #expect(served.server.streamCount == 0)
      #expect(served.server.counts.openConnections == 0)
      #expect(throws: Client.Trouble.self) { try served.client() }
      served.server.broadcast(WebEvent(data: "late"))
    }

    @Test func letsAnswersEnd() throws {
      let waiting = Waiting()
      let served = try Served(options: options { $0.stopTime = 60_000 }) { waiting.add($0, $1) }
      let client = try served.client()
      client.get("/")
      #expect(eventually { waiting.count == 1 })
      let server = served.server
      let stopping = DispatchWorkItem { server.stop() }
      DispatchQueue.global().async(execute: stopping)
      // It has begun once nobody can connect.
      let port = served.port
      #expect(eventually { (try? Client(port: port)) == nil })
      waiting.takeFirst()?.reply(.text("late"))
      let response = try client.response()
      #expect(response.text == "late\n")
      #expect(response["connection"] == "close")
      #expect(try client.readToEnd() == [])
      stopping.wait()
      withExtendedLifetime(served) {}
    }

    @Test func doesNotWaitForEver() throws {
      let waiting = Waiting()
      let served = try Served(options: options { $0.stopTime = 100 }) { waiting.add($0, $1) }
      let client = try served.client()
      client.get("/")
      #expect(eventually { waiting.count == 1 })
      served.server.stop()
      #expect(try client.readToEnd() == [])
      // Too late, and no harm.
      waiting.takeFirst()?.reply(.text("late"))
    }

    @Test func withTheLastReference() throws {
      var server: WebServer? = try WebServer(
        [.tcp(host: "127.0.0.1", port: 0)], handler: Served.Handler { $1(.text($0.path)) })
      let port = try #require(server?.boundAddresses[0].split(separator: ":").last.flatMap { Int($0) })
      let client = try Client(port: port)
      client.get("/")
      #expect(try client.response().status == 200)
      server = nil
      #expect(try client.readToEnd() == [])
    }
  }

#endif
