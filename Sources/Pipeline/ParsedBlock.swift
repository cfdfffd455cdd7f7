package import TraceCore

/// A block, what was parsed from it, and where it comes from. Reused by the driver once nobody holds it.
package final class ParsedBlock {
  package let block: Block
  package var batch = RecordBatch()
  /// Of an unwrapped block: one entry a line.
  package var origins: ContiguousArray<LineOrigin>?
  /// Index of the stream, and of the generation in it and in the ledger.
  package var stream = 0
  package var source = 0
  var generation = 0
  /// Number of the block's first line in its file, from 1.
  package var firstLine = 1
  /// The stream's layouts when it was parsed.
  package var layouts: [String] = []
  /// As `layouts`, to read single lines again.
  var layoutSet: LayoutSet?
  /// Records already given to the merge stage.
  package var consumed = 0
  /// Hits of rules already given to them.
  var consumedHits = 0
  /// Its records are there.
  var isParsed = false
  /// What the parser said of times without a zone: the last one, and whether the one before the block matters.
  private(set) var previousTime = EventTime.none
  private(set) var dependsOnTimeBefore = false

  package init(capacity: Int) { block = Block(capacity: capacity) }

  /// Number in its file of line `index` of the block.
  package func lineNumber(_ index: Int) -> Int {
    guard let origins, index < origins.count else { return firstLine + index }
    return Int(origins[index].line)
  }

  /// The request id of one of its records; invalid UTF-8 repaired.
  func id(of record: Record) -> String {
    var bytes: [UInt8] = []
    let arena = batch.arena
    let block = block
    let text = block.bytes
    for i in record.id.start..<record.id.end { bytes.append(record.id.isInArena ? arena[i] : text[i]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Fills the batch with the block's records.
  func parse(with parser: inout BlockParser, timeBefore: Int64 = EventTime.none) {
    parser.run(block, origins: origins, timeBefore: timeBefore, into: &batch)
    previousTime = parser.previousTime
    dependsOnTimeBefore = parser.dependsOnTimeBefore
  }

  package func removeAll() {
    block.removeAll()
    batch.removeAll()
    origins = nil
    consumed = 0
    consumedHits = 0
    isParsed = false
  }
}
