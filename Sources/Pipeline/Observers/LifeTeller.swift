internal import TraceCore

/// Says the life of each record, in order, as soon as it is known (`filter --traces`).
final class LifeTeller: MergeObserver {
  var onLives: ((ParsedBlock, Range<Int>, ContiguousArray<TraceGrouper.Membership>) -> Void)?

  func take(_ records: MergedRecords) { onLives?(records.parsed, records.range, records.members) }
}
