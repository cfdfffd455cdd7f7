package import TraceCore

/// Stack traces by their cause, as `StackGroups` tells them apart, with a key by which spans count them.
///
/// Memory: `mostCauses` causes, the oldest forgotten, and `mostKnown` outlines, so that a storm of one stack trace is read
/// once.
package struct ServiceCauses: Sendable {
  package static let mostCauses = 500
  private static let mostKnown = 10_000
  private static let mostMessage = 300

  package struct Cause: Sendable, Equatable {
    /// Of the fingerprint: the same in every run.
    package var key: String
    /// The kind of exception, and its message in the first stack trace.
    package var type: String
    package var message: String
    /// Where it was raised: empty without a frame.
    package var place: String
    package var first: Int64
    package var last: Int64
    /// Of the newest one, where its record has an id.
    package var trace: String?

    static let empty = Cause(key: "", type: "", message: "", place: "", first: 0, last: 0, trace: nil)
  }

  /// In the order in which they came.
  private(set) package var causes: [Cause] = []
  private var places: [String: Int] = [:]
  /// Keys by `StackOutline`; "" for no stack trace.
  private var known: [UInt64: String] = [:]
  /// Causes that are forgotten.
  private(set) package var forgotten: Int64 = 0

  package init() {}

  /// - Parameter text: see `StackGroups.add`.
  /// - Returns: the key of its cause; nil if there is no stack trace in it.
  package mutating func add(_ text: [UInt8], time: Int64, trace: String?) -> String? {
    let outline = StackOutline.hash(text)
    if let key = known[outline] {
      if key.isEmpty { return nil }
      if let place = places[key] {
        note(time, trace, place)
        return key
      }
    }
    let stack = StackTrace(text)
    let key = stack.map { TemplateMiner.id(of: StackGroups.fingerprint($0)) }
    if known.count >= ServiceCauses.mostKnown { known.removeAll(keepingCapacity: true) }
    known[outline] = key ?? ""
    guard let stack, let key else { return nil }
    if let place = places[key] {
      note(time, trace, place)
      return key
    }
    if causes.count >= ServiceCauses.mostCauses { forgetOldest() }
    places[key] = causes.count
    causes.append(
      Cause(
        key: key, type: stack.cause.type,
        message: String(decoding: Array(stack.cause.message.utf8.prefix(ServiceCauses.mostMessage)), as: UTF8.self),
        place: stack.frame?.text ?? "", first: time, last: time, trace: trace))
    return key
  }

  private mutating func note(_ time: Int64, _ trace: String?, _ place: Int) {
    if let trace { causes[place].trace = trace }
    guard time != EventTime.none else { return }
    let (first, last) = (causes[place].first, causes[place].last)
    causes[place].first = first == EventTime.none ? time : min(first, time)
    causes[place].last = last == EventTime.none ? time : max(last, time)
  }

  /// The one that was not seen for longest.
  private mutating func forgetOldest() {
    guard let oldest = causes.indices.min(by: { (causes[$0].last, $0) < (causes[$1].last, $1) }) else { return }
    causes.remove(at: oldest)
    forgotten += 1
    places = [:]
    for index in causes.indices { places[causes[index].key] = index }
  }
}

extension ServiceCauses: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("causes")
    try coder.code(&causes, empty: .empty) { cause, coder throws(StateError) in
      try coder.code(&cause.key)
      try coder.code(&cause.type)
      try coder.code(&cause.message)
      try coder.code(&cause.place)
      try coder.code(time: &cause.first)
      try coder.code(time: &cause.last)
      try coder.code(&cause.trace)
    }
    try coder.code(count: &forgotten)
    guard coder.isLoading else { return }
    guard causes.count <= ServiceCauses.mostCauses else { throw .invalid("causes") }
    places = [:]
    for index in causes.indices { places[causes[index].key] = index }
    guard places.count == causes.count else { throw .invalid("causes") }
  }
}
