// What is rare about a line, counted.

extension BlockParser {
  /// Notes what is wrong with the line that was read last, which begins at `offset`.
  @inline(never)
  func noteMarks(_ offset: Int, _ batch: inout RecordBatch, isWrapped: Bool) {
    if fields.isDamaged {
      batch.counts.damagedLines += 1
      batch.marks.append(LineMark(offset: UInt32(truncatingIfNeeded: offset), kind: .damaged))
    }
    if !isWrapped, let wrapper = fields.wrapper { batch.wrappers.insert(wrapper) }
  }

  @inline(never)
  func noteLong(_ offset: Int, by bytes: Int, _ batch: inout RecordBatch) {
    batch.counts.longLines += 1
    batch.counts.longLineBytes += Int64(bytes)
    batch.marks.append(
      LineMark(offset: UInt32(truncatingIfNeeded: offset), kind: .long, bytes: UInt32(clamping: bytes)))
  }

  /// Counts a run of NUL bytes; returns where the text begins.
  func skipNULs(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ batch: inout RecordBatch) -> Int {
    var i = start
    while i < end && bytes[i] == 0 { i += 1 }
    batch.counts.nulRuns += 1
    batch.counts.nulBytes += Int64(i - start)
    return i
  }
}
