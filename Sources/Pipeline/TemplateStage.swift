internal import Analysis
internal import TraceCore

/// The stage of `skein templates`: counts records by message template and groups nothing.
///
/// Keeps the counts of at most `TemplateMiner.mostTemplates` templates, with the place and the beginning of the first
/// record of each.
final class TemplateStage: RecordStage {
  /// What is counted under one number.
  private struct Tally {
    var count: Int64 = 0
    var level = Level.none
    var first = EventTime.none
    var last = EventTime.none
    /// Where the first record stands: number of the source, and of the line in it.
    var source = 0
    var line = 0
    var example: ContiguousArray<UInt8> = []
  }

  private let selection: RecordSelection
  /// Nil while it is at work.
  private var miner: TemplateMiner? = TemplateMiner()
  private var tallies: ContiguousArray<Tally> = []
  private var continuations: [Continuation]
  private var hasTraceback: [Bool]
  /// What lines before the first record of a block turned out to be, by source.
  private(set) var corrections: [Int: LedgerCounts] = [:]
  /// Records for which the expression was yes, in the span of time or not.
  private(set) var matched: Int64 = 0

  /// Bytes of a template's example that are kept.
  static let mostExample = 512

  init(selection: RecordSelection, streams: Int) {
    self.selection = selection
    continuations = Array(repeating: Continuation(), count: streams)
    hasTraceback = Array(repeating: false, count: streams)
  }

  func acceptFront(_ parsed: ParsedBlock) {
    var found = LedgerCounts()
    for orphan in parsed.batch.orphans {
      guard continuations[parsed.stream].accepts(orphan.shape) else {
        found.unparsedLines += 1
        continue
      }
      found.continuationLines += 1
      if orphan.shape.isTraceback && !hasTraceback[parsed.stream] {
        hasTraceback[parsed.stream] = true
        found.tracebacks += 1
      }
    }
    corrections[parsed.source, default: LedgerCounts()].add(found)
  }

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    count(parsed, range)
    guard range.upperBound == parsed.batch.records.count else { return }
    continuations[parsed.stream] = parsed.batch.continuation
    hasTraceback[parsed.stream] = parsed.batch.records[range.upperBound - 1].flags.contains(.traceback)
  }

  private func count(_ parsed: ParsedBlock, _ range: Range<Int>) {
    // In variables of their own: each access to one of a class is checked, and nobody else holds them while they are filled.
    guard var miner = self.miner.take() else { return }
    let selection = self.selection
    var tallies = ContiguousArray<Tally>()
    swap(&tallies, &self.tallies)
    let (allRecords, allMessages, arenaBytes, block) = (
      parsed.batch.records, parsed.batch.messages, parsed.batch.arena, parsed.block
    )
    let (records, messages, arena, bytes) = (allRecords.span, allMessages.span, arenaBytes.span, block.bytes)
    var matched: Int64 = 0
    for index in range {
      let record = records[index]
      guard selection.isYes(record) else { continue }
      matched &+= 1
      guard selection.isInSpan(record) else { continue }
      let message = messages[index]
      var number = TemplateMiner.noMessage
      if !message.text.isMissing {
        let text = message.text.start..<message.text.end
        number = miner.template(
          hash: message.shape, message: message.text.isInArena ? arena.extracting(text) : bytes.extracting(text))
      }
      while tallies.count <= number { tallies.append(Tally()) }
      if tallies[number].count == 0 {
        tallies[number].source = parsed.source
        tallies[number].line = parsed.lineNumber(Int(record.line))
        tallies[number].example = TemplateStage.firstLine(of: record, parsed)
      }
      tallies[number].count &+= 1
      if record.level > tallies[number].level { tallies[number].level = record.level }
      guard record.time != EventTime.none else { continue }
      if tallies[number].first == EventTime.none || record.time < tallies[number].first {
        tallies[number].first = record.time
      }
      if tallies[number].last == EventTime.none || record.time > tallies[number].last {
        tallies[number].last = record.time
      }
    }
    self.matched += matched
    self.miner = consume miner
    swap(&tallies, &self.tallies)
  }

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

  var isHolding: Bool { false }
  var isDone: Bool { false }

  /// What was counted. `paths` are those of the sources.
  func finish(paths: [String]) -> TemplateSummary {
    guard var miner = self.miner.take() else { return TemplateSummary() }
    let templates = miner.finish()
    var sums = ContiguousArray(repeating: Tally(), count: max(miner.numbers, tallies.count))
    for (number, tally) in tallies.enumerated() where tally.count > 0 {
      TemplateStage.add(tally, to: &sums[number < miner.numbers ? miner.resolved(number) : number])
    }
    var summary = TemplateSummary()
    summary.other = sums[TemplateMiner.other].count
    summary.withoutMessage = sums.count > TemplateMiner.noMessage ? sums[TemplateMiner.noMessage].count : 0
    summary.records = sums.reduce(0) { $0 + $1.count }
    for template in templates where sums[template.number].count > 0 {
      let sum = sums[template.number]
      summary.rows.append(
        TemplateSummary.Row(
          id: template.id, text: template.text, count: sum.count, level: sum.level, first: sum.first, last: sum.last,
          path: sum.source < paths.count ? paths[sum.source] : "", line: sum.line,
          example: String(decoding: sum.example, as: UTF8.self)))
    }
    return summary
  }

  /// Adds what came later under a number that has become part of another.
  private static func add(_ tally: Tally, to sum: inout Tally) {
    guard sum.count > 0 else {
      sum = tally
      return
    }
    sum.count += tally.count
    sum.level = max(sum.level, tally.level)
    guard tally.first != EventTime.none else { return }
    sum.first = sum.first == EventTime.none ? tally.first : min(sum.first, tally.first)
    sum.last = sum.last == EventTime.none ? tally.last : max(sum.last, tally.last)
  }
}
