internal import CShims
internal import Glibc

/// Searches in byte spans that are worth the C library's vector code.
///
/// The only place of TraceCore that calls memchr and memcmp. Bounds are checked before the call.
package enum ByteSearch {
  /// Offset of the first `byte` in `start ..< end`, or nil.
  @inline(__always)
  package static func first(_ byte: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    precondition(start >= 0 && end <= bytes.count)
    guard start < end else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress,
        let hit = unsafe memchr(base + start, Int32(byte), end - start)
      else { return nil }
      return unsafe hit - UnsafeMutableRawPointer(mutating: base)
    }
  }

  /// Offset of the last `byte` in `start ..< end`, or nil.
  package static func last(_ byte: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    precondition(start >= 0 && end <= bytes.count)
    guard start < end else { return nil }
    var i = end - 1
    while i >= start {
      if bytes[i] == byte { return i }
      i -= 1
    }
    return nil
  }

  /// Whether `a[aStart ..< aStart+count]` and `b[bStart ..< bStart+count]` hold the same bytes.
  @inline(__always)
  package static func equal(_ a: Span<UInt8>, _ aStart: Int, _ b: Span<UInt8>, _ bStart: Int, count: Int) -> Bool {
    precondition(count >= 0 && aStart >= 0 && bStart >= 0 && aStart + count <= a.count && bStart + count <= b.count)
    guard count > 0 else { return true }
    return unsafe a.withUnsafeBytes { left in
      unsafe b.withUnsafeBytes { right in
        guard let l = left.baseAddress, let r = right.baseAddress else { return false }
        return unsafe memcmp(l + aStart, r + bStart, count) == 0
      }
    }
  }

  /// Offset of the first byte in `start ..< end` that cannot stand in a JSON string as it is (a quote, a backslash, a
  /// control character), or `end`.
  ///
  /// Eight bytes at a time (Hacker's Delight, 6-1).
  @inline(__always)
  package static func plainTextEnd(
    in bytes: Span<UInt8>, from start: Int, to end: Int
  ) -> Int {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    return unsafe bytes.withUnsafeBytes { buffer in
      var i = start
      while i &+ 8 <= buffer.count {
        if i >= end { return end }
        let word = UInt64(littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: i, as: UInt64.self))
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        // Right for the lowest byte that is found, which is all that is asked for.
        let found =
          ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word) & tops
        if found != 0 { return min(i &+ found.trailingZeroBitCount >> 3, end) }
        i &+= 8
      }
      while i < end {
        let byte = unsafe buffer[i]
        if byte == 0x22 || byte == 0x5C || byte < 0x20 { return i }
        i &+= 1
      }
      return end
    }
  }

  /// The eight bytes at `start` as one integer, the first lowest.
  @inline(__always)
  package static func word(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
    precondition(hasRoom(bytes.count, start, 8))
    return unsafe bytes.withUnsafeBytes { buffer in
      let base = unsafe buffer.baseAddress.unsafelyUnwrapped
      return UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }
  }

  /// Whether `size` bytes from `start` on lie in a text of `count`: two comparisons, whatever `start` is.
  @inline(__always)
  private static func hasRoom(_ count: Int, _ start: Int, _ size: UInt) -> Bool {
    UInt(bitPattern: start) <= UInt(bitPattern: count) && UInt(bitPattern: count &- start) >= size
  }

  /// The four bytes at `start` as one integer, the first lowest.
  @inline(__always)
  static func halfWord(_ bytes: Span<UInt8>, at start: Int) -> UInt32 {
    precondition(hasRoom(bytes.count, start, 4))
    return unsafe bytes.withUnsafeBytes { buffer in
      let base = unsafe buffer.baseAddress.unsafelyUnwrapped
      return UInt32(littleEndian: unsafe base.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    }
  }

  /// A 64-bit hash of `start ..< end`, sixteen bytes a multiplication (after wyhash, Wang Yi 2019). Keyed by the
  /// seed; tables that use it compare the bytes as well. Two seeds give two hashes of which no text spoils both.
  @inline(__always)
  package static func hash(_ bytes: Span<UInt8>, from start: Int, to end: Int, seed: UInt64 = 0) -> UInt64 {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    return unsafe bytes.withUnsafeBytes { buffer in
      let key = seed ^ 0xA076_1D64_78BD_642F
      var h = seed &+ UInt64(truncatingIfNeeded: end &- start) &* 0x9E37_79B9_7F4A_7C15
      var i = start
      while end &- i > 16 {
        let low = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: i, as: UInt64.self))
        let high = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: i &+ 8, as: UInt64.self))
        h = fold(h ^ low, key ^ high)
        i &+= 16
      }
      let rest = end &- i
      var low: UInt64 = 0
      var high: UInt64 = 0
      if rest >= 8 {
        // The two may overlap: the length is in the hash.
        low = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: i, as: UInt64.self))
        high = unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self))
      } else if rest > 0 {
        if end >= 8 {
          // What stands in front is shifted out.
          let word = unsafe buffer.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self)
          low = UInt64(littleEndian: word) >> (64 &- 8 &* UInt64(truncatingIfNeeded: rest))
        } else {
          var shift: UInt64 = 0
          while i < end {
            low |= UInt64(unsafe buffer[i]) << shift
            shift += 8
            i &+= 1
          }
        }
      }
      return fold(fold(h ^ low, key ^ high), 0x8EBC_6AF0_9C88_C6E3)
    }
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}

