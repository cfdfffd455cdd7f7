import Foundation
import RulePack
import TestKit
import Testing
import TraceCore

/// The packs that are built in, on a real incident: what broke is named early, and what is healthy is left alone.
@Suite struct CaptureFindingsTests {
  /// What truth.json says of the phases of a capture.
  private struct Phases {
    private var starts: [(name: String, start: Int64)] = []
    private var statuses: [String: [String: Int]] = [:]

    init(_ capture: Capture) throws {
      let truth = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: capture.folder + "/truth.json")))
      let root = try #require(truth as? [String: Any])
      for phase in try #require(root["phases"] as? [[String: Any]]) {
        let start = try #require(phase["start_epoch"] as? Double)
        starts.append((try #require(phase["phase"] as? String), Int64(start * 1e9)))
      }
      let server = try #require(root["server"] as? [String: Any])
      for (name, phase) in try #require(server["by_phase"] as? [String: [String: Any]]) {
        statuses[name] = phase["by_status"] as? [String: Int]
      }
    }

    /// The start of the first phase in which requests ended with this status.
    func first(with status: String) throws -> Int64 {
      try #require(starts.first { statuses[$0.name]?[status] ?? 0 > 0 }).start
    }

    func start(_ name: String) throws -> Int64 { try #require(starts.first { $0.name == name }).start }
  }

  private static let second = EventTime.nanosecondsPerSecond

  @Test(arguments: Capture.allCases)
  func nameTheIncident(_ capture: Capture) throws {
    let findings = try Scan.builtin().findings(capture)
    let phases = try Phases(capture)
    func expect(_ rule: String, by start: Int64) throws {
      let found = try #require(findings.first { $0.rule.id == rule }, "\(rule) is not named")
      #expect(found.rule.severity <= .p1)
      #expect(
        found.first <= start + 20 * Self.second, "\(rule) \((found.first - start) / Self.second) s into the phase")
    }
    // The provider fails with 502, the empty pool answers 503; both come from the new release.
    try expect("payments-failing", by: phases.first(with: "502"))
    try expect("upstream-retry-storm", by: phases.first(with: "502"))
    try expect("upstream-failing", by: phases.first(with: "502"))
    try expect("pool-exhaustion", by: phases.first(with: "503"))
    // The new release's saves fail at its first requests, or, where there was none yet, when it got half of them.
    let broken = capture == .text ? "deploy50" : "deploy10"
    try expect("writes-failing", by: phases.start(broken))
  }

  @Test(arguments: Capture.allCases)
  func leaveTheHealthyPhasesAlone(_ capture: Capture) throws {
    let findings = try Scan.builtin().findings(capture)
    let phases = try Phases(capture)
    let deploy = try phases.start("deploy10")
    let recovery = try phases.start("recovery")
    let urgent = findings.filter { $0.rule.severity <= .p1 }
    #expect(urgent.count >= 5)
    for finding in urgent {
      #expect(finding.first >= deploy, "\(finding.rule.id) before the deploy")
      #expect(finding.first < recovery, "\(finding.rule.id) begins in the recovery")
    }
  }
}
