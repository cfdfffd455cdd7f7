/// Numbers after a block's bytes: what the state of a run is written into (`StateCoder`).
extension Block {
  /// Appends the lowest `size` bytes (1 to 8) of a word, the lowest first, growing if needed.
  @inline(__always)
  func append(word: UInt64, size: Int = 8) {
    precondition(size > 0 && size <= 8)
    if capacity &- count < 8 { grow(to: max(capacity * 2, count + 8)) }
    _ = unsafe append { (room: UnsafeMutableRawBufferPointer) in
      unsafe room.storeBytes(of: word.littleEndian, as: UInt64.self)
      return size
    }
  }
}
