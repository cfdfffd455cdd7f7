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

// Budgets that burn, which live as findings do.

extension EventFeed {
  /// Windows that end at `end` or before it have been reported.
  func closeBudgets(upTo end: Int64) {
    guard !budgets.isEmpty else { return }
    for change in budgets.close(upTo: end, length: length) {
      if let made = alertChange(of: change) { onEvent?(.alert(made)) }
    }
  }

  private func alertChange(of change: BudgetBook.Change) -> AlertBook.Change? {
    switch change.kind {
    case .begins: alerts.take(AlertIncident.Member(change), id: change.id)
    case .goesOn: alerts.update(change.rule, message: change.message, at: change.time)
    case .ends: alerts.end(change.rule, message: change.message, at: change.time)
    }
  }
}

extension AlertIncident.Member {
  /// It is over when the budget says so.
  init(_ change: BudgetBook.Change) {
    self.init(
      rule: change.rule, pack: AlertBook.budgetPack, title: change.title, severity: change.severity,
      first: change.since, last: change.time, overAfter: .max, message: change.message)
  }

  init(_ finding: Finding) {
    let rule = finding.rule
    self.init(
      rule: rule.id, pack: rule.pack, title: rule.title, severity: rule.severity.rawValue, first: finding.first,
      last: finding.last, overAfter: rule.overAfter ?? AlertBook.usualOverAfter, message: finding.message,
      place: finding.example.map { "\($0.path == "-" ? "standard input" : $0.path):\($0.line)" } ?? "",
      example: finding.example?.text ?? "", trace: finding.traces.first, runbook: rule.runbook)
  }
}