extension ByteSearch {
  /// Whether `word` stands at `start`, before `end`.
  @inline(__always)
  package static func begins(_ bytes: Span<UInt8>, at start: Int, end: Int, with word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard start >= 0, start + count <= end, end <= bytes.count else { return false }
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return false }
      return unsafe memcmp(base + start, word.utf8Start, count) == 0
    }
  }

  /// Whether `word`, of lower-case letters, stands at `start`, before `end`, in any case.
  static func beginsFolded(_ bytes: Span<UInt8>, at start: Int, end: Int, with word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard start >= 0, start + count <= end, end <= bytes.count else { return false }
    return unsafe bytes.withUnsafeBytes { buffer in
      for i in 0..<count {
        let byte = unsafe buffer[start + i]
        let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
        if unsafe folded != word.utf8Start[i] { return false }
      }
      return true
    }
  }

  /// Whether all bytes of `start ..< end` are below 0x80.
  @inline(__always)
  package static func isASCII(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    return unsafe bytes.withUnsafeBytes { buffer in
      var seen: UInt64 = 0
      var i = start
      while i + 32 <= end {
        let words = unsafe buffer.loadUnaligned(fromByteOffset: i, as: SIMD4<UInt64>.self)
        seen |= (words[0] | words[1]) | (words[2] | words[3])
        i += 32
      }
      while i + 8 <= end {
        seen |= unsafe buffer.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        i += 8
      }
      while i < end {
        seen |= unsafe UInt64(buffer[i])
        i += 1
      }
      return seen & 0x8080_8080_8080_8080 == 0
    }
  }
}

extension ByteSearch {
  /// Offset of the first byte that is a blank or a control (at most 0x20) in `start ..< end`, or `end`. Eight at a time.
  @inline(__always)
  package static func firstBlank(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    var i = start
    while i + 8 <= bytes.count {
      let word = word(bytes, at: i)
      // Exact at the lowest hit, which is all that counts: a borrow can only reach bytes above it.
      let hits = (word &- 0x2121_2121_2121_2121) & ~word & 0x8080_8080_8080_8080
      if hits != 0 { return min(end, i &+ hits.trailingZeroBitCount / 8) }
      i &+= 8
      if i >= end { return end }
    }
    while i < end && bytes[i] > 0x20 { i &+= 1 }
    return i
  }

  /// Where the run of bytes above 0x20 that ends before `end` begins, not before `start`.
  @inline(__always)
  package static func wordStart(in bytes: Span<UInt8>, before end: Int, from start: Int) -> Int {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    var i = end
    while i - 8 >= start {
      let word = word(bytes, at: i - 8)
      // Exact for every byte: no carry leaves it.
      let above = ((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x5F5F_5F5F_5F5F_5F5F) | word
      let hits = ~above & 0x8080_8080_8080_8080
      if hits != 0 { return i &- hits.leadingZeroBitCount / 8 }
      i &-= 8
    }
    while i > start && bytes[i - 1] > 0x20 { i &-= 1 }
    return i
  }
}

extension ByteSearch {
  /// Fills the first entries of `masks`, one for each 64 bytes begun and one more; there must be enough of them.
  ///
  /// - Returns: the number of newlines.
  static func scan(_ bytes: Span<UInt8>, into masks: inout ContiguousArray<ByteMaskWindow>) -> Int {
    precondition(masks.count > (bytes.count + 63) / 64)
    precondition(MemoryLayout<ByteMaskWindow>.stride == MemoryLayout<skein_masks>.stride)
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe masks.withUnsafeMutableBufferPointer { windows in
        guard let base = buffer.baseAddress, let first = windows.baseAddress else { return 0 }
        return unsafe Int(
          skein_scan(base, buffer.count, UnsafeMutableRawPointer(first).assumingMemoryBound(to: skein_masks.self)))
      }
    }
  }

  /// Writes the places of the `count` newlines in the first `windows` entries of `masks`; there must be room for one more.
  static func newlines(
    in masks: ContiguousArray<ByteMaskWindow>, windows: Int, of count: Int, into places: inout ContiguousArray<UInt32>
  ) {
    precondition(windows <= masks.count && count < places.count)
    unsafe masks.withUnsafeBufferPointer { masks in
      unsafe places.withUnsafeMutableBufferPointer { places in
        guard let first = masks.baseAddress, let out = places.baseAddress else { return }
        unsafe skein_newlines(
          UnsafeRawPointer(first).assumingMemoryBound(to: skein_masks.self), windows * 64, out)
      }
    }
  }

  /// Sets the `telling` signs of a text's masks. `endings` is the table of a `KeyEndings`.
  static func markTelling(
    _ bytes: Span<UInt8>, _ masks: inout ContiguousArray<ByteMaskWindow>, _ endings: ContiguousArray<UInt64>
  ) {
    precondition(masks.count * 64 >= bytes.count && endings.count == 1024)
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe masks.withUnsafeMutableBufferPointer { windows in
        unsafe endings.withUnsafeBufferPointer { table in
          guard let base = buffer.baseAddress, let first = windows.baseAddress, let entries = table.baseAddress else {
            return
          }
          unsafe skein_mark_telling(
            base, buffer.count, UnsafeMutableRawPointer(first).assumingMemoryBound(to: skein_masks.self), entries)
        }
      }
    }
  }

  /// Brings an element into the cache; a hint.
  @inline(__always)
  static func prefetch(_ words: ContiguousArray<UInt64>, _ index: Int) {
    guard index < words.count else { return }
    unsafe words.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { unsafe skein_prefetch(base + index, 1) }
    }
  }
}
