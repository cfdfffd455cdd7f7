internal import TraceCore

/// Turns blocks into records: splitting, layout, fields, times, routes, and a condition on each record if there is one.
struct ParseStage: Stage {
  private let log: StageLog
  private var parser: BlockParser
  private var batch = RecordBatch()
  private let records: Int

  init(_ log: StageLog, condition: String? = nil) throws {
    self.log = log
    parser = try log.parser(condition: condition)
    records = try log.batches().reduce(0) { $0 + $1.records.count }
  }

  var units: [String: Int] { ["line": log.lines, "record": records] }

  mutating func pass() -> Int {
    var met = 0
    for block in log.blocks {
      batch.removeAll()
      parser.run(block, into: &batch)
      met += batch.records.count
    }
    return met
  }
}
