// Rules on the records and lines of a block.

extension BlockParser {
  /// Applies the rules to the record that was read last.
  @inline(__always)
  mutating func matchRules(
    _ records: inout OutputSpan<Record>, _ bytes: Span<UInt8>, _ text: Slice, _ line: Int, _ limit: Int,
    _ batch: inout RecordBatch
  ) {
    guard rules?.concerns(fields, to: limit) == true else { return }
    let before = batch.ruleHits.hits.count
    rules?.match(
      fields, record: records.count - 1, line: text, number: line, limit: limit, bytes, into: &batch.ruleHits)
    if plan.marksHits { mark(&records, batch.ruleHits, from: before) }
  }

  mutating func matchRules(
    continuation text: Slice, _ records: inout OutputSpan<Record>, _ bytes: Span<UInt8>, _ line: Int, _ limit: Int,
    _ batch: inout RecordBatch
  ) {
    guard rules?.concernsContinuation(to: limit) == true else { return }
    let record = records[records.count - 1]
    let head = RuleMatcher.Head(bytes: firstLine(of: record, bytes), time: record.time, level: record.level)
    let before = batch.ruleHits.hits.count
    rules?.match(
      continuation: text, of: records.count - 1, head, number: line, limit: limit, bytes, into: &batch.ruleHits)
    if plan.marksHits { mark(&records, batch.ruleHits, from: before) }
  }

  private func mark(_ records: inout OutputSpan<Record>, _ hits: borrowing RuleHits, from start: Int) {
    guard hits.hits[start...].contains(where: { $0.kind == .match }) else { return }
    records[records.count - 1].predicates |= ParsePlan.ruleHitBit
  }

  /// The record's first line as its layout reads it.
  private func firstLine(of record: Record, _ bytes: Span<UInt8>) -> Slice {
    var start = Int(record.offset)
    let end = start + Int(record.length)
    var stop = ByteSearch.first(0x0A, in: bytes, from: start, to: end) ?? end
    if stop > start && bytes[stop - 1] == 0x0D { stop -= 1 }
    while start < stop && bytes[start] == 0 { start += 1 }
    return Slice(start, min(stop, start + plan.maxLine))
  }

  func keepTail(_ record: Record, _ bytes: Span<UInt8>, _ batch: inout RecordBatch) {
    let head = firstLine(of: record, bytes)
    for i in head.start..<head.end { batch.ruleHits.tail.append(bytes[i]) }
  }
}
