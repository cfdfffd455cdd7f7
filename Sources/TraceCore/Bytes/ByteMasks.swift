/// Which bytes of a text are what the parsers look for: one bit a byte, 64 bytes an entry.
///
/// Filled once a block by vector instructions; what then walks lines, words and pairs counts zeros instead of looking at
/// bytes. Entry `i` is about the bytes `64 * i ..< 64 * i + 64`.
package struct ByteMasks: Sendable {
  /// The masks of 64 bytes; bit 0 is the first. Laid out as `skein_masks`.
  package struct Window: BitwiseCopyable, Sendable {
    var newlines: UInt64 = 0
    /// 0x80 and above.
    var high: UInt64 = 0
    /// At most 0x20.
    var blanks: UInt64 = 0
    /// `=`
    var equals: UInt64 = 0
    /// `]`
    var brackets: UInt64 = 0
    /// `"` and `'`
    var quotes: UInt64 = 0
    /// What cannot stand in a JSON string as it is: `"`, a backslash, below 0x20.
    var textEnds: UInt64 = 0
    /// `=` that may end a key that means something: all until `markTelling`.
    var telling: UInt64 = 0
  }

  private var windows: ContiguousArray<Window> = []
  /// Where the newlines are, and room after them.
  private var ends: ContiguousArray<UInt32> = []
  private var count = 0
  /// Newlines in the text that was scanned last.
  package private(set) var newlines = 0

  package init() {}

  /// The masks of all of `bytes`.
  package init(of bytes: Span<UInt8>) { fill(from: bytes) }

  /// The entries of the text that was scanned last, and one more without bits.
  package var span: Span<Window> {
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
      windows = ContiguousArray(repeating: Window(), count: max(count + 1, 2 * windows.count))
    }
    newlines = ByteSearch.scan(bytes, into: &windows)
  }

  /// Fills `newlinePlaces`.
  mutating func findNewlines() {
    if ends.count <= newlines { ends = ContiguousArray(repeating: 0, count: max(newlines + 1, 2 * ends.count)) }
    ByteSearch.newlines(in: windows, windows: count, of: newlines, into: &ends)
  }

  /// Finds the equals signs of `bytes`, the text that was scanned last, whose keys are not known to mean nothing.
  mutating func markTelling(in bytes: Span<UInt8>, _ endings: borrowing KeyEndings) {
    ByteSearch.markTelling(bytes, &windows, endings.entries)
  }
}

/// Walking over masks, as `ByteMasks.span` gives them. All offsets are of the text; bits after its end are never set.
extension Span where Element == ByteMasks.Window {
  /// Offset of the first byte in `start ..< end` that `mask` picks, or `end`.
  @inline(__always)
  func first(from start: Int, to end: Int, _ mask: (borrowing ByteMasks.Window) -> UInt64) -> Int {
    guard start < end else { return end }
    // The 64 bytes from `start` on, so that where it lies in its window makes no branch.
    let window = start &>> 6
    let shift = UInt64(truncatingIfNeeded: start & 63)
    let bits = mask(self[window]) &>> shift | (mask(self[window &+ 1]) &<< 1) &<< (63 &- shift)
    if bits != 0 { return Swift.min(start &+ bits.trailingZeroBitCount, end) }
    return start &+ 64 < end ? later(from: start &+ 64, to: end, mask) : end
  }

  @inline(__always)
  private func later(from start: Int, to end: Int, _ mask: (borrowing ByteMasks.Window) -> UInt64) -> Int {
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
  func behindLast(from start: Int, to end: Int, _ mask: (borrowing ByteMasks.Window) -> UInt64) -> Int {
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
