/// One HTTP exchange as its tellings describe it: counted once, however often it is told
/// (docs/semantics.md#what-counts-as-a-request, docs/decisions/0025-each-exchange-once.md).
///
/// It waits (`ExchangeTable`) until the watermark passes its end; then the most complete telling is counted, and the exchange
/// stays with its trace for a while, so that a telling that comes late is a hop and no second request.
struct Exchange: BitwiseCopyable, Sendable {
  /// Tellings whose sources are remembered: an application, its server, a sidecar, a gateway. Later ones are hops all the same.
  static let mostTellings = 4

  /// Who told it, and with which status.
  struct Told: BitwiseCopyable, Sendable {
    var source: Int32 = -1
    var status: UInt16 = 0
  }

  struct Flags: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt16
    /// A record without a path told it: an end of what its trace had open.
    static let byCompletion = Flags(rawValue: 1)
    static let hasID = Flags(rawValue: 2)
    /// It has ended an opening record of its trace.
    static let endedOpening = Flags(rawValue: 4)
    /// Not so an end without a path for which nothing was open: it counts only where its source is known for that.
    static let paired = Flags(rawValue: 8)
    static let counted = Flags(rawValue: 16)
    /// A telling has a duration.
    static let hasSpan = Flags(rawValue: 32)
    /// The place is in use.
    static let live = Flags(rawValue: 64)
    /// It is another one, which has what it told; its place waits to be given back.
    static let abandoned = Flags(rawValue: 128)
    /// The opening that it has ended was its teller's own.
    static let endedOwnOpening = Flags(rawValue: 256)
  }

  /// What is counted: the most complete telling so far. Its `exchange` is the exchange's number.
  var request: RequestEvent
  /// When the tellings so far say that it began and ended; without a duration it is a point.
  var start: Int64
  var end: Int64
  var told: InlineArray<4, Told> = .init(repeating: Told())
  var tellings: Int32 = 0
  /// Place of its trace, -1 without one; `request.life` says whether it still is there.
  var state: Int32 = -1
  /// The next exchange of the same trace, -1 at the end; also the next free place.
  var next: Int32 = -1
  /// Hash of the path without its query and code of the method, 0 where no telling says it.
  var pathHash: UInt32 = 0
  var method: UInt8 = 0
  /// How complete `request` is; 0 where no telling may count (`--requests-from`).
  var completeness: UInt8 = 0
  var flags: Flags = []

  /// The first telling.
  @inline(__always)
  init(_ telling: Telling, number: UInt64, flags: Flags) {
    request = telling.request
    request.exchange = number
    start = telling.start
    end = telling.end
    told[0] = Told(source: telling.source, status: telling.request.status)
    tellings = 1
    pathHash = telling.pathHash
    method = telling.method
    completeness = telling.completeness
    self.flags = flags
    if telling.hasID { self.flags.insert(.hasID) }
    if telling.isCompletion { self.flags.insert(.byCompletion) }
    if telling.request.duration >= 0 { self.flags.insert(.hasSpan) }
  }

  init(_ request: RequestEvent) {
    self.request = request
    start = EventTime.none
    end = EventTime.none
  }

  var number: UInt64 { request.exchange }
  var remembered: Int { min(Int(tellings), Exchange.mostTellings) }

  func isTold(by source: Int32) -> Bool {
    for index in 0..<remembered where told[index].source == source { return true }
    return false
  }

  func hasStatus(_ status: UInt16) -> Bool {
    for index in 0..<remembered where told[index].status == status { return true }
    return false
  }

  /// Another telling.
  mutating func note(_ telling: Telling) {
    if Int(tellings) < Exchange.mostTellings {
      told[Int(tellings)] = Told(source: telling.source, status: telling.request.status)
    }
    tellings &+= 1
    if pathHash == 0 { pathHash = telling.pathHash }
    if method == 0 { method = telling.method }
    if telling.hasID { flags.insert(.hasID) }
    guard telling.end != EventTime.none else { return }
    if end == EventTime.none {
      (start, end) = (telling.start, telling.end)
    } else {
      start = min(start, telling.start)
      end = max(end, telling.end)
    }
    if telling.request.duration >= 0 { flags.insert(.hasSpan) }
  }

  /// Whether `telling` may be another one of this exchange, as far as both say.
  func agrees(with telling: Telling) -> Bool {
    (pathHash == 0 || telling.pathHash == 0 || pathHash == telling.pathHash)
      && (method == 0 || telling.method == 0 || method == telling.method)
  }

  /// Whether the spans of both overlap.
  ///
  /// A telling without a duration is a point, up to a second after the end. Clocks of different streams may differ by a second.
  /// Instances of one service (`isReplica`) are another matter: one tells the exchange of the other only if it handed it on,
  /// so one span lies within the other; else they are attempts one after another.
  func overlaps(_ telling: Telling, sameStream: Bool, isReplica: Bool) -> Bool {
    guard end != EventTime.none, telling.end != EventTime.none else { return false }
    var slack = max(Telling.resolution(of: end), Telling.resolution(of: telling.end))
    let hasSpan = flags.contains(.hasSpan)
    let otherHasSpan = telling.request.duration >= 0
    if isReplica {
      let isInside = telling.start >= start.less(slack) && telling.end <= end.plus(slack)
      let isAround = telling.start <= start.plus(slack) && telling.end >= end.less(slack)
      return isInside || isAround
    }
    if !sameStream { slack = slack.plus(EventTime.nanosecondsPerSecond) }
    let after = hasSpan && otherHasSpan ? slack : slack.plus(EventTime.nanosecondsPerSecond)
    return telling.end >= start.less(hasSpan ? slack : after) && telling.start <= end.plus(otherHasSpan ? slack : after)
      && (hasSpan || otherHasSpan || telling.end.distance(from: end) <= after)
  }
}

