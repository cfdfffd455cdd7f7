internal import TraceCore

/// Bytes that are there already: samples of rules, and tests.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0
  var bytesRead: Int64 { Int64(position) }
  var notes: [LedgerNote] { [] }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    let end = min(bytes.count, position + limit)
    let bytes = bytes
    block.append(copying: bytes.span.extracting(position..<end))
    let count = end - position
    position = end
    return count
  }
}
