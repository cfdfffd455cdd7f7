package import TraceCore

/// The figures of one window of event time, once the watermark has passed its end.
package struct EventWindow: Sendable {
  /// Requests by route.
  package var summary: WindowSummary
  /// Requests by value of the version field; empty without one.
  package var versions: [GroupSummary]
  /// Hits of rules in the window, by rule.
  package var hits: [RuleCount]
  /// Requests found to be unfinished since the window before: they began earlier.
  package var unfinished: Int64
  /// Requests that were logged since the window before and are not counted (`UncountedTellings`), and those that failed.
  package var uncounted: Int64 = 0
  package var uncountedErrors: Int64 = 0
  /// The input ended inside it.
  package var isPartial: Bool

  package struct RuleCount: Sendable, Equatable {
    package var rule: String
    /// `P0` to `P3`.
    package var severity: String
    package var hits: Int64

    package init(rule: String, severity: String, hits: Int64) {
      self.rule = rule
      self.severity = severity
      self.hits = hits
    }
  }

  package init(
    summary: WindowSummary, versions: [GroupSummary], hits: [RuleCount], unfinished: Int64, isPartial: Bool,
    uncounted: Int64 = 0, uncountedErrors: Int64 = 0
  ) {
    self.uncounted = uncounted
    self.uncountedErrors = uncountedErrors
    self.summary = summary
    self.versions = versions
    self.hits = hits
    self.unfinished = unfinished
    self.isPartial = isPartial
  }
}

/// Something that happened at an instant of event time and that figures are read against.
package struct EventMark: Sendable, Equatable {
  package enum Kind: String, Sendable {
    /// `--mark TEXT`, at the first record read.
    case given
    /// A value of the version field was seen for the first time.
    case version
    /// Many windows in a row are empty: they are this one mark, which has the time of the first.
    case gap
  }
  package var kind: Kind
  package var time: Int64
  package var text: String

  package init(kind: Kind, time: Int64, text: String) {
    self.kind = kind
    self.time = time
    self.text = text
  }
}
