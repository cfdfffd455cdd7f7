#if Serve

  import Foundation
  import Glibc
  import TestKit
  import Testing

  /// `skein serve --watch`: the page grows by itself, over a kill too.
  struct WatchScheduleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A request every 20 s.
    private func lines(_ minutes: Range<Int>, version: String) -> String {
      (minutes.lowerBound * 3..<minutes.upperBound * 3).map { number in
        let seconds = number * 20
        let time = String(format: "%02d:%02d:%02d,000", 6 + seconds / 3_600, seconds / 60 % 60, seconds % 60)
        return "2026-11-23 \(time) INFO [api.access] [r\(number)] request finished method=GET path=/a status=200 "
          + "duration_ms=20.5 version=\(version)\n"
      }.joined()
    }

    private func append(_ text: String) {
      let file = unsafe open(folder.path("app.log"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
      unsafe _ = write(file, text, text.utf8.count)
      close(file)
    }

    private func serve() throws -> Command.Running {
      try Command.start([
        "serve", "--listen", "unix:" + folder.path("s"), "--from", "start", "--version-field", "version", "--packs",
        "none", "--checkpoint", folder.path("state"), "--watch", "3h", "--hourly", folder.path("pages"),
        folder.path("app.log"),
      ])
    }

    /// The page, once it is as it should be; a minute at most.
    private func page(until holds: (String) -> Bool) -> String {
      var page = ""
      for _ in 0..<1_200 {
        if let bytes = try? readFile(folder.path("pages/watch_20261123_070000.md")) {
          page = String(decoding: bytes, as: UTF8.self)
          if holds(page) { return page }
        }
        usleep(50_000)
      }
      Issue.record("the page never was as it should be: \(page)")
      return page
    }

    private func hours(_ page: String) -> [String] {
      page.split(separator: "\n").filter { $0.hasPrefix("| ") && ($0.dropFirst(2).first?.isNumber ?? false) }.map {
        $0.split(separator: "|").prefix(3).map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
      }
    }

    @Test func aRowAnHour() throws {
      append(lines(0..<60, version: "v1"))
      var running = try serve()
      append(lines(60..<122, version: "v2"))
      let first = page { hours($0).contains("1 07:00:00 180") }
      #expect(first.hasPrefix("# Watch of release v2 in "), "\(first)")
      #expect(first.contains("| before | 06:00:00 | 180 |"))
      running.kill(SIGKILL)
      _ = try running.finish()
      append(lines(122..<245, version: "v2"))
      running = try serve()
      let last = page { hours($0).contains("3 09:00:00 180") }
      #expect(hours(last) == ["1 07:00:00 180", "2 08:00:00 180", "3 09:00:00 180"], "\(last)")
      running.kill(SIGTERM)
      let ended = try running.finish()
      #expect(ended.errors.contains("watch of v2, 3 of 3 hours: INCONCLUSIVE"), "\(ended.errors)")
    }

    @Test(arguments: [
      (["--hourly", "pages"], "--hourly: which hours? Give --watch 24h as well"),
      (["--watch", "24h"], "--watch: its pages need a folder: --hourly FOLDER"),
      (["--watch", "10s", "--hourly", "pages"], "--watch: from 1m to 31d"),
    ])
    func mistakes(arguments: [String], message: String) throws {
      let result = try Command.run(["serve"] + arguments + [folder.path("app.log")])
      #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
    }
  }

#endif
