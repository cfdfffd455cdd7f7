internal import LogSource
internal import TraceCore

/// A followed generation whose first line is waited for: without a whole line nobody knows how its lines are read.
///
/// Gives the bytes that were read in the meantime again, then the rest.
final class OpeningGeneration: ByteSource {
  let generation: FollowedGeneration
  /// Bytes read and not given.
  private var buffer: Block
  private var given = 0
  /// Bytes of log given so far.
  private(set) var count: Int64 = 0

  init(_ generation: FollowedGeneration) {
    self.generation = generation
    buffer = Block(capacity: 4096)
  }

  /// What looking for the first line came to.
  enum Look { case line, paused, ended }

  /// Reads until there is a whole line.
  func look() throws(SourceError) -> Look {
    while ByteSearch.first(0x0A, in: buffer.bytes, from: 0, to: buffer.count) == nil {
      // Enough for a line that is too long to be looked at.
      guard buffer.count < OpeningGeneration.longestFirstLine else { return .line }
      if buffer.count == buffer.capacity { buffer.grow(to: buffer.capacity * 2) }
      if try generation.read(into: buffer, atMost: buffer.capacity - buffer.count) == 0 {
        return generation.isPaused ? .paused : .ended
      }
    }
    return .line
  }

  private static let longestFirstLine = 4 << 20

  /// Bytes read so far.
  var front: Block { buffer }

  var bytesRead: Int64 { generation.bytesRead }
  var isPaused: Bool { given == buffer.count && generation.isPaused }
  var notes: [LedgerNote] { generation.notes }

  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    if given < buffer.count {
      let length = min(buffer.count - given, limit, block.capacity - block.count)
      block.append(copying: buffer.bytes.extracting(given..<given + length))
      given += length
      count += Int64(length)
      if given == buffer.count {
        buffer = Block(capacity: 1)
        given = 0
      }
      return length
    }
    let read = try generation.read(into: block, atMost: limit)
    count += Int64(read)
    return read
  }
}
