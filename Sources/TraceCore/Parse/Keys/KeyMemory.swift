/// What keys mean, remembered by their bytes: the keys of a log repeat from line to line, and two words are compared faster
/// than a name is folded and hashed.
///
/// Direct-mapped. A key of up to sixteen bytes is told by all its bytes, a longer one by a 64-bit hash and its length, and the
/// names of its parents by a hash; `FieldCatalog` tells folded names apart in the same way. Not shared by threads.
struct KeyMemory: Sendable {
  private struct Entry: BitwiseCopyable {
    var text = Text(head: 0, tail: 0, rest: 0)
    var key = KnownKey(name: FieldNameHash(), target: .ignored)
  }

  /// A key as it stands: its first and its last eight bytes (one word for up to eight).
  private struct Text: BitwiseCopyable, Equatable {
    var head: UInt64
    var tail: UInt64
    /// Its length, and the names of its parents by their hash; 0 for no key.
    var rest: UInt64

    @inline(__always)
    init(head: UInt64, tail: UInt64, rest: UInt64) {
      self.head = head
      self.tail = tail
      self.rest = rest
    }

    @inline(__always)
    init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ parent: UInt64) {
      let length = end &- start
      rest = parent ^ UInt64(truncatingIfNeeded: length)
      tail = 0
      if length <= 8 && start &+ 8 <= bytes.count {
        // A shift by 64 would be one by 0.
        head = length == 0 ? 0 : ByteSearch.word(bytes, at: start) << (64 &- 8 &* UInt64(truncatingIfNeeded: length))
      } else if length <= 16 && length > 8 {
        head = ByteSearch.word(bytes, at: start)
        tail = ByteSearch.word(bytes, at: end &- 8)
      } else {
        head = ByteSearch.hash(bytes, from: start, to: end)
      }
    }

    @inline(__always)
    var place: Int {
      let mix = (head ^ tail &* 0x9E37_79B9_7F4A_7C15 ^ rest) &* 0xA076_1D64_78BD_642F
      return Int(truncatingIfNeeded: mix >> 56)
    }
  }

  private var entries = ContiguousArray<Entry>(repeating: Entry(), count: 256)

  /// Where the key `start ..< end` is remembered, or -1.
  @inline(__always)
  func find(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, parent: FieldNameHash = FieldNameHash()
  ) -> Int {
    let text = Text(bytes, start, end, parent.hash)
    let place = text.place
    return entries[place].text == text ? place : -1
  }

  /// The key at a place that `find` gave.
  @inline(__always)
  subscript(place: Int) -> KnownKey { entries[place].key }

  /// What the key `start ..< end` means in `catalog`, which must be the same at every call.
  @inline(__always)
  mutating func look(
    up bytes: Span<UInt8>, _ start: Int, _ end: Int, parent: FieldNameHash = FieldNameHash(),
    in catalog: borrowing FieldCatalog
  ) -> KnownKey {
    let place = find(bytes, start, end, parent: parent)
    if place >= 0 { return entries[place].key }
    return learn(bytes, start, end, parent, catalog)
  }

  @inline(never)
  private mutating func learn(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ parent: FieldNameHash, _ catalog: borrowing FieldCatalog
  ) -> KnownKey {
    let text = Text(bytes, start, end, parent.hash)
    let key = KeyMemory.meaning(of: bytes, start, end, parent, catalog)
    if end > start { entries[text.place] = Entry(text: text, key: key) }
    return key
  }

  private static func meaning(
    of bytes: Span<UInt8>, _ start: Int, _ end: Int, _ parent: FieldNameHash, _ catalog: borrowing FieldCatalog
  ) -> KnownKey {
    var name = parent
    name.fold(bytes, from: start, to: end)
    return KnownKey(name: name, target: catalog[name])
  }

  /// What the key of a JSON member means in its scope.
  @inline(__always)
  mutating func look(
    up bytes: Span<UInt8>, _ start: Int, _ end: Int, in scope: borrowing JSONScope, _ catalog: borrowing FieldCatalog
  ) -> KnownKey {
    let place = find(bytes, start, end, parent: scope.whole)
    if place >= 0 { return entries[place].key }
    return learn(bytes, start, end, scope, catalog)
  }

  @inline(never)
  private mutating func learn(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ scope: borrowing JSONScope, _ catalog: borrowing FieldCatalog
  ) -> KnownKey {
    let text = Text(bytes, start, end, scope.whole.hash)
    let key = KeyMemory.meaning(of: bytes, start, end, scope, catalog)
    if end > start { entries[text.place] = Entry(text: text, key: key) }
    return key
  }

  private static func meaning(
    of bytes: Span<UInt8>, _ start: Int, _ end: Int, _ scope: borrowing JSONScope, _ catalog: borrowing FieldCatalog
  ) -> KnownKey {
    var whole = scope.whole
    whole.fold(bytes, from: start, to: end)
    var short = scope.short
    short.fold(bytes, from: start, to: end)
    var last = FieldNameHash()
    last.fold(bytes, from: start, to: end)
    return KnownKey(
      name: whole, target: scope.target(whole, short, catalog), short: short, scope: FieldCatalog.scope(of: last))
  }

  /// A JSON key with escapes: rare, so read by way of the arena, which is left as it was.
  @inline(never)
  func look(
    upEscaped bytes: Span<UInt8>, _ start: Int, _ end: Int, in scope: borrowing JSONScope,
    _ catalog: borrowing FieldCatalog, _ arena: inout ContiguousArray<UInt8>
  ) -> KnownKey {
    let slice = JSONText.unescape(bytes, from: start, to: end, into: &arena)
    let key = KeyMemory.meaning(of: arena.span, slice.start, slice.end, scope, catalog)
    arena.removeLast(Int(slice.count))
    return key
  }
}
