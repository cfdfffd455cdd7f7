package import TraceCore

/// Shapes of messages and when each was logged first, so that what a release logs anew can be shown.
///
/// Where `mostShapes` are known and another comes, the half of them is forgotten that was not seen for longest; one that comes
/// again looks new then, so how many were forgotten since when is part of the answer. Memory: some MB.
package struct ServiceMessages: Sendable {
  package static let mostShapes = 2_000
  private static let mostText = 512 << 10

  /// What is known of one shape.
  struct Row: Sendable, Equatable {
    var count: Int64 = 0
    /// Worst one.
    var level = Level.none
    var first = EventTime.none
    var last = EventTime.none
    /// Id of the first record that has one.
    var trace: String?

    mutating func merge(_ other: Row) {
      guard other.count > 0 else { return }
      if count == 0 || other.first < first { trace = other.trace ?? trace } else { trace = trace ?? other.trace }
      first = count == 0 ? other.first : min(first, other.first)
      last = count == 0 ? other.last : max(last, other.last)
      count = count.plus(other.count)
      level = max(level, other.level)
    }
  }

  /// A shape, for people.
  package struct Shape: Sendable, Equatable {
    /// With `<*>` where values stand.
    package var text: String
    package var count: Int64
    package var level: Level
    package var first: Int64
    package var trace: String?
  }

  private var miner = TemplateMiner(mostTemplates: ServiceMessages.mostShapes, mostText: ServiceMessages.mostText)
  /// By number of the miner.
  private var rows: ContiguousArray<Row> = []
  /// Shapes that were forgotten, and the newest time at which one of them was seen.
  private(set) package var forgotten: Int64 = 0
  private(set) package var forgottenUntil = EventTime.none
  /// Messages that no shape could be kept for.
  private(set) package var other: Int64 = 0

  package init() {}

  /// A record with a message and a time.
  ///
  /// - Parameters:
  ///   - hash: the message's shape (`RecordMessage.shape`).
  ///   - id: of the record; asked for the first of a shape.
  package mutating func add(
    hash: UInt64, _ message: Span<UInt8>, time: Int64, level: Level, id: () -> String?
  ) {
    guard time != EventTime.none else { return }
    var number = miner.template(hash: hash, message: message)
    if number == TemplateMiner.other, miner.isFull, rows.contains(where: { $0.count > 0 }) {
      forget()
      number = miner.template(hash: hash, message: message)
    }
    guard number > TemplateMiner.noMessage else {
      other = other.plus(1)
      return
    }
    while rows.count <= number { rows.append(Row()) }
    if rows[number].count == 0 {
      (rows[number].first, rows[number].last) = (time, time)
    } else {
      rows[number].first = min(rows[number].first, time)
      rows[number].last = max(rows[number].last, time)
    }
    rows[number].count = rows[number].count.plus(1)
    rows[number].level = max(rows[number].level, level)
    if rows[number].trace == nil { rows[number].trace = id() }
  }

  /// Those first logged at `time` or later, the most severe first, then the most frequent.
  package func new(since time: Int64) -> [Shape] {
    var miner = miner
    let templates = miner.finish()
    var sums: [Int: Row] = [:]
    for number in rows.indices where rows[number].count > 0 {
      sums[miner.resolved(number), default: Row()].merge(rows[number])
    }
    return templates.compactMap { template in
      guard let row = sums[template.number], row.first >= time else { return nil }
      return Shape(text: template.text, count: row.count, level: row.level, first: row.first, trace: row.trace)
    }.sorted { ($1.level, $1.count, $0.text) < ($0.level, $0.count, $1.text) }
  }

  /// Keeps the half that was seen last.
  private mutating func forget() {
    var sums: [Int: Row] = [:]
    for number in rows.indices where rows[number].count > 0 {
      sums[miner.resolved(number), default: Row()].merge(rows[number])
    }
    let order = sums.keys.sorted { (sums[$1]?.last ?? 0, $0) < (sums[$0]?.last ?? 0, $1) }
    let kept = order.prefix(order.count / 2).sorted()
    for number in order.dropFirst(order.count / 2) { forgottenUntil = max(forgottenUntil, sums[number]?.last ?? 0) }
    forgotten = forgotten.plus(Int64(order.count - kept.count))
    miner.keep(kept)
    rows = ContiguousArray(repeating: Row(), count: TemplateMiner.noMessage + 1)
    for number in kept { rows.append(sums[number] ?? Row()) }
  }
}

extension ServiceMessages: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("messages")
    try coder.code(&miner)
    try coder.code(&rows, empty: Row()) { row, coder throws(StateError) in
      try coder.code(count: &row.count)
      try coder.code(choice: &row.level)
      try coder.code(time: &row.first)
      try coder.code(time: &row.last)
      try coder.code(&row.trace)
    }
    try coder.code(count: &forgotten)
    try coder.code(time: &forgottenUntil)
    try coder.code(count: &other)
    guard rows.count <= max(miner.numbers, TemplateMiner.noMessage + 1) else { throw .invalid("shapes") }
  }
}
