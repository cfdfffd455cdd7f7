#if Serve

  import Glibc
  import TestKit
  import Testing

  /// `skein serve` as a process: what it counts over restarts, what it answers, what it refuses.
  struct ServeCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var socket: String { folder.path("s") }

    private func lines(_ range: Range<Int>, version: String = "v1") -> String {
      range.map { number in
        let seconds = number / 10
        let time =
          "2026-11-23 \(two(6 + seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)),\(number % 10)00"
        let status = number % 10 == 0 ? 500 : 200
        return "\(time) INFO [api.access] [r\(number)] request finished method=GET path=/a status=\(status) "
          + "duration_ms=\(number % 100).5 version=\(version)\n"
      }.joined()
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func append(_ text: String, to name: String = "app.log") {
      let file = unsafe open(folder.path(name), O_WRONLY | O_CREAT | O_APPEND, 0o644)
      unsafe _ = write(file, text, text.utf8.count)
      close(file)
    }

    private func serve(_ arguments: [String] = []) throws -> Command.Running {
      try Command.start(
        ["serve", "--listen", "unix:" + socket, "--from", "start", "--version-field", "version"] + arguments
          + [folder.path("app.log")])
    }

    private func ask(_ target: String, accept: String = "*/*") -> (status: Int, body: String)? {
      Asking.get(target, accept: accept, from: socket)
    }

    /// Asks again until the answer is as it should be; a minute at most, on a machine however slow.
    private func wait(_ target: String, until holds: (String) -> Bool) -> String {
      var last = ""
      for _ in 0..<1_200 {
        if let answer = ask(target) {
          last = answer.body
          if holds(last) { return last }
        }
        usleep(50_000)
      }
      Issue.record("\(target) never was as it should be: \(last.prefix(2_000))")
      return last
    }

    private func requests(_ metrics: String) -> Int {
      metrics.split(separator: "\n").filter { $0.hasPrefix("skein_requests_total{") }
        .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }

    @Test func itCountsOnOverARotationAndTwoKills() throws {
      let checkpoint = ["--checkpoint", folder.path("state")]
      append(lines(0..<400))
      var running = try serve(checkpoint)
      var metrics = wait("/metrics") { requests($0) > 300 }
      let first = requests(metrics)
      // Killed while it knows more than its checkpoint.
      append(lines(400..<500))
      _ = wait("/metrics") { requests($0) > 400 }
      running.kill(SIGKILL)
      _ = try running.finish()
      unsafe _ = rename(folder.path("app.log"), folder.path("app.log.1"))
      append(lines(500..<700, version: "v2"))
      running = try serve(checkpoint)
      metrics = wait("/metrics") { requests($0) > 650 }
      #expect(requests(metrics) > first)
      running.kill(SIGKILL)
      _ = try running.finish()
      append(lines(700..<800, version: "v2"))
      // Event time goes on, so that the last of them are counted.
      append("2026-11-23 06:02:30,000 INFO [api.work] [x] later\n")
      running = try serve(checkpoint)
      metrics = wait("/metrics") { requests($0) >= 800 }
      #expect(requests(metrics) == 800)
      #expect(metrics.contains("http_route=\"/a\",http_response_status_code=\"500\""))
      let failed = metrics.split(separator: "\n").filter { $0.hasPrefix("skein_requests_total{") && $0.contains("500") }
        .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
      #expect(failed == 80)
      let stats = ask("/api/stats")?.body ?? ""
      #expect(stats.contains("\"total\":{\"requests\":800,") && stats.contains("\"errors\":80,"))
      running.kill(SIGINT)
      let ended = try running.finish()
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(access(socket, F_OK) != 0)
    }

    @Test func pagesAndWhatIsAskedOfThem() throws {
      append(lines(0..<600) + lines(600..<900, version: "v2") + "2026-11-23 06:05:00,000 INFO [api.work] [x] later\n")
      let running = try serve()
      _ = wait("/readyz") { $0.hasPrefix("ok") }
      for page in ["/", "/users", "/errors", "/gate"] {
        for span in ["15m", "1h", "24h", "30d", "release"] {
          let answer = try #require(ask("\(page)?span=\(span)"))
          #expect(answer.status == 200 && answer.body.hasSuffix("</html>\n"), "\(page) \(span)")
        }
      }
      let http = ask("/?span=1h")?.body ?? ""
      #expect(http.contains("900 requests") && http.contains("10.0 %") && http.contains("version v2"))
      #expect(ask("/errors")?.body.contains("/trace?id=r890") == true)
      let trace = try #require(ask("/trace?id=r890"))
      #expect(trace.status == 200 && trace.body.contains("request finished"))
      #expect(ask("/trace?id=nobody")?.status == 404)
      #expect(ask("/trace")?.status == 400 && ask("/?span=year")?.status == 400 && ask("/nowhere")?.status == 404)
      #expect(ask("/style.css")?.body.contains("prefers-color-scheme") == true)
      #expect(ask("/live.js")?.body.contains("EventSource") == true)
      #expect(ask("/healthz")?.body == "ok\n")
      let open = try #require(ask("/metrics", accept: "application/openmetrics-text;version=1.0.0"))
      #expect(open.body.hasSuffix("# EOF\n") && open.body.contains(" # {trace_id=\"r"))
      running.kill(SIGINT)
      #expect(try running.finish().status == 0)
    }

    @Test func aLogThatIsNotThereYet() throws {
      let running = try serve()
      _ = wait("/healthz") { $0 == "ok\n" }
      #expect(ask("/readyz")?.status == 503)
      #expect(ask("/")?.body.contains("No log is there yet") == true)
      append(lines(0..<200))
      _ = wait("/metrics") { requests($0) > 100 }
      running.kill(SIGINT)
      #expect(try running.finish().status == 0)
    }

    /// A gate's last verdict does not end a service, which judges again with the next release.
    @Test func aGateBeginsAgainWithTheNextRelease() throws {
      let gate = try folder.file(
        "gate.yml",
        """
        name: g
        window: 5s
        min_requests: 20
        version_field: version
        stages: [{for: 20s}]
        objectives: [error_rate < 30 %, p95 < 333 ms]
        """)
      append(lines(0..<600) + "2026-11-23 06:02:00,000 INFO [api.work] [x] later\n")
      let running = try serve(["--gate", gate])
      _ = wait("/metrics") { $0.contains("skein_gate_state{gate=\"g\",state=\"pass\"} 1") }
      #expect(ask("/metrics")?.body.contains("le=\"0.333\"") == true)
      append(lines(2_000..<2_100, version: "v2"))
      _ = wait("/metrics") { $0.contains("skein_gate_state{gate=\"g\",state=\"running\"} 1") }
      append(lines(2_100..<2_600, version: "v2") + "2026-11-23 06:05:00,000 INFO [api.work] [x] later\n")
      let metrics = wait("/metrics") { $0.contains("skein_gate_state{gate=\"g\",state=\"pass\"} 1") }
      #expect(requests(metrics) == 1_200)
      running.kill(SIGINT)
      #expect(try running.finish().status == 0)
    }

    // MARK: What it refuses

    private func refused(_ arguments: [String], status: Int32, _ text: String) throws {
      let result = try Command.run(["serve"] + arguments)
      #expect(result.status == status && result.errors.contains(text), "\(arguments): \(result.errors)")
    }

    @Test func whatCannotBe() throws {
      append(lines(0..<20))
      let log = folder.path("app.log")
      try refused([], status: 64, "no log named")
      try refused(["-"], status: 64, "not standard input")
      try refused(["--listen", "0.0.0.0:0", log], status: 64, "--allow-remote")
      try refused(["--listen", "nonsense", log], status: 64, "--listen: ")
      try refused(["--from", "checkpoint", log], status: 64, "leave it out")
      try refused(["--history-days", "0", log], status: 64, "--history-days")
      try refused(["--history-size", "1", log], status: 64, "--history-size")
      try refused(["--on-verdict", "true", log], status: 64, "--gate")
      try refused(["--listen", "unix:" + log, log], status: 3, "--listen: ")
      let file = try folder.file("file", "x")
      try refused(["--history", file, "--listen", "unix:" + socket, log], status: 3, "--history: ")
    }

    @Test func anAddressInUse() throws {
      append(lines(0..<20))
      let running = try serve()
      _ = wait("/healthz") { $0 == "ok\n" }
      try refused(["--listen", "unix:" + socket, folder.path("app.log")], status: 3, "in use")
      #expect(ask("/healthz")?.status == 200)
      running.kill(SIGINT)
      #expect(try running.finish().status == 0)
    }
  }

#endif
