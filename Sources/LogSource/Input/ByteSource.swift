package import TraceCore

/// Where log bytes come from, decompressed, front to back, once.
///
/// It knows nothing of lines. What goes wrong inside compressed data is no error: what came out before is used, the
/// read ends, and `notes` says so. Errors are for what cannot be read at all.
package protocol ByteSource: AnyObject {
  /// Appends up to `limit` bytes to `block`, as many as are at hand but at least one; returns how many, 0 at the end.
  /// The block must have room. May block on a pipe. What is followed returns 0 for a pause as well (`isPaused`).
  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int

  /// Bytes read so far as they stand in the file (compressed ones if compressed).
  var bytesRead: Int64 { get }

  /// What a reader of the results must know; complete once `read` has returned 0.
  var notes: [LedgerNote] { get }

  /// Whether the last `read` returned 0 because nothing is there for the moment: more may come. Only what is followed
  /// pauses.
  var isPaused: Bool { get }

  /// Nothing more is read: what the source holds open may go.
  func close()
}

extension ByteSource {
  package func close() {}
  package var isPaused: Bool { false }

  /// Reads until `block` holds `count` bytes (or is full) or the source ends; returns whether it ended.
  package func fill(_ block: Block, to count: Int) throws(SourceError) -> Bool {
    let target = min(count, block.capacity)
    while block.count < target {
      if try read(into: block, atMost: target - block.count) == 0 { return true }
    }
    return false
  }
}

/// A source whose first bytes were looked at already: gives them again, then the rest.
package final class ReplayedSource: ByteSource {
  private let head: [UInt8]
  private var given = 0
  private let rest: any ByteSource

  package init(head: [UInt8], rest: any ByteSource) {
    self.head = head
    self.rest = rest
  }

  package var bytesRead: Int64 { rest.bytesRead }
  package var notes: [LedgerNote] { rest.notes }
  package var isPaused: Bool { rest.isPaused }
  package func close() { rest.close() }

  package func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    guard given < head.count else { return try rest.read(into: block, atMost: limit) }
    let count = min(head.count - given, limit, block.capacity - block.count)
    let head = self.head
    block.append(copying: head.span.extracting(given..<given + count))
    given += count
    return count
  }
}
