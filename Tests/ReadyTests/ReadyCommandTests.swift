import Foundation
import TestKit
import Testing

/// `skein ready` as a process: exit codes, where the page goes, what is chosen, what is refused.
struct ReadyCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func list(_ items: String...) throws -> String {
    try folder.file(
      "list.yml", "name: l\nsections:\n  - title: S\n    items:\n" + items.map { "      - \($0)\n" }.joined())
  }

  private func ready(_ arguments: [String]) throws -> Command.Result {
    try Command.run(["ready"] + arguments + ["-o", folder.path("page.md"), "--now", "2026-11-23T12:00:00Z"])
  }

  private static let pass = "{title: good, run: ['true']}"
  private static let fail = "{title: bad, run: ['false']}"
  private static let unknown = "{title: open, manual: }"

  @Test(arguments: [
    ([pass], 0, "l: ready, the only item passes"),
    ([pass, fail, unknown], 1, "l: not ready, 1 of 3 items fails and 1 is unknown"),
    ([pass, unknown], 2, "l: not known to be ready, 1 of 2 items is unknown"),
    (["{title: absent, run: [no-such-program-of-anybody]}"], 2, "l: not known to be ready, the only item is unknown"),
    (["{title: nothing, log: 'requests > 1'}"], 2, "l: not known to be ready, the only item is unknown"),
  ])
  func exitCodes(items: [String], status: Int32, sentence: String) throws {
    let text = "name: l\nsections:\n  - title: S\n    items:\n" + items.map { "      - \($0)\n" }.joined()
    let result = try ready([folder.file("list.yml", text)])
    #expect(result.status == status && result.text.contains("\n\(sentence)\n"), "\(result.text)\(result.errors)")
    #expect(result.errors.contains("wrote \(folder.path("page.md"))"))
  }

  /// A log that was named and cannot be read is an error of the data; what failed for sure comes first.
  @Test func aLogThatIsNotThere() throws {
    let log = "{title: figure, log: {expect: requests > 1, logs: none.log}}"
    let missing = try ready([list(log, Self.pass)])
    #expect(missing.status == 3, "\(missing.errors)")
    #expect(
      missing.text.contains("unknown  figure: the log cannot be read: ") && missing.text.contains("pass     good"))
    #expect(missing.errors.contains("there is no such file"))
    #expect(try ready([list(log, Self.fail)]).status == 1)
  }

  /// What is no log at all is reported, and no pass.
  @Test func aLogWithoutALine() throws {
    try folder.file("app.log", "nothing that looks like a log\n")
    let result = try ready([list("{title: figure, log: errors < 1}"), folder.path("app.log")])
    #expect(result.status == 3 && result.text.contains("unknown  figure: "), "\(result.text)\(result.errors)")
    try folder.file("empty.log", "")
    #expect(try ready([list("{title: figure, log: errors < 1}"), folder.path("empty.log")]).status == 2)
  }

  /// A gap leaves open what a figure would be, and is an error with --strict.
  @Test func aGapIsNoPass() throws {
    func lines(_ minute: Int) -> String {
      (0..<60).map { second in
        "2026-11-23 06:\(minute):\(second < 10 ? "0" : "")\(second),000 INFO [api] [r\(minute)-\(second)] request finished method=GET path=/a "
          + "status=200 duration_ms=5\n"
      }.joined()
    }
    let whole = try [
      folder.file("app.log.3", lines(11)), folder.file("app.log.2", lines(12)), folder.file("app.log.1", lines(13)),
      folder.file("app.log", lines(14)),
    ]
    let checklist = try list("{title: figure, log: error_rate < 1 %}")
    #expect(try ready([checklist] + whole).status == 0)
    let gap = [whole[0], whole[2], whole[3]]
    let result = try ready([checklist] + gap)
    #expect(
      result.status == 2 && result.text.contains("unknown  figure: error_rate < 1 %: 0 % of 180 requests, but "),
      "\(result.text)")
    #expect(try ready([checklist, "--strict"] + gap).status == 3)
  }

  @Test func onlySomeAreLookedAt() throws {
    let path = try folder.file(
      "list.yml",
      "name: l\nsections:\n  - {title: Tests, items: [\(Self.pass), \(Self.fail)]}\n  - {title: People, items: [\(Self.unknown)]}\n"
    )
    let one = try ready([path, "--only", "GOOD"])
    #expect(
      one.status == 0
        && one.text.contains("the only item passes; 2 other items of the checklist were not looked at (--only)"),
      "\(one.text)")
    #expect(try ready([path, "--only", "people"]).status == 2)
    #expect(try ready([path, "--only", "People", "--only", "bad"]).status == 1)
    let wrong = try ready([path, "--only", "Test"])
    #expect(
      wrong.status == 64 && wrong.errors.contains("no section and no item 'Test' (did you mean 'Tests'?)"),
      "\(wrong.errors)")
  }

  @Test func whereThePageGoes() throws {
    let checklist = try list(Self.pass)
    let named = try Command.run(["ready", checklist, "-o", folder.path, "--now", "2026-11-23T12:00:01.5Z"])
    #expect(named.status == 0)
    #expect(FileManager.default.fileExists(atPath: folder.path("deployment_checklist_20261123_120001.md")))
    // By the clock, and nothing is run where it could not be written.
    let marker = folder.path("was-run")
    let running = try list("{title: run, run: [touch, \(marker)]}")
    let refused = try Command.run(["ready", running, "-o", folder.path("nowhere/page.md")])
    #expect(refused.status == 3 && !FileManager.default.fileExists(atPath: marker), "\(refused.errors)")
    #expect(try Command.run(["ready", running, "-o", folder.path]).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count { $0.wholeMatch(of: /deployment_checklist_\d{8}_\d{6}\.md/) != nil } == 2, "\(names)")
  }

  @Test func mistakesAreReportedWithTheirPlaceBeforeAnythingIsRun() throws {
    let marker = folder.path("was-run")
    try folder.file("gate.yml", "name: g\nstages: [{for: 10m}]\nobjectives: [error_rate < 2 %]\nwindw: 1s\n")
    try folder.file("plain.yml", "name: g\nstages: [{for: 10m}]\nobjectives: [error_rate < 2 %]\n")
    let checklist = try list(
      "{title: run, run: [touch, \(marker)]}", "{title: a, log: {gate: none.yml}}", "{title: b, log: {gate: gate.yml}}",
      "{title: c, log: {gate: plain.yml, rollback: 5m}}")
    let result = try ready([checklist])
    #expect(result.status == 64 && result.output.isEmpty && !FileManager.default.fileExists(atPath: marker))
    for text in [
      "list.yml:6:32: the gate cannot be read: \(folder.path("none.yml")): there is no such file",
      "gate.yml:4:1: unknown key 'windw'; did you mean 'window'?",
      "list.yml:8:32: 'rollback' needs to know the new version, and the gate 'plain.yml' has no 'version_field'",
    ] { #expect(result.errors.contains(text), "\(text)\n\(result.errors)") }
    #expect(try ready([folder.path("none.yml")]).status == 3)
    #expect(try Command.run(["ready"]).status == 64)
    #expect(try Command.run(["ready", checklist, "--example"]).status == 64)
    #expect(try ready([list(Self.pass), "--now", "today"]).status == 64)
  }

  /// Whoever stops skein stops what it has started.
  @Test func anInterruptionStopsTheCommand() throws {
    let started = folder.path("started")
    let checklist = try list("{title: long, run: [sh, -c, 'echo $$ > \(started); exec sleep 600']}", Self.pass)
    let running = try Command.start(["ready", checklist, "-o", folder.path("page.md")])
    var process: Int32 = 0
    for _ in 0..<1_000 where process == 0 {
      usleep(10_000)
      process =
        (try? readFile(started)).flatMap {
          Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        } ?? 0
    }
    #expect(process > 0)
    running.kill(SIGINT)
    let result = try running.finish()
    #expect(result.status != 0 && result.errors.contains("interrupted"), "\(result.status) \(result.errors)")
    #expect(kill(process, 0) != 0, "it still runs")
    #expect(!FileManager.default.fileExists(atPath: folder.path("page.md")))
  }
}
