internal import ArgumentParser
internal import TraceCore

/// Times how the state of a followed run is saved and loaded: what a checkpoint costs, but for the disk.
struct StateMeasurement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Time the saving and loading of the state of a run.", shouldDisplay: false)

  @Option(help: "Request ids seen in all.")
  var ids = 1_000_000

  @Option(help: "Traces that are open at the end.")
  var open = 100_000

  @Option(help: "Routes.")
  var routes = 200

  @Option(help: "How many times; the fastest counts.")
  var runs = 10

  func run() throws {
    var grouper = TraceGrouper()
    var stats = RequestStats()
    try fill(&grouper, &stats)
    var state = Block(capacity: 1)
    var sum: UInt64 = 0
    let saving = try fastest {
      state = try StateCoder.saved { coder throws(StateError) in try code(&coder, &grouper, &stats) }
    }
    let checking = fastest { sum = CRC64.checksum(of: state.bytes) }
    let loading = try fastest {
      var other = TraceGrouper()
      var others = RequestStats()
      try StateCoder.load(state.bytes) { coder throws(StateError) in try code(&coder, &other, &others) }
    }
    let distinct = grouper.distinctIDs
    print(
      "\(grouper.openTraces) open traces, \(distinct) ids, \(routes) routes: \(state.count) bytes; saved in \(saving) ms, "
        + "checksum in \(checking) ms (\(sum)), loaded in \(loading) ms")
  }

  private func code(
    _ coder: inout StateCoder, _ grouper: inout TraceGrouper, _ stats: inout RequestStats
  ) throws(StateError) {
    try coder.code(&grouper)
    try coder.code(&stats)
  }

  /// Milliseconds of the fastest run.
  private func fastest(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var best = Duration.seconds(1_000)
    for _ in 0..<max(runs, 1) { best = min(best, try clock.measure(body)) }
    return Double(best / .microseconds(1)).rounded() / 1_000
  }

  /// Requests one after another at such a rate that those of the last minute are as many as shall be open: each trace stays
  /// for a minute after its last record. One in a hundred never ends.
  private func fill(_ grouper: inout TraceGrouper, _ stats: inout RequestStats) throws {
    let layouts = try LayoutDetector(catalog: .plain, zone: .utc).named("python-request-id").layouts
    var parser = BlockParser(plan: ParsePlan(catalog: .plain), layouts: layouts, zone: .utc, referenceTime: 0)
    var members: ContiguousArray<TraceGrouper.Membership> = []
    var batch = RecordBatch()
    let step = 60 * EventTime.nanosecondsPerSecond / Int64(max(open, 1))
    var next = 0
    while next < ids {
      let block = Block()
      while next < ids, block.count < Block.standardCapacity - 1_000 {
        let time = 1_795_413_600_000_000_000 + Int64(next) * step
        let head = "2026-11-23 \(EventTime.timeOfDay(time).replacing(".", with: ",")) INFO [api.access] "
        let id = "[\(String(UInt64(next) &* 0x9E37_79B9_7F4A_7C15, radix: 16))0123456789abcdef]"
        let request = "method=GET path=/api/route\(next % routes)"
        block.append(copying: Array("\(head)\(id) request started \(request)\n".utf8).span)
        if next % 100 != 0 {
          let end = "status=200 duration_ms=\(next * 7_919 % 3_000)"
          block.append(copying: Array("\(head)\(id) request finished \(request) \(end)\n".utf8).span)
        }
        next += 1
      }
      batch.removeAll()
      parser.run(block, into: &batch)
      let origin = grouper.sources.origin(stream: 0, layouts: layouts.names, wrapping: "")
      grouper.consume(&batch, 0..<batch.records.count, in: block, from: origin, members: &members)
      for request in grouper.requests { stats.add(request) }
      grouper.requests.removeAll()
      grouper.unfinished.removeAll()
    }
  }
}
