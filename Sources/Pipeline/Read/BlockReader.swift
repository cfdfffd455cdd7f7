internal import LogSource
internal import TraceCore

/// Fills blocks with whole lines from one source: reads, cuts at the last newline, keeps the rest for the next block.
///
/// A line longer than `maxLine` is given up to there; its rest is passed over and counted, or given in blocks of its own.
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
  /// Whether what a line has beyond `maxLine` is given as well.
  private let keepsTails: Bool
  /// The line whose head was given last goes on: bytes of it beyond `maxLine` so far, and the last one.
  private var tail: (length: Int, last: UInt8)?
  /// Whether the last block holds nothing but more of the line before it.
  private(set) var gaveTail = false
  /// A line that is too long and whose end was not read yet: its head is in `carry`.
  private var passing: (length: Int, last: UInt8)?
  /// Line ends given behind such a tail.
  private(set) var tailEndBytes: Int64 = 0

  init(_ source: any ByteSource, readSize: Int, maxLine: Int, keepsTails: Bool = false, carry: Block? = nil) {
    self.keepsTails = keepsTails
    self.source = source
    self.readSize = readSize
    self.maxLine = maxLine
    self.carry = carry ?? Block(capacity: 64)
  }

  var bytesRead: Int64 { source.bytesRead }
  var notes: [LedgerNote] { source.notes }

  /// What `next` came to.
  enum Next { case lines, paused, end }

  /// Fills `block` (empty) with whole lines. At the end, what is left without a newline stays in `rest`; where the source
  /// has no more for the moment, it waits for its end.
  mutating func next(into block: Block) throws(SourceError) -> Next {
    guard !isAtEnd else { return .end }
    block.append(copying: carry.bytes)
    carry.removeAll()
    gaveTail = tail != nil
    if let tail { return try goOn(tail, in: block) }
    if let passing { return try passOver(passing, in: block) }
    var searched = 0
    while true {
      if block.capacity - block.count < readSize { block.grow(to: max(block.capacity * 2, block.count + readSize)) }
      let read = try source.read(into: block, atMost: readSize)
      if read == 0 {
        isAtEnd = !source.isPaused
        if isAtEnd {
          endNULs(in: block)
          source.close()
        }
        var end = ByteSearch.last(0x0A, in: block.bytes, from: 0, to: block.count).map { $0 + 1 } ?? 0
        // A last line without its end may go on with those before it.
        if !isAtEnd || end < block.count { end = beforeHead(in: block, end) }
        carry.append(copying: block.bytes.extracting(end..<block.count))
        block.truncate(to: end)
        return end > 0 ? .lines : isAtEnd ? .end : .paused
      }
      if let newline = ByteSearch.last(0x0A, in: block.bytes, from: searched, to: block.count) {
        let end = beforeHead(in: block, newline - endNULs(in: block) + 1)
        if end > 0 {
          carry.append(copying: block.bytes.extracting(end..<block.count))
          block.truncate(to: end)
          return .lines
        }
      }
      if block.count > maxLine && (isInNULs || block.bytes[0] == 0) { dropNULs(in: block) }
      searched = block.count
      if block.count > maxLine {
        guard keepsTails else { return try passOver((block.count, block.bytes[block.count - 1]), in: block) }
        carry.append(copying: block.bytes.extracting(maxLine..<block.count))
        block.truncate(to: maxLine)
        tail = (0, 0)
        return .lines
      }
    }
  }

  /// Where whole lines end, less the last ones if more may belong to them.
  private func beforeHead(in block: Block, _ end: Int) -> Int { JoinedLines.lastStart(block.bytes, end) }

  /// A run of NULs (a writer without O_APPEND after copytruncate) can be longer than any line: it is not kept. It is
  /// counted once, in however many pieces it comes. Returns how many bytes went.
  @discardableResult
  private mutating func dropNULs(in block: Block) -> Int {
    var count = 0
    while count + 8 <= block.count && ByteSearch.word(block.bytes, at: count) == 0 { count += 8 }
    while count < block.count && block.bytes[count] == 0 { count += 1 }
    if !isInNULs { nulRuns += 1 }
    isInNULs = count == block.count
    nulBytes += Int64(count)
    guard count > 0 else { return 0 }
    let rest = Block(capacity: max(block.count - count, 1))
    rest.append(copying: block.bytes.extracting(count..<block.count))
    block.removeAll()
    block.append(copying: rest.bytes)
    return count
  }

  /// Drops what is left of a run when its line ends in `block`, so that the parser does not count it again.
  @discardableResult
  private mutating func endNULs(in block: Block) -> Int {
    guard isInNULs else { return 0 }
    let count = dropNULs(in: block)
    isInNULs = false
    return count
  }

  /// Keeps the head of a line that is too long, reads on to its end, and ends it as it ended. A carriage return there is
  /// no part of the line, as in the parser.
  private mutating func passOver(
    _ line: (length: Int, last: UInt8), in block: Block
  ) throws(SourceError) -> Next {
    var (length, last) = line
    passing = nil
    block.truncate(to: min(block.count, maxLine))
    let scratch = Block(capacity: max(readSize, 4096))
    while true {
      scratch.removeAll()
      let read = try source.read(into: scratch, atMost: scratch.capacity)
      if read == 0 && source.isPaused {
        passing = (length, last)
        carry.append(copying: block.bytes)
        block.removeAll()
        return .paused
      }
      isAtEnd = read == 0
      let end = ByteSearch.first(0x0A, in: scratch.bytes, from: 0, to: read)
      if (end ?? read) > 0 { last = scratch.bytes[(end ?? read) - 1] }
      length += end ?? read
      if let end { carry.append(copying: scratch.bytes.extracting(end + 1..<read)) }
      guard end == nil && !isAtEnd else { break }
    }
    if last == 0x0D { length -= 1 }
    if length > maxLine {
      longLines += 1
      longLineBytes += Int64(length - maxLine)
    }
    if last == 0x0D { block.append(last) }
    if !isAtEnd { block.append(0x0A) }
    return .lines
  }

  /// Gives more of a line that is too long, up to its end. It counts what `passOver` counts.
  private mutating func goOn(_ tail: (length: Int, last: UInt8), in block: Block) throws(SourceError) -> Next {
    if block.count == 0 {
      if block.capacity < readSize { block.grow(to: readSize) }
      isAtEnd = try source.read(into: block, atMost: readSize) == 0
      if isAtEnd && source.isPaused {
        isAtEnd = false
        return .paused
      }
    }
    let newline = ByteSearch.first(0x0A, in: block.bytes, from: 0, to: block.count)
    let end = newline ?? block.count
    var length = tail.length + end
    let last = end > 0 ? block.bytes[end - 1] : tail.last
    self.tail = (length, last)
    guard isAtEnd || newline != nil else { return .lines }
    self.tail = nil
    if last == 0x0D {
      length -= 1
      tailEndBytes += 1
    }
    if length > 0 {
      longLines += 1
      longLineBytes += Int64(length)
    }
    if let newline {
      tailEndBytes += 1
      carry.append(copying: block.bytes.extracting(newline + 1..<block.count))
      block.truncate(to: newline + 1)
    }
    return isAtEnd ? .end : .lines
  }

  /// The input ends where it stands: settles a line over `maxLine` and a run of NULs that were not read to their end.
  mutating func end() {
    if isInNULs { endNULs(in: carry) }
    if let (length, last) = passing {
      passing = nil
      let beyond = (last == 0x0D ? length - 1 : length) - maxLine
      if beyond > 0 {
        longLines += 1
        longLineBytes += Int64(beyond)
      }
      if last == 0x0D { carry.append(last) }
    }
    if let (length, last) = tail {
      tail = nil
      if last == 0x0D { tailEndBytes += 1 }
      let beyond = last == 0x0D ? length - 1 : length
      if beyond > 0 {
        longLines += 1
        longLineBytes += Int64(beyond)
      }
    }
  }

  /// The bytes behind the last newline, once `next` has come to the end.
  var rest: Block { carry }

  /// Bytes read that no block has yet.
  var pendingCount: Int { carry.count }

  /// Whether it stands between two lines but for `pendingCount` bytes, so that reading could begin again in front of those.
  var isBetweenLines: Bool { tail == nil && passing == nil && !isInNULs }
}
