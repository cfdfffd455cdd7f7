/// The live state of one trace: everything that a trace says when it closes, in a fixed size.
///
/// Meaning: docs/semantics.md#trace-life.
package struct OpenTrace: BitwiseCopyable, Sendable {
  /// Ids up to this many bytes stand in the state itself (32 hex digits and dashed UUIDs do).
  static let inlineBytes = 40

  package var idHash: UInt64 = 0
  /// The id's bytes in words, the first lowest; zero after its end.
  var idWords = InlineArray<5, UInt64>(repeating: 0)
  /// Length of the id; longer ones than `inlineBytes` stand in the table's side store under `longID`.
  package var idLength: UInt32 = 0
  var longID: Int32 = -1
  /// Number of this life: grows with each trace that begins.
  package var life: UInt64 = 0
  /// Times of the first and last record, or EventTime.none.
  package var first = EventTime.none
  package var last = EventTime.none
  /// The newest time that was no unconfirmed jump when it came.
  var lastSure = EventTime.none
  package var records: Int32 = 0
  package var lines: Int32 = 0
  package var tracebacks: Int32 = 0
  package var errors: Int32 = 0
  package var requests: Int32 = 0
  package var unfinished: Int32 = 0
  /// Head of the list of requests begun and not ended, -1 if none.
  var openRequest: Int32 = -1
  /// When the oldest request still open began.
  var openedAt = EventTime.none
  /// The last request: route (-1 none), status, duration (-1 none).
  package var route: Int32 = -1
  package var status: UInt16 = 0
  package var level = Level.none
  package var reopened = false
  package var duration: Int64 = -1
  /// When the last request ended.
  package var requestEnd = EventTime.none
  /// Truths of the request atoms at the last request, two bits each; all unknown before.
  package var atoms: UInt32 = 0xAAAA_AAAA
  /// Head of the list of its exchanges, the newest first; -1 if none.
  var exchange: Int32 = -1
  /// The first source that told one; -1 if none did.
  var teller: Int32 = -1
  /// Place of its predicate counts, -1 if the plan has none.
  var counts: Int32 = -1
  /// Whether the slot is in use.
  var isLive = false

  package init() {}

  /// Adds what every record adds; `high` is the highest time that counts.
  @inline(__always)
  mutating func note(_ record: Record, high: Int64) {
    records &+= 1
    lines &+= Int32(truncatingIfNeeded: record.lines)
    if record.time != EventTime.none {
      if first == EventTime.none {
        first = record.time
        last = record.time
      } else {
        if record.time < first { first = record.time }
        if record.time > last { last = record.time }
      }
      if record.time <= high && record.time > lastSure { lastSure = record.time }
    }
    if record.level > level { level = record.level }
    if record.level >= .error { errors &+= 1 }
    if record.flags.contains(.traceback) { tracebacks &+= 1 }
  }

  /// The last event time, without a clock jump that nothing has confirmed: that would keep the trace for ever.
  @inline(__always)
  func lastTime(high: Int64) -> Int64 { last <= high || lastSure == EventTime.none ? last : lastSure }

  /// Whether the life has ended when the watermark stands at `now`.
  @inline(__always)
  func hasEnded(at now: Int64, high: Int64, idle: Int64, maxOpen: Int64) -> Bool {
    let last = lastTime(high: high)
    guard last != EventTime.none, now != EventTime.none, last + idle < now else { return false }
    return openedAt == EventTime.none || openedAt + maxOpen < now
  }

  /// The id that stands in the state as text; invalid UTF-8 repaired.
  var shortID: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(OpenTrace.inlineBytes)
    for i in 0..<min(Int(idLength), OpenTrace.inlineBytes) {
      bytes.append(UInt8(truncatingIfNeeded: idWords[i / 8] >> (UInt64(i % 8) * 8)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What request atom `index` said about the last request.
  package func atom(_ index: Int) -> Truth {
    switch atoms >> (UInt32(index) * 2) & 3 {
    case 0: .no
    case 1: .yes
    default: .unknown
    }
  }
}

/// A request that has begun and not ended.
struct OpenRequest: BitwiseCopyable, Sendable {
  var start: Int64
  var route: Int32
  var group: Int32
  var messageHash: UInt32
  /// Who told of the beginning.
  var source: Int32
  var next: Int32
}

/// A request that never ended, reported when its trace closes.
package struct UnfinishedRequest: BitwiseCopyable, Sendable {
  package var start: Int64
  package var route: Int32
  package var group: Int32
}

extension OpenTrace: StateCodable {
  /// A state that is in use.
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(word: &idHash)
    try coder.code(&idLength)
    if Int(idLength) <= OpenTrace.inlineBytes {
      for index in 0..<(Int(idLength) + 7) / 8 { try coder.code(word: &idWords[index]) }
    }
    try coder.code(&longID)
    try coder.code(&life)
    try coder.code(time: &first)
    try coder.code(time: &last)
    try coder.code(time: &lastSure)
    try coder.code(&records)
    try coder.code(&lines)
    try coder.code(&tracebacks)
    try coder.code(&errors)
    try coder.code(&requests)
    try coder.code(&unfinished)
    try coder.code(&openRequest)
    try coder.code(time: &openedAt)
    try coder.code(&route)
    try coder.code(&status)
    try coder.code(choice: &level)
    try coder.code(&reopened)
    try coder.code(&duration)
    try coder.code(time: &requestEnd)
    try coder.code(&atoms)
    try coder.code(&exchange)
    try coder.code(&teller)
    try coder.code(&counts)
  }
}
