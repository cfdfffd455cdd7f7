import Foundation
import LogSource
import Pipeline
import RulePack
import TestKit
import Testing
import TraceCore

/// A finding of a line is reported with that line, on a log that has only just begun and gets two records a second: nothing
/// waits for more records, for a window or for the clock.
@Suite struct FirstAlertTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let pack = """
    pack: own
    rules:
      - id: lost
        title: A write was lost
        severity: P1
        pattern: 'the write was lost'
        samples: {hit: ['the write was lost'], miss: ['the write went well']}
      - id: failing
        title: A request failed
        severity: P1
        pattern: 'status=5\\d\\d'
        message: '{route} failed'
        samples: {hit: ['status=503'], miss: ['status=200']}
    """

  private func record(_ number: Int, _ text: String) -> String {
    "2026-11-23 06:00:\(number / 2 < 10 ? "0" : "")\(number / 2),\(number % 2 * 5)00 INFO [api.access] [r\(number)] \(text)\n"
  }

  /// - Parameters:
  ///   - banner: lines that stand there before the first record.
  ///   - text: of the record that is found; all others are healthy requests.
  @Test(
    arguments: [0, 3, 500], ["request finished method=GET path=/a status=503 duration_ms=9", "the write was lost"])
  func isReportedBeforeTheNextRecordComes(banner: Int, text: String) throws {
    let path = folder.path("app.log")
    var now: Int64 = 1_000_000_000
    var found: [(rule: String, at: Int64)] = []
    let set = try RuleSet(packs: [try PackReader.read(Array(Self.pack.utf8), path: "rules.yml")])
    var plan = RunPlan(input: InputPlan())
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    plan.live = LiveOptions()
    let driver = try FollowDriver(plan: plan, clock: { now })
    driver.onEvent = { if case .finding(let finding) = $0 { found.append((finding.rule.id, now)) } }
    driver.add(StreamFollower(path: path, display: path, from: .start, clock: { now }), name: path)
    func read() throws { while try driver.step() {} }
    func append(_ text: String) throws {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(text.utf8))
      try file.close()
      try read()
    }
    try read()
    try folder.file("app.log", (0..<banner).map { "INFO:     Started server process [\($0)]\n" }.joined())
    try read()
    for number in 0..<20 {
      now += 500_000_000
      let healthy = "request finished method=GET path=/a status=200 duration_ms=9"
      try append(record(number, number == 6 ? text : healthy))
      #expect(found.isEmpty == (number < 6), "after record \(number)")
    }
    #expect(found.map(\.at) == [1_000_000_000 + 7 * 500_000_000] && found.count == 1)
    _ = driver.finish()
  }
}
