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
      objective.instance = objective.instance.map { redactor.redacted($0) }
      objective.reason = redactor.redacted(objective.reason)
      objective.finding = objective.finding?.redacted(by: redactor)
      objective.worstRoute = objective.worstRoute?.redacted(by: redactor)
      objective.worstInstance = objective.worstInstance?.redacted(by: redactor)
      return objective
    }
    verdict.notes = notes.map { redactor.redacted($0) }
    verdict.places = places.map { redactor.redacted($0) }
    verdict.stageNotes = stageNotes.map { redactor.redacted($0) }
    return verdict
  }
}

extension GateFinding {
  fileprivate func redacted(by redactor: Redactor) -> GateFinding {
    var finding = self
    finding.message = redactor.redacted(message)
    finding.trace = trace.map { redactor.redacted($0) }
    finding.place = place.map { redactor.redacted($0) }
    return finding
  }
}

extension ObjectiveVerdict.Worst {
  fileprivate func redacted(by redactor: Redactor) -> Self {
    ObjectiveVerdict.Worst(name: redactor.redacted(name), requests: requests, bad: bad)
  }
}

extension EventMark {
  package func redacted(by redactor: Redactor) -> EventMark {
    EventMark(kind: kind, time: time, text: redactor.redacted(text))
  }
}
