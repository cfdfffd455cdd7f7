internal import TraceCore

/// Groups the records of a parsed log into traces, from the first record to the end of the input.
struct GroupStage: Stage {
  private let log: StageLog
  private let batches: [RecordBatch]
  private var members: ContiguousArray<TraceGrouper.Membership> = []

  init(_ log: StageLog) throws {
    self.log = log
    batches = try log.batches()
  }

  var units: [String: Int] { ["record": batches.reduce(0) { $0 + $1.records.count }] }

  mutating func pass() -> Int {
    var requests = 0
    group { requests += $0.count }
    return requests
  }

  /// The requests of the whole log, in order.
  mutating func requests() -> ContiguousArray<RequestEvent> {
    var all: ContiguousArray<RequestEvent> = []
    group { all.append(contentsOf: $0) }
    return all
  }

  private mutating func group(_ take: (ContiguousArray<RequestEvent>) -> Void) {
    var grouper = TraceGrouper()
    let origin = grouper.sources.origin(stream: 0, layouts: ["generated"], wrapping: "")
    for index in batches.indices {
      // The batch keeps the run's numbers of its labels: every pass begins with one that has none.
      var batch = batches[index]
      members.removeAll(keepingCapacity: true)
      grouper.consume(&batch, 0..<batch.records.count, in: log.blocks[index], from: origin, members: &members)
      take(grouper.requests)
      grouper.requests.removeAll(keepingCapacity: true)
      grouper.unfinished.removeAll(keepingCapacity: true)
    }
    grouper.finish()
    take(grouper.requests)
  }
}
