internal import Foundation
internal import TraceCore

/// A log in memory, in blocks of whole lines as skein reads it.
struct StageLog {
  let blocks: [Block]
  let lines: Int

  /// Reads all of the log at `path`, which ends with a newline.
  init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path), data.last == Self.newline else {
      throw BenchFault("\(path) is not there, or does not end with a newline")
    }
    let bytes = ContiguousArray(data)
    var blocks: [Block] = []
    var start = 0
    while start < bytes.count {
      var end = min(start + Block.standardCapacity, bytes.count)
      while end > start && bytes[end - 1] != Self.newline { end -= 1 }
      guard end > start else { throw BenchFault("\(path) has a line longer than a block") }
      let block = Block()
      block.append(copying: bytes.span.extracting(start..<end))
      blocks.append(block)
      start = end
    }
    self.blocks = blocks
    lines = bytes.count { $0 == Self.newline }
  }

  private static let newline = UInt8(ascii: "\n")

  /// A parser as `skein stats` would make it for this log.
  ///
  /// - Parameter condition: an expression that is evaluated on every record; none if nil.
  func parser(condition: String? = nil) throws -> BlockParser {
    let predicates = try condition.map { [try FilterExpression(parsing: $0)] } ?? []
    let catalog = FieldCatalog(wanted: predicates.flatMap(\.fieldNames))
    let detector = LayoutDetector(catalog: catalog, zone: .utc)
    let head = blocks[0]
    let choice = detector.detect(head.bytes, referenceTime: 0)
    return BlockParser(
      plan: ParsePlan(catalog: catalog, recordPredicates: predicates), layouts: choice.layouts, zone: .utc,
      referenceTime: 0)
  }

  /// The records of every block.
  func batches() throws -> [RecordBatch] {
    var parser = try parser()
    return blocks.map { block in
      var batch = RecordBatch()
      parser.run(block, into: &batch)
      return batch
    }
  }
}
