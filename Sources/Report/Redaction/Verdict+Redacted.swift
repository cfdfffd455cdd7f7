package import Analysis
package import RulePack

/// What a gate says without what tells of people. A gate's own words (its name, its objectives, its stages) are its author's
/// and stay; routes, reasons and notes can hold text of the log.
extension Verdict {
  package func redacted(by redactor: Redactor) -> Verdict {
    var verdict = self
    verdict.objectives = objectives.map { objective in
      var objective = objective
      objective.route = objective.route.map { redactor.redacted($0) }
      objective.reason = redactor.redacted(objective.reason)
      return objective
    }
    verdict.notes = notes.map { redactor.redacted($0) }
    verdict.stageNotes = stageNotes.map { redactor.redacted($0) }
    return verdict
  }
}

extension EventMark {
  package func redacted(by redactor: Redactor) -> EventMark {
    EventMark(kind: kind, time: time, text: redactor.redacted(text))
  }
}
