internal import Analysis
internal import TraceCore

/// Finds the message template of each record and counts it, by segment where there are several.
///
/// Memory: at most `TemplateMiner.mostTemplates` templates, with the place and the beginning of the first record of each.
package struct TemplateTally: Sendable {
  /// Segments at most.
  static let mostSegments = 3
  /// Bytes of a template's example that are kept.
  static let mostExample = 512

  /// What is counted under one number.
  struct Count: Sendable {
    var counts: InlineArray<3, Int64> = .init(repeating: 0)
    /// Worst one.
    var level = Level.none
    var first = EventTime.none
    var last = EventTime.none
    /// Where the first record stands, and its first line.
    var path = ""
    var line = 0
    var example: ContiguousArray<UInt8> = []
    var isSeen = false

    var sum: Int64 {
      var sum: Int64 = 0
      for index in counts.indices { sum += counts[index] }
      return sum
    }

    /// Adds what came later under a number that has become part of another.
    fileprivate mutating func add(_ other: Count) {
      guard isSeen else {
        self = other
        return
      }
      for index in counts.indices { counts[index] += other.counts[index] }
      level = max(level, other.level)
      guard other.first != EventTime.none else { return }
      first = first == EventTime.none ? other.first : min(first, other.first)
      last = last == EventTime.none ? other.last : max(last, other.last)
    }

    fileprivate mutating func see(_ record: Record) {
      if record.level > level { level = record.level }
      guard record.time != EventTime.none else { return }
      if first == EventTime.none || record.time < first { first = record.time }
      if last == EventTime.none || record.time > last { last = record.time }
    }
  }

  private var miner = TemplateMiner()
  private var tallies: ContiguousArray<Count> = []

  /// Looks at record `index` of a block; returns the number of its template, nil without a message.
  ///
  /// - Parameter segment: where it counts; nil to count it nowhere (see `count`).
  mutating func take(_ index: Int, of parsed: ParsedBlock, _ record: Record, segment: Int?) -> Int? {
    let message = parsed.batch.messages[index]
    var number = TemplateMiner.noMessage
    if !message.text.isMissing {
      let text = message.text.start..<message.text.end
      if message.text.isInArena {
        let arena = parsed.batch.arena
        number = miner.template(hash: message.shape, message: arena.span.extracting(text))
      } else {
        let block = parsed.block
        number = miner.template(hash: message.shape, message: block.bytes.extracting(text))
      }
    }
    while tallies.count <= number { tallies.append(Count()) }
    if !tallies[number].isSeen {
      tallies[number].isSeen = true
      tallies[number].path = parsed.path
      tallies[number].line = parsed.lineNumber(Int(record.line))
      tallies[number].example = TemplateTally.firstLine(of: record, parsed)
    }
    tallies[number].see(record)
    if let segment { tallies[number].counts[segment] &+= 1 }
    return number > TemplateMiner.noMessage ? number : nil
  }

  /// Counts a template in a segment that was not known when its record came.
  mutating func count(_ number: Int, segment: Int) { tallies[number].counts[segment] &+= 1 }

  /// The beginning of a record as it stands in the log.
  private static func firstLine(of record: Record, _ parsed: ParsedBlock) -> ContiguousArray<UInt8> {
    let text = parsed.text
    let bytes = text.bytes
    let start = Int(record.offset)
    var end = start
    let most = min(start + Int(record.length), start + mostExample)
    while end < most, bytes[end] != 0x0A { end += 1 }
    if end > start, end < most, bytes[end - 1] == 0x0D { end -= 1 }
    var line = ContiguousArray<UInt8>()
    for i in start..<end { line.append(bytes[i]) }
    return line
  }

  // MARK: Result

  /// What the templates turned out to be.
  struct Mined {
    /// In order of first appearance, those that were seen.
    var rows: [(template: TemplateMiner.Template, count: Count)] = []
    /// Records of messages beyond the limits, and without a message.
    var other = Count()
    var withoutMessage = Count()
    fileprivate var places: [Int: Int] = [:]

    /// The row of a number that `take` gave.
    func row(_ number: Int) -> Int? { places[number] }
  }

  func finish() -> Mined {
    var miner = miner
    let templates = miner.finish()
    var sums = ContiguousArray(repeating: Count(), count: max(miner.numbers, tallies.count))
    for number in tallies.indices where tallies[number].isSeen { sums[miner.resolved(number)].add(tallies[number]) }
    var mined = Mined()
    mined.other = sums[TemplateMiner.other]
    mined.withoutMessage = sums[TemplateMiner.noMessage]
    var rows: [Int: Int] = [:]
    for template in templates where sums[template.number].isSeen {
      rows[template.number] = mined.rows.count
      mined.rows.append((template, sums[template.number]))
    }
    for number in tallies.indices { mined.places[number] = rows[miner.resolved(number)] }
    return mined
  }
}
