package import Analysis
package import Pipeline
internal import RulePack
internal import TraceCore

/// What a gate has decided, and what its summary needs beside that: kept from the events, however they are shown.
package final class GateRecord {
  package private(set) var verdicts: [Verdict] = []
  package private(set) var marks: [EventMark] = []
  /// P0 and P1 as they began, the first ones.
  package private(set) var findings: [(severity: String, rule: String, first: Int64)] = []

  private static let most = 100

  package init() {}

  package func take(_ event: LiveEvent) {
    switch event {
    case .verdict(let verdict, _): verdicts.append(verdict)
    case .mark(let mark): if marks.count < GateRecord.most { marks.append(mark) }
    case .finding(let finding) where finding.rule.severity <= .p1 && findings.count < GateRecord.most:
      findings.append((finding.rule.severity.name, finding.rule.id, finding.first))
    case .finding, .window, .rotation, .alert: break
    }
  }
}