/// One closing record: what it says of an exchange.
struct Telling: BitwiseCopyable, Sendable {
  var request: RequestEvent
  /// Event times; of a record without a time those of the record before it in its stream. EventTime.none without any.
  var start: Int64
  var end: Int64
  var source: Int32
  var pathHash: UInt32
  var method: UInt8
  /// 0: it may not count.
  var completeness: UInt8
  var hasID: Bool
  var isCompletion: Bool

  /// How exact a logged time is (nanoseconds): whole seconds are cut off ones, all others are taken for milliseconds, with some
  /// slack for what lies between the end of a request and its line.
  static func resolution(of time: Int64) -> Int64 {
    time % EventTime.nanosecondsPerSecond == 0
      ? EventTime.nanosecondsPerSecond : 2 * EventTime.nanosecondsPerMillisecond
  }

  /// Whether it is to be counted rather than what an exchange has so far: the more complete, then the outermost (the longer),
  /// then the first.
  func isBetter(than exchange: borrowing Exchange) -> Bool {
    if completeness != exchange.completeness { return completeness > exchange.completeness }
    return request.duration > exchange.request.duration
  }
}

extension Int64 {
  /// Sums and differences of times from a log stay within their range.
  @inline(__always)
  func plus(_ other: Int64) -> Int64 {
    let (sum, isOver) = addingReportingOverflow(other)
    return isOver ? (other < 0 ? .min : .max) : sum
  }

  @inline(__always)
  func less(_ other: Int64) -> Int64 {
    let (difference, isOver) = subtractingReportingOverflow(other)
    return isOver ? (other > 0 ? .min + 1 : .max) : difference
  }

  /// The distance of two times, at most the largest number.
  func distance(from other: Int64) -> Int64 { self > other ? less(other) : other.less(self) }
}

extension Exchange: StateCodable {
  static var empty: Exchange { Exchange(.empty) }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&request)
    try coder.code(time: &start)
    try coder.code(time: &end)
    for index in 0..<Exchange.mostTellings {
      try coder.code(&told[index].source)
      try coder.code(&told[index].status)
    }
    try coder.code(&tellings)
    try coder.code(&state)
    try coder.code(&next)
    try coder.code(&pathHash)
    try coder.code(&method)
    try coder.code(&completeness)
    var bits = flags.rawValue
    try coder.code(&bits)
    flags = Flags(rawValue: bits)
    guard tellings >= 0 else { throw .invalid("number of tellings") }
  }
}

extension RequestEvent: StateCodable {
  /// What loading fills.
  static var empty: RequestEvent {
    RequestEvent(
      time: EventTime.none, duration: -1, route: -1, group: -1, status: 0, level: .none, watermark: EventTime.none)
  }

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &time)
    try coder.code(&duration)
    try coder.code(&route)
    try coder.code(&group)
    try coder.code(&status)
    try coder.code(choice: &level)
    try coder.code(time: &watermark)
    try coder.code(&isSelected)
    try coder.code(&truths)
    try coder.code(&stream)
    try coder.code(&source)
    try coder.code(word: &exchange)
    try coder.code(word: &telling)
    try coder.code(word: &life)
  }
}
