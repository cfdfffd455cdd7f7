internal import LogSource
internal import TraceCore

/// Fills blocks with whole lines from one source: reads, cuts at the last newline, keeps the rest for the next block.
///
/// A line longer than `maxLine` is given up to there; its rest is passed over and counted.
struct BlockReader {
  private let source: any ByteSource
  /// Bytes asked for at once.
  private let readSize: Int
  private let maxLine: Int
  /// The beginning of a line whose end was not read yet.
  private var carry: Block
  private var isAtEnd = false
  /// Lines over `maxLine` and their bytes beyond it.
  private(set) var longLines: Int64 = 0
  private(set) var longLineBytes: Int64 = 0
  /// Runs of NULs too long to be kept, and their bytes.
  private(set) var nulRuns: Int64 = 0
  private(set) var nulBytes: Int64 = 0
  private var isInNULs = false

  init(_ source: any ByteSource, readSize: Int, maxLine: Int, carry: Block? = nil) {
    self.source = source
    self.readSize = readSize
    self.maxLine = maxLine
    self.carry = carry ?? Block(capacity: 4096)
  }

  var bytesRead: Int64 { source.bytesRead }
  var notes: [LedgerNote] { source.notes }

  /// Fills `block` (empty) with whole lines; false at the end. What is left without a newline then stays in `rest`.
  mutating func next(into block: Block) throws(SourceError) -> Bool {
    guard !isAtEnd else { return false }
    block.append(copying: carry.bytes)
    carry.removeAll()
    var searched = 0
    while true {
      if block.capacity - block.count < readSize { block.grow(to: max(block.capacity * 2, block.count + readSize)) }
      let read = try source.read(into: block, atMost: readSize)
      if read == 0 {
        isAtEnd = true
        let end = ByteSearch.last(0x0A, in: block.bytes, from: 0, to: block.count).map { $0 + 1 } ?? 0
        carry.append(copying: block.bytes.extracting(end..<block.count))
        block.truncate(to: end)
        return end > 0
      }
      if let newline = ByteSearch.last(0x0A, in: block.bytes, from: searched, to: block.count) {
        carry.append(copying: block.bytes.extracting(newline + 1..<block.count))
        block.truncate(to: newline + 1)
        return true
      }
      if block.count > maxLine && block.bytes[0] == 0 { dropNULs(in: block) }
      searched = block.count
      if block.count > maxLine {
        try passOver(in: block)
        return true
      }
    }
  }

  /// A run of NULs (a writer without O_APPEND after copytruncate) can be longer than any line: it is not kept.
  private mutating func dropNULs(in block: Block) {
    var count = 0
    while count < block.count && block.bytes[count] == 0 { count += 1 }
    if nulBytes == 0 || !isInNULs { nulRuns += 1 }
    isInNULs = count == block.count
    nulBytes += Int64(count)
    let rest = Block(capacity: max(block.count - count, 1))
    rest.append(copying: block.bytes.extracting(count..<block.count))
    block.removeAll()
    block.append(copying: rest.bytes)
  }

  /// Keeps the head of a line that is too long, reads on to its end, and ends it with a newline.
  private mutating func passOver(in block: Block) throws(SourceError) {
    longLines += 1
    longLineBytes += Int64(block.count - maxLine)
    block.truncate(to: maxLine)
    let scratch = Block(capacity: max(readSize, 4096))
    while true {
      scratch.removeAll()
      let read = try source.read(into: scratch, atMost: scratch.capacity)
      if read == 0 {
        isAtEnd = true
        return
      }
      if let newline = ByteSearch.first(0x0A, in: scratch.bytes, from: 0, to: read) {
        longLineBytes += Int64(newline)
        carry.append(copying: scratch.bytes.extracting(newline + 1..<read))
        break
      }
      longLineBytes += Int64(read)
    }
    block.append(0x0A)
  }

  /// The bytes behind the last newline, once `next` has said false.
  var rest: Block { carry }
}
