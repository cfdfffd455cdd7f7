import TestKit
import TraceCore

@testable import LogSource

/// What a source gave, all of it.
struct Reading: Equatable {
  var bytes: [UInt8] = []
  var notes: [LedgerNote] = []
  var bytesRead: Int64 = 0

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var kinds: [LedgerNote.Kind] { notes.map(\.kind) }

  init(_ source: any ByteSource, blockSize: Int = Block.standardCapacity, limit: Int = .max) throws(SourceError) {
    let block = Block(capacity: blockSize)
    while true {
      block.removeAll()
      let count = try source.read(into: block, atMost: limit)
      if count == 0 { break }
      precondition(count == block.count)
      let copy = block.copyOfBytes()
      bytes += copy
    }
    notes = source.notes
    bytesRead = source.bytesRead
  }
}

/// A source of ready bytes that come in pieces of random size, as from a pipe.
final class PiecewiseSource: ByteSource {
  private let data: [UInt8]
  private var random: SplitMix64
  private let largest: Int
  private(set) var bytesRead: Int64 = 0
  var notes: [LedgerNote] { [] }

  init(_ data: [UInt8], seed: UInt64 = 1, largest: Int = 50) {
    self.data = data
    self.largest = largest
    random = SplitMix64(seed: seed)
  }

  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    let start = Int(bytesRead)
    let count = min(
      Int.random(in: 1...largest, using: &random), limit, data.count - start, block.capacity - block.count)
    for byte in data[start..<start + count] { block.append(byte) }
    bytesRead += Int64(count)
    return count
  }
}
