// What was counted besides requests.

extension TraceGrouper {
  package var openTraces: Int { table.count }

  /// Lives that have begun.
  package var traceCount: Int64 { Int64(lives) }

  package var distinctIDs: Int64 { ids.count }

  package var distinctIDsEstimated: Bool { ids.isEstimate }

  /// The run's number of a batch's route label, looked up once a batch.
  @inline(__always)
  mutating func routeIndex(_ label: Int32, _ batch: inout RecordBatch) -> Int32 {
    guard label >= 0 else { return -1 }
    if batch.routeIndex.isEmpty { batch.prepareIndexes() }
    let known = batch.routeIndex[Int(label)]
    if known != RecordBatch.unmapped { return known }
    let index = routes.index(of: batch.labels, Int(label))
    batch.routeIndex[Int(label)] = index
    return index
  }

  mutating func groupIndex(_ label: Int32, _ batch: inout RecordBatch) -> Int32 {
    guard label >= 0 else { return -1 }
    if batch.groupIndex.isEmpty { batch.prepareIndexes() }
    let known = batch.groupIndex[Int(label)]
    if known != RecordBatch.unmapped { return known }
    let index = groups.index(of: batch.labels, Int(label))
    batch.groupIndex[Int(label)] = index
    return index
  }
}
