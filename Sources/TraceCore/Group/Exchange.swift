/// One HTTP exchange as its tellings describe it: counted once, however often it is told (DESIGN section 3, "What counts as a
/// request").
///
/// It waits (`ExchangeTable`) until the watermark passes its end; then the most complete telling is counted, and the exchange
/// stays with its trace for a while, so that a telling that comes late is a hop and no second request.
struct Exchange: BitwiseCopyable, Sendable {
  /// Tellings whose sources are remembered: an application, its server, a sidecar, a gateway. Later ones are hops all the same.
  static let mostTellings = 4

  /// Who told it, and with which status and end.
  struct Told: BitwiseCopyable, Sendable {
    var source: Int32 = -1
    var status: UInt16 = 0
    var end = EventTime.none
  }

  /// Number of its first telling: its name for whoever keeps something about it until it is counted.
  var number: UInt64 = 0
  /// What is counted: the most complete telling so far.
  var request: RequestEvent
  /// How complete that is; 0 where no telling may count (`--requests-from`).
  var completeness: UInt8 = 0
  var told: InlineArray<4, Told> = .init(repeating: Told())
  var tellings: Int32 = 0
  /// Hash of the path without its query and code of the method, 0 where no telling says it.
  var pathHash: UInt32 = 0
  var method: UInt8 = 0
  /// A record without a path told it: an end of what its trace had open.
  var isByCompletion = false
  var hasID = false
  /// It has ended an opening record of its trace.
  var hasEndedOpening = false
  /// An end without a path for which nothing was open counts only where its source is known for it.
  var isPaired = true
  var isCounted = false
  /// When the tellings so far say that it began and ended; without a duration it is a point.
  var start: Int64
  var end: Int64
  var hasSpan = false
  /// How exact these times are (nanoseconds).
  var resolution: Int64 = 0
  /// The trace that it belongs to: place in the table, and life; -1 without one.
  var state: Int32 = -1
  var life: UInt64 = 0
  /// The next exchange of the same trace, -1 at the end; also the next free place.
  var next: Int32 = -1
  /// Whether the place is in use.
  var isLive = false

  func isTold(by source: Int32) -> Bool {
    for index in 0..<min(Int(tellings), Exchange.mostTellings) where told[index].source == source { return true }
    return false
  }

  func hasStatus(_ status: UInt16) -> Bool {
    for index in 0..<min(Int(tellings), Exchange.mostTellings) where told[index].status == status { return true }
    return false
  }

  mutating func note(_ telling: Telling) {
    if Int(tellings) < Exchange.mostTellings {
      told[Int(tellings)] = Told(
        source: telling.source, status: telling.request.status, end: telling.end)
    }
    tellings &+= 1
    if pathHash == 0 { pathHash = telling.pathHash }
    if method == 0 { method = telling.method }
    if telling.hasID { hasID = true }
    guard telling.end != EventTime.none else { return }
    if end == EventTime.none {
      (start, end) = (telling.start, telling.end)
    } else {
      start = min(start, telling.start)
      end = max(end, telling.end)
    }
    hasSpan = hasSpan || telling.request.duration >= 0
    resolution = max(resolution, telling.resolution)
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
    var slack = max(resolution, telling.resolution)
    let otherHasSpan = telling.request.duration >= 0
    if isReplica {
      let isInside = telling.start >= start.less(slack) && telling.end <= end.plus(slack)
      let isAround = telling.start <= start.plus(slack) && telling.end >= end.less(slack)
      return isInside || isAround
    }
    if !sameStream { slack = slack.plus(EventTime.nanosecondsPerSecond) }
    let after = hasSpan && otherHasSpan ? slack : slack.plus(EventTime.nanosecondsPerSecond)
    return telling.end >= start.less(hasSpan ? slack : after) && telling.start <= end.plus(otherHasSpan ? slack : after)
      && (hasSpan || otherHasSpan || abs(telling.end.less(end)) <= after)
  }
}

/// One closing record: what it says of an exchange.
struct Telling: BitwiseCopyable, Sendable {
  var request: RequestEvent
  var source: Int32
  var pathHash: UInt32
  var method: UInt8
  var hasID: Bool
  var isCompletion: Bool
  /// 0: it may not count.
  var completeness: UInt8
  /// Event times; of a record without a time those of the record before it in its stream. EventTime.none without any.
  var start: Int64
  var end: Int64
  var resolution: Int64

  /// How exact a logged time is: whole seconds are cut off ones, all others are taken for milliseconds with some slack for
  /// what lies between the end of a request and its line.
  static func resolution(of time: Int64) -> Int64 {
    time % EventTime.nanosecondsPerSecond == 0 ? EventTime.nanosecondsPerSecond : 2 * EventTime.nanosecondsPerMillisecond
  }

  /// Whether it is to be counted rather than `other`: the more complete, then the outermost (the longer), then the first.
  func isBetter(than exchange: Exchange) -> Bool {
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
}

extension Exchange: StateCodable {
  static var empty: Exchange {
    Exchange(request: .empty, start: EventTime.none, end: EventTime.none)
  }

  /// One that is in use.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(word: &number)
    try coder.code(&request)
    try coder.code(&completeness)
    for index in 0..<Exchange.mostTellings {
      try coder.code(&told[index].source)
      try coder.code(&told[index].status)
      try coder.code(time: &told[index].end)
    }
    try coder.code(&tellings)
    try coder.code(&pathHash)
    try coder.code(&method)
    try coder.code(&isByCompletion)
    try coder.code(&hasID)
    try coder.code(&hasEndedOpening)
    try coder.code(&isPaired)
    try coder.code(&isCounted)
    try coder.code(time: &start)
    try coder.code(time: &end)
    try coder.code(&hasSpan)
    try coder.code(time: &resolution)
    try coder.code(&state)
    try coder.code(word: &life)
    try coder.code(&next)
    try coder.code(&isLive)
    guard tellings >= 0 else { throw .invalid("number of tellings") }
  }
}

extension RequestEvent: StateCodable {
  /// What loading fills.
  static var empty: RequestEvent {
    RequestEvent(time: EventTime.none, duration: -1, route: -1, group: -1, status: 0, level: .none, watermark: EventTime.none)
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
