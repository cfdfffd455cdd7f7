package import TraceCore

/// What a gate must know of a finding, and what it says of the first one that failed it.
package struct GateFinding: Sendable, Equatable {
  /// Of its rule.
  package var rule: String
  /// 0 for P0 to 3 for P3.
  package var severity: Int
  package var message: String
  /// When it showed; nanoseconds of event time.
  package var time: Int64
  /// A request id.
  package var trace: String?
  /// `app.log:17`, where its first hit stands. A rotation changes it: for people, not for comparing.
  package var place: String?

  package init(
    rule: String, severity: Int, message: String, time: Int64, trace: String? = nil, place: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.message = message
    self.time = time
    self.trace = trace
    self.place = place
  }

  /// `P1 db-pool: no connection left (id r-17)`
  package var text: String {
    var text = "P\(severity) \(rule)"
    if !message.isEmpty { text += ": \(message)" }
    if let trace { text += " (id \(trace))" }
    return text
  }
}

extension GateFinding: StateCodable {
  static let empty = GateFinding(rule: "", severity: 0, message: "", time: 0)

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&rule)
    try coder.code(&severity)
    try coder.code(&message)
    try coder.code(time: &time)
    try coder.code(&trace)
    try coder.code(&place)
    guard 0...3 ~= severity else { throw .invalid("severity") }
  }
}
