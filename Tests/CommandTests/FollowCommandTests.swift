import Foundation
import TestKit
import Testing

/// `skein follow` as a process: what it prints, its exit codes, signals, checkpoints and hooks.
@Suite struct FollowCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A second of a log: requests at ten a second, `errors` of them failing.
  private func second(_ second: Int, errors: Int = 0, version: String = "v1") -> String {
    (0..<10).map { number in
      let time = String(format: "2026-11-23 07:%02d:%02d,%03d", second / 60, second % 60, number * 100)
      let status = number < errors ? 500 : 200
      return "\(time) \(status == 500 ? "ERROR" : "INFO") [api.access] [r\(second)-\(number)] request finished "
        + "method=GET path=/a status=\(status) duration_ms=12.5 version=\(version)\n"
    }.joined()
  }

  private func append(_ text: String, to path: String) throws {
    if !FileManager.default.fileExists(atPath: path) { FileManager.default.createFile(atPath: path, contents: nil) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }

  /// Waits until what a running program has written holds a text.
  private func waitFor(_ text: String, in path: String) throws {
    for _ in 0..<300 {
      if let written = try? String(contentsOfFile: path, encoding: .utf8), written.contains(text) { return }
      usleep(50_000)
    }
    Issue.record("\(path) never had \(text): \((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")")
  }

  private func follow(_ arguments: [String], into name: String) throws -> (Command.Running, String) {
    let output = try folder.file(name, "")
    return (try Command.start(["follow"] + arguments, stdout: .file(output)), output)
  }

  @Test func aPipeGivesTheSameEventsAsItsFile() throws {
    let text = (0..<60).map { second($0, errors: $0 > 30 ? 3 : 0) }.joined()
    let log = try folder.file("app.log", text)
    let piped = try Command.run(["follow", "--json"], stdin: .bytes(Array(text.utf8)))
    let read = try Command.run(["follow", "--json", "--once", log])
    func events(_ result: Command.Result) -> [Substring] {
      result.text.split(separator: "\n").filter { line in
        !line.contains("\"event\":\"ledger\"") && !line.contains("\"event\":\"rotation\"")
      }
    }
    #expect(events(piped).count > 5)
    #expect(events(piped) == events(read))
    #expect(piped.status == 0 && read.status == 0)
  }

  @Test func anInterruptEndsWithTheFigures() throws {
    let log = try folder.file("app.log", second(0))
    let (running, output) = try follow(
      ["--plain", "--packs", "none", "--every", "1s", "--from", "start", log], into: "out")
    try append((1..<250).map { second($0) }.joined(), to: log)
    try waitFor("07:04:00", in: output)
    running.kill(SIGINT)
    let result = try running.finish()
    let text = try String(contentsOfFile: output, encoding: .utf8)
    #expect(result.status == 0)
    #expect(text.contains("2,500 requests in 2,500 traces"))
    #expect(text.contains("nothing lost"))
  }

  @Test func killedAndRotatedItGoesOnAndCountsOnce() throws {
    let log = try folder.file("app.log", "")
    let state = folder.path("state")
    let arguments = ["--json", "--packs", "none", "--checkpoint", state, log]
    let (first, output) = try follow(["--from", "start"] + arguments, into: "first")
    try append((0..<230).map { second($0) }.joined(), to: log)
    try waitFor("07:03:30", in: output)
    try waitFor("skeinckp", in: state, isBinary: true)
    // The checkpoint is written every five seconds; what is counted behind it is counted again after the kill.
    first.kill(SIGKILL)
    #expect(try first.finish().status == 128 + SIGKILL)
    try append((230..<250).map { second($0) }.joined(), to: log)
    try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
    try append((250..<270).map { second($0) }.joined(), to: log)
    let (again, rest) = try follow(arguments, into: "second")
    // Told in the middle of the last block: a signal ends following at the end of it.
    try waitFor("07:04:20", in: rest)
    again.kill(SIGTERM)
    #expect(try again.finish().status == 0)
    let last = try String(contentsOfFile: rest, encoding: .utf8).split(separator: "\n").last ?? ""
    #expect(last.contains("\"event\":\"ledger\""))
    #expect(last.contains("\"total\":{\"requests\":2700,"))
  }

  private func waitFor(_ text: String, in path: String, isBinary: Bool) throws {
    for _ in 0..<300 {
      if let data = FileManager.default.contents(atPath: path), data.starts(with: Data(text.utf8)) { return }
      usleep(50_000)
    }
    Issue.record("\(path) never began with \(text)")
  }

  private static let gate = """
    name: g
    window: 5s
    min_requests: 50
    stages: [{for: 1m}]
    objectives: [error_rate < 2 %]
    """

  @Test(arguments: [(0, Int32(0), "pass"), (4, 1, "fail")])
  func aGateEndsFollowingWithItsVerdict(errors: Int, status: Int32, state: String) throws {
    let gate = try folder.file("gate.yml", Self.gate)
    let log = try folder.file("app.log", second(0))
    let told = folder.path("told")
    let (running, output) = try follow(
      [
        "--json", "--packs", "none", "--from", "start", "--gate", gate, "--summary", folder.path,
        "--on-verdict", "sh -c 'cat >> \(told)'", log,
      ], into: "out")
    try append((1..<260).map { second($0, errors: errors) }.joined(), to: log)
    let result = try running.finish()
    let text = try String(contentsOfFile: output, encoding: .utf8)
    #expect(result.status == status)
    #expect(text.contains("\"event\":\"verdict\"") && text.contains("\"state\":\"\(state)\",\"final\":true"))
    // The hook got the verdicts as they were told, and the ticket's page was written.
    let verdicts = text.split(separator: "\n").filter { $0.contains("\"event\":\"verdict\"") }
    let heard = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n")
    #expect(Set(heard) == Set(verdicts))
    let page = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("gate_2026") }
    #expect(page.count == 1)
    // The past says the same.
    let replayed = try Command.run(["gate", "--json", "--packs", "none", gate, log])
    #expect(replayed.status == status)
    #expect(replayed.text.split(separator: "\n").filter { $0.contains("\"event\":\"verdict\"") } == verdicts)
  }

  @Test func anAlertRunsItsHookAndAFailingHookIsTold() throws {
    let log = try folder.file("app.log", (0..<230).map { second($0) }.joined())
    let told = folder.path("told")
    let (running, _) = try follow(
      [
        "--plain", "--every", "1s", "--alert-on", "P3", "--on-alert", "sh -c 'cat >> \(told); echo broken; exit 3'",
        log,
      ],
      into: "out")
    // What is there is not alerted; what comes is, once the program is up.
    for number in 230..<530 where !FileManager.default.fileExists(atPath: told) {
      try append(second(number, errors: 9), to: log)
      usleep(100_000)
    }
    try waitFor("\"event\":\"finding\"", in: told)
    running.kill(SIGINT)
    let result = try running.finish()
    #expect(result.errors.contains("failed with status 3: broken"))
    #expect(result.status == 0)
  }

  @Test func whatIsNotThereIsWaitedFor() throws {
    let log = folder.path("later.log")
    let (running, output) = try follow(["--plain", "--packs", "none", "--every", "1s", log], into: "out")
    try waitFor("is not there; it is waited for", in: output)
    try append((0..<250).map { second($0) }.joined(), to: log)
    try waitFor("07:04:00", in: output)
    running.kill(SIGTERM)
    #expect(try running.finish().status == 0)
  }

  // MARK: Bad input

  @Test(arguments: [
    (["--since", "1h", "app.log"], "Unknown option '--since'"),
    (["--from", "checkpoint", "app.log"], "Name its file with --checkpoint"),
    (["--from", "middle", "app.log"], "from"),
    (["--alert-on", "P7", "app.log"], "is no severity"),
    (["--on-alert", "sh -c 'unclosed", "app.log"], "--on-alert"),
    (["--on-verdict", "true", "app.log"], "no verdict without --gate"),
    (["--once", "--on-alert", "true", "app.log"], "hooks never run in a replay"),
    (["--gate", "nothing.yml", "app.log"], "nothing.yml"),
    (["--every", "0s", "app.log"], "--every"),
    (["--layout", "nonsense", "app.log"], "--layout"),
  ])
  func aBadOptionIsExplained(options: [String], words: String) throws {
    let log = try folder.file("app.log", second(0))
    let result = try Command.run(["follow"] + options.map { $0 == "app.log" ? log : $0 })
    #expect(result.status == 64 || (result.status == 3 && options.contains("nothing.yml")))
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  @Test func aCheckpointOfSomethingElseIsRefused() throws {
    let log = try folder.file("app.log", (0..<250).map { second($0) }.joined())
    let state = folder.path("state")
    func run(_ more: [String]) throws -> Command.Result {
      try Command.run(["follow", "--once", "--json", "--packs", "none", "--checkpoint", state] + more + [log])
    }
    #expect(try run([]).status == 0)
    let other = try run(["--every", "7s"])
    #expect(other.status == 3 && other.errors.contains(state) && other.errors.contains("--from start"))
    try folder.file("state", "something else")
    #expect(try run([]).errors.contains("not a checkpoint of skein"))
    #expect(try String(contentsOfFile: state, encoding: .utf8) == "something else")
  }
}
