internal import Analysis
internal import RulePack
internal import TraceCore

// Findings with a life.

extension EventFeed {
  /// What an event makes of the incidents.
  func alertChange(of event: LiveEvent) -> AlertBook.Change? {
    switch event {
    case .finding(let finding):
      guard finding.kind == .rule else { return nil }
      return alerts.take(AlertIncident.Member(finding), id: finding.eventID)
    case .window(let window): return alerts.take(window)
    case .mark(let mark):
      switch mark.kind {
      case .version: alerts.take(release: mark.text, at: mark.time)
      case .gap: return alerts.takeGap(until: next)
      case .given: break
      }
      return nil
    case .verdict(let verdict, let gate):
      guard verdict.state == .fail else { return nil }
      let stage = verdict.stageName.map { ", stage \($0)" } ?? ""
      return alerts.take(verdict: "The gate \(gate) failed\(stage): \(verdict.reason)", at: verdict.time)
    case .rotation, .alert: return nil
    }
  }
}

extension AlertIncident.Member {
  init(_ finding: Finding) {
    let rule = finding.rule
    self.init(
      rule: rule.id, pack: rule.pack, title: rule.title, severity: rule.severity.rawValue, first: finding.first,
      last: finding.last, overAfter: rule.overAfter ?? AlertBook.usualOverAfter, message: finding.message,
      place: finding.example.map { "\($0.path == "-" ? "standard input" : $0.path):\($0.line)" } ?? "",
      example: finding.example?.text ?? "", trace: finding.traces.first, runbook: rule.runbook)
  }
}
