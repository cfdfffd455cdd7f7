package import Analysis
package import Pipeline
internal import Report
internal import TraceCore

/// What logs of the past say to the `log` items of a checklist.
///
/// A set of logs is read once for all figures that are asked of it, and once for each gate. A log that cannot be read makes
/// its items unknown, and is kept as the `failure` of the run.
package final class LogAnswers {
  private let settings: RunSettings
  private let folder: ChecklistFolder
  /// Where an item names no logs of its own.
  private let usual: [String]
  /// By their path in the checklist.
  private let gates: [String: GateDefinition]
  private let checks: [LogCheck]
  private var sets: [[String]: LogSet] = [:]
  /// In the order in which they were first read.
  private var order: [[String]] = []
  /// The first log that could not be read.
  package private(set) var failure: Failure?

  /// - Parameters:
  ///   - usual: logs where an item names none, as they are opened from skein's own folder.
  ///   - checks: all that will be asked, so that a log is read once for their figures.
  package init(
    _ settings: RunSettings, folder: ChecklistFolder, usual: [String], gates: [String: GateDefinition],
    checks: [LogCheck]
  ) {
    self.settings = settings
    self.folder = folder
    self.usual = usual
    self.gates = gates
    self.checks = checks
  }

  /// What was read, for the page.
  package var readings: [ReadyResult.Reading] {
    order.compactMap { logs in
      sets[logs]?.ledger.map { ReadyResult.Reading(logs: logs.map { $0 == "-" ? "standard input" : $0 }, ledger: $0) }
    }
  }

  /// - Throws: what is wrong with the options.
  package func result(of check: LogCheck) throws(Failure) -> ItemResult {
    let logs = logs(of: check)
    guard !logs.isEmpty else {
      return ItemResult(
        .unknown, "no log was given",
        advice: "Name logs on the command line, or under 'logs' in the checklist.")
    }
    do throws(Failure) {
      let set = try set(logs)
      switch check.question {
      case .expect(let expectations): return try set.result(of: expectations, least: check.leastRequests)
      case .gate(let path, _, _, let rollback):
        guard let definition = gates[path] else { return ItemResult(.unknown, "the gate \(path) was not read") }
        let replay = try set.replay(definition, path: folder.path(of: path), from: check.from)
        guard let rollback else { return GateOutcome(replay).result }
        return try RollbackTime(replay, within: rollback, set).result()
      }
    } catch {
      // An option is wrong for all; a log that cannot be read leaves open what it would have said.
      guard error.code == .data else { throw error }
      if failure == nil { failure = error }
      return ItemResult(.unknown, "the log cannot be read: \(error.message)")
    }
  }

  private func logs(of check: LogCheck) -> [String] {
    check.logs.isEmpty ? usual : check.logs.map { folder.path(of: $0) }
  }

  private func set(_ logs: [String]) throws(Failure) -> LogSet {
    if let set = sets[logs] { return set }
    let expectations = checks.flatMap { check -> [Expectation] in
      guard case .expect(let list) = check.question, self.logs(of: check) == logs else { return [] }
      return list
    }
    let set = try LogSet(logs, settings, expectations)
    sets[logs] = set
    order.append(logs)
    return set
  }
}
