/// Which bytes of a text are what the parsers look for: one bit a byte, 64 bytes an entry.
///
/// Filled once a block by vector instructions; what then walks lines, words and pairs counts zeros instead of looking at
/// bytes. Entry `i` is about the bytes `64 * i ..< 64 * i + 64`.
package struct ByteMasks: Sendable {
  private var windows: ContiguousArray<ByteMaskWindow> = []
  /// Where the newlines are, and room behind.
  private var ends: ContiguousArray<UInt32> = []
  private var count = 0
  /// Newlines in the text that was scanned last.
  package private(set) var newlines = 0

  package init() {}

  /// The masks of all of `bytes`.
  package init(of bytes: Span<UInt8>) { fill(from: bytes) }

  /// The entries of the text that was scanned last, and one more without bits.
  package var span: Span<ByteMaskWindow> {
    @_lifetime(borrow self)
    get { windows.span.extracting(first: count + 1) }
  }

  /// The places of the newlines in order, after `findNewlines`.
  var newlinePlaces: Span<UInt32> {
    @_lifetime(borrow self)
    get { ends.span.extracting(first: newlines) }
  }

  /// Scans a text in place of the last one; keeps the memory.
  package mutating func fill(from bytes: Span<UInt8>) {
    count = (bytes.count + 63) / 64
    if windows.count <= count {
      windows = ContiguousArray(repeating: ByteMaskWindow(), count: max(count + 1, 2 * windows.count))
    }
    newlines = ByteSearch.scan(bytes, into: &windows)
  }

  /// Fills `newlinePlaces`.
  mutating func findNewlines() {
    if ends.count <= newlines { ends = ContiguousArray(repeating: 0, count: max(newlines + 1, 2 * ends.count)) }
    ByteSearch.newlines(in: windows, windows: count, of: newlines, into: &ends)
  }

  /// Finds the equals signs of `bytes`, the text that was scanned last, whose keys are not known to mean nothing.
  ///
  /// - Parameter endings: the table of a `KeyEndings`.
  mutating func markTelling(in bytes: Span<UInt8>, _ endings: ContiguousArray<UInt64>) {
    ByteSearch.markTelling(bytes, &windows, endings)
  }
}

/// Walking over masks, as `ByteMasks.span` gives them. All offsets are of the text; bits behind its end are never set.
extension Span where Element == ByteMaskWindow {
  /// Offset of the first byte in `start ..< end` that `mask` picks, or `end`.
  @inline(__always)
  func first(from start: Int, to end: Int, _ mask: (borrowing ByteMaskWindow) -> UInt64) -> Int {
    guard start < end else { return end }
    // The 64 bytes from `start` on, so that where it lies in its window makes no branch.
    let window = start &>> 6
    let shift = UInt64(truncatingIfNeeded: start & 63)
    let bits = mask(self[window]) &>> shift | (mask(self[window &+ 1]) &<< 1) &<< (63 &- shift)
    if bits != 0 { return Swift.min(start &+ bits.trailingZeroBitCount, end) }
    return start &+ 64 < end ? later(from: start &+ 64, to: end, mask) : end
  }

  @inline(__always)
  private func later(from start: Int, to end: Int, _ mask: (borrowing ByteMaskWindow) -> UInt64) -> Int {
    var window = start &>> 6
    var bits = mask(self[window]) & (~0 &<< UInt64(truncatingIfNeeded: start))
    while bits == 0 {
      window &+= 1
      guard window &<< 6 < end else { return end }
      bits = mask(self[window])
    }
    return Swift.min(window &<< 6 &+ bits.trailingZeroBitCount, end)
  }

  /// Offset after the last byte in `start ..< end` that `mask` picks, or `start`.
  @inline(__always)
  func behindLast(from start: Int, to end: Int, _ mask: (borrowing ByteMaskWindow) -> UInt64) -> Int {
    guard start < end else { return start }
    if end >= 64 {
      // The 64 bytes before `end`.
      let window = (end &- 64) &>> 6
      let shift = UInt64(truncatingIfNeeded: end & 63)
      let bits = mask(self[window]) &>> shift | (mask(self[window &+ 1]) &<< 1) &<< (63 &- shift)
      if bits != 0 { return Swift.max(end &- bits.leadingZeroBitCount, start) }
      if end &- start <= 64 { return start }
    }
    var window = (end &- 1) &>> 6
    var bits = mask(self[window]) & (~0 &>> UInt64(truncatingIfNeeded: 63 &- (end &- 1)))
    while bits == 0 {
      guard window &<< 6 > start else { return start }
      window &-= 1
      bits = mask(self[window])
    }
    return Swift.max(window &<< 6 &+ 64 &- bits.leadingZeroBitCount, start)
  }
}
