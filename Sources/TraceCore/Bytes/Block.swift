internal import CShims

/// A reusable buffer of log bytes.
///
/// A source fills it from the front; a stage reads it through `bytes`. Invariants: `0 <= count <= capacity`;
/// bytes at or above `count` are undefined. Capacity only grows, and only in `grow(to:)`.
/// It does not know about lines: `ByteMasks` finds them.
@safe
package final class Block {
  /// Size in bytes that a pool hands out (measured best at 256 KiB).
  package static let standardCapacity = 256 * 1024

  private var base: UnsafeMutableRawPointer
  /// Bytes that can be held without growing.
  package private(set) var capacity: Int
  /// Bytes that are valid, from the front.
  package private(set) var count = 0

  /// Allocates `capacity` bytes (at least 1), uninitialised.
  package init(capacity: Int = Block.standardCapacity) {
    self.capacity = max(capacity, 1)
    unsafe base = .allocate(byteCount: self.capacity, alignment: 64)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// The valid bytes.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let start = unsafe base.assumingMemoryBound(to: UInt8.self)
      let span = unsafe Span<UInt8>(_unsafeStart: start, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Lets `body` write after the valid bytes; it returns how many it wrote, which become valid.
  package func append<E: Error>(
    atMost limit: Int = .max,
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) -> Int {
    let room = min(capacity - count, limit)
    let written = try unsafe body(UnsafeMutableRawBufferPointer(start: base + count, count: room))
    precondition(written >= 0 && written <= room, "a source wrote past its room")
    count += written
    return written
  }

  /// Copies `source` after the valid bytes, growing if needed.
  package func append(copying source: Span<UInt8>) {
    if count + source.count > capacity { grow(to: max(capacity * 2, count + source.count)) }
    unsafe source.withUnsafeBytes { from in
      guard let start = from.baseAddress else { return }
      unsafe (base + count).copyMemory(from: start, byteCount: from.count)
    }
    count += source.count
  }

  /// Appends one byte, growing if needed.
  package func append(_ byte: UInt8) {
    if count == capacity { grow(to: capacity * 2) }
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  /// Makes room for at least `newCapacity` bytes; keeps the valid ones. Copies, so rare.
  package func grow(to newCapacity: Int) {
    guard newCapacity > capacity else { return }
    let bigger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 64)
    unsafe bigger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = bigger
    capacity = newCapacity
  }

  /// This thread reads the valid bytes from here on: what a fault of its own says where it was. They must stay until
  /// `CurrentPlace.leave()`.
  ///
  /// - Parameters:
  ///   - line: of the first line in the file at `path`, from 1; 0 where it is not known.
  ///   - byte: of the first byte in the file, for then.
  package func enter(path: String, line: Int, byte: Int64 = 0) {
    unsafe path.withCString { name in
      unsafe skein_fault_read(name, Int64(line), byte, base.assumingMemoryBound(to: UInt8.self), count)
    }
  }

  /// The hash by which a fault of its own names a line (fault.h).
  package func lineHash(_ range: Range<Int>) -> UInt64 {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a line outside of the block")
    return unsafe skein_line_hash((base + range.lowerBound).assumingMemoryBound(to: UInt8.self), range.count)
  }

  /// Writes `byte` over the bytes of `range`.
  package func overwrite(_ range: Range<Int>, with byte: UInt8) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a write outside of the block")
    for at in range { unsafe base.storeBytes(of: byte, toByteOffset: at, as: UInt8.self) }
  }

  /// Gives back room that is not used, where it is most of the block: for blocks that have to wait. Copies.
  package func trim() {
    guard capacity > 8192, capacity / 4 > count else { return }
    let smaller = UnsafeMutableRawPointer.allocate(byteCount: max(count, 64), alignment: 64)
    unsafe smaller.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = smaller
    capacity = max(count, 64)
  }

  /// Forgets all bytes at or above `newCount`.
  package func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count)
    count = newCount
  }

  /// Forgets all bytes; keeps the memory.
  package func removeAll() { count = 0 }
}
