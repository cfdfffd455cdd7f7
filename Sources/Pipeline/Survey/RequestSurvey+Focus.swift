internal import Analysis
internal import RulePack
internal import TraceCore

// The segment that is sampled as the incident.

extension RequestSurvey {
  /// The segment that is sampled as the incident.
  var focus: Int { options.focus ?? 0 }

  func isInFocus(_ segment: Int?) -> Bool {
    guard let focus = options.focus, divided == nil else { return true }
    return segment == focus
  }
}
