/// How often a layout is in use in a file, and since when.
package struct LayoutUse: Sendable, Equatable {
  package var name: String
  /// Records that it reads.
  package var records: Int64
  /// Number of the first of their lines in the file, from 1.
  package var firstLine: Int64

  package init(name: String, records: Int64, firstLine: Int64) {
    self.name = name
    self.records = records
    self.firstLine = firstLine
  }
}

extension LayoutUse: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&name)
    try coder.code(count: &records)
    try coder.code(count: &firstLine)
  }
}

/// The use of a layout in one block.
package struct BlockLayout: BitwiseCopyable, Sendable, Equatable {
  /// Its place among the stream's layouts.
  package var layout: UInt8
  package var records: Int32
  /// The first of their lines in the block, from 0.
  package var line: Int32
}

/// Counts the records of each layout of a block, a run of equal ones at once.
struct LayoutUses {
  /// Of the last record; -1 before the first.
  private(set) var layout = -1
  private var start = 0
  private var line = 0

  /// The next record, number `record` of the block and at line `line`, has another layout.
  @inline(never)
  mutating func change(to next: Int, _ record: Int, _ line: Int, _ uses: inout ContiguousArray<BlockLayout>) {
    end(record, &uses)
    layout = next
    start = record
    self.line = line
  }

  /// The last run ends before record `record`.
  func end(_ record: Int, _ uses: inout ContiguousArray<BlockLayout>) {
    guard layout >= 0, record > start else { return }
    let count = Int32(truncatingIfNeeded: record - start)
    if let known = uses.firstIndex(where: { Int($0.layout) == layout }) {
      uses[known].records += count
    } else {
      uses.append(
        BlockLayout(layout: UInt8(truncatingIfNeeded: layout), records: count, line: Int32(truncatingIfNeeded: line)))
    }
  }
}
