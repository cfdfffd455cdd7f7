internal import TraceCore

/// Adds the requests of a log to the figures of all and of their routes, quantile sketches included.
///
/// Later passes add to the same figures, so that the sketches are past the values that they keep whole.
struct StatsStage: Stage {
  private let requests: ContiguousArray<RequestEvent>
  private var stats = RequestStats()

  init(_ log: StageLog) throws {
    var grouping = try GroupStage(log)
    requests = grouping.requests()
  }

  var units: [String: Int] { ["request": requests.count] }

  mutating func pass() -> Int {
    for request in requests { stats.add(request) }
    return Int(stats.total.requests)
  }
}

/// Adds the durations of a log's requests to one quantile sketch, which is past the values that it keeps whole.
struct SketchStage: Stage {
  private let durations: ContiguousArray<Int64>
  private var sketch = QuantileSketch()

  init(_ log: StageLog) throws {
    var grouping = try GroupStage(log)
    durations = ContiguousArray(grouping.requests().map(\.duration))
  }

  var units: [String: Int] { ["value": durations.count] }

  mutating func pass() -> Int {
    for duration in durations { sketch.add(duration) }
    return Int(sketch.count)
  }
}
