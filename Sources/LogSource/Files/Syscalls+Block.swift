internal import Platform
internal import TraceCore

/// Reading into blocks, and comparing with what was read.
extension Syscalls {
  /// One read from where the file is. 0 is the end.
  static func read(_ file: borrowing FileDescriptor, into block: Block, atMost limit: Int) throws(SystemError) -> Int {
    let number = file.number
    return unsafe try block.append(atMost: limit) { (room: UnsafeMutableRawBufferPointer) throws(SystemError) in
      unsafe try read(number, into: room)
    }
  }

  /// One read at `offset` of a regular file. 0 is the end.
  static func read(
    _ file: borrowing FileDescriptor, at offset: Int64, into block: Block, atMost limit: Int
  ) throws(SystemError) -> Int {
    let number = file.number
    return unsafe try block.append(atMost: limit) { (room: UnsafeMutableRawBufferPointer) throws(SystemError) in
      unsafe try read(number, at: offset, into: room)
    }
  }

  /// Up to `count` bytes at `offset`: fewer only where the file ends.
  static func bytes(of file: borrowing FileDescriptor, at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
    guard count > 0 else { return [] }
    let block = Block(capacity: count)
    while block.count < count {
      if try read(file, at: offset + Int64(block.count), into: block, atMost: count - block.count) == 0 { break }
    }
    return block.copyOfBytes()
  }

  /// Whether these bytes stand at `offset`.
  static func holds(_ file: borrowing FileDescriptor, at offset: Int64, _ expected: [UInt8]) throws(SystemError) -> Bool
  {
    guard !expected.isEmpty else { return true }
    let block = Block(capacity: expected.count)
    while block.count < expected.count {
      let count = try read(file, at: offset + Int64(block.count), into: block, atMost: expected.count - block.count)
      if count == 0 { return false }
    }
    return ByteSearch.equal(block.bytes, 0, expected.span, 0, count: expected.count)
  }
}
