internal import Report
internal import TraceCore

/// What one receiver is to know of one incident, what it knows, and when that is tried next.
///
/// The newest message takes the place of one that could not be sent: what is owed is a state, not a list of messages. So
/// nothing is lost, nothing piles up, and after an outage people are sent what is true now.
struct AlertDelivery: Sendable, Equatable {
  /// What the receiver was sent last.
  struct Sent: Sendable, Equatable {
    var state: AlertMessage.State
    var severity: UInt8
    /// Of the message.
    var time: Int64
    /// When, by the clock of the wall.
    var at: Int64
    /// The other side's name for it, by which it is changed; "" where there is none.
    var reference: String
  }

  /// How an attempt ended.
  enum Outcome: Sendable, Equatable {
    case done(reference: String)
    /// Worth another try; the other side may say after how many seconds.
    case failed(String, retryAfter: Int64?)
    /// Never worth one: what is said is wrong.
    case refused(String)
  }

  var receiver: String
  var wanted: AlertMessage
  var sent: Sent?
  /// Why the last change is worth a message of its own, where messages cannot be changed.
  var isUrgent: Bool
  /// Attempts that failed since the last that did not.
  var failures: Int64 = 0
  /// When the next attempt is due; nanoseconds since 1970.
  var due: Int64
  /// Since when it cannot be sent.
  var failingSince = EventTime.none
  /// An attempt is under way. Not saved: after a restart nobody knows what became of it, and it is made again.
  var isUnderWay = false

  /// Nothing is owed until the incident changes.
  var isSettled: Bool { due == .max }
}

extension AlertDelivery: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&receiver)
    try wanted.code(&coder)
    try coder.code(&sent, empty: Sent(state: .open, severity: 0, time: 0, at: 0, reference: "")) {
      sent, coder throws(StateError) in
      try coder.code(choice: &sent.state)
      try coder.code(&sent.severity)
      try coder.code(time: &sent.time)
      try coder.code(time: &sent.at)
      try coder.code(&sent.reference)
    }
    try coder.code(&isUrgent)
    try coder.code(count: &failures)
    try coder.code(time: &due)
    try coder.code(time: &failingSince)
    guard sent.map({ $0.severity < 4 }) ?? true else { throw .invalid("severity") }
  }
}
