/// Writes the state of a run down, or reads it back. One list of fields serves both directions, so that they cannot drift
/// apart: a type says `try coder.code(&field)` for each of its fields, which leaves the field as it is while saving and
/// sets it while loading.
///
/// The form is compact and the same for the same state: integers in as many bytes as they need (LEB128, signed ones
/// zigzag), times in eight, strings with their length in front, dictionaries and sets in the order of their keys. It tells
/// nothing of itself: which version it is of, and that it is undamaged, is known to the file around it.
///
/// Loading traps on nothing: it checks lengths against what is there, and throws. What has thrown while it was loaded is
/// half filled and of no use. Saving throws only `StateError.notYet`. Cost: some ns a field; arrays of words are copied.
package struct StateCoder {
  /// Number of the form: to be raised with every change of a list of fields, in whichever type.
  package static let version = 8

  private let block: Block
  private var position = 0
  /// Fields are set, not read.
  package let isLoading: Bool

  /// Saves, into room that grows.
  package init() {
    block = Block(capacity: 1 << 16)
    isLoading = false
  }

  /// Loads what was saved.
  package init(loading bytes: Span<UInt8>) {
    block = Block(capacity: bytes.count)
    block.append(copying: bytes)
    isLoading = true
  }

  /// What `body` saves.
  package static func saved(_ body: (inout StateCoder) throws(StateError) -> Void) throws(StateError) -> Block {
    var coder = StateCoder()
    try body(&coder)
    return coder.block
  }

  /// Lets `body` load all of `bytes`.
  package static func load(
    _ bytes: Span<UInt8>, _ body: (inout StateCoder) throws(StateError) -> Void
  ) throws(StateError) {
    var coder = StateCoder(loading: bytes)
    try body(&coder)
    guard coder.remaining == 0 else { throw .invalid("end") }
  }

  /// What was saved so far.
  var written: [UInt8] { block.bytes.indices.map { block.bytes[$0] } }

  /// Bytes that are left to be loaded.
  var remaining: Int { block.count - position }

  // MARK: Bytes

  @inline(__always)
  mutating func codeVariable(_ value: inout UInt64) throws(StateError) {
    guard isLoading else {
      writeVariable(value)
      return
    }
    value = try readVariable()
  }

  /// Eight bytes at once, as each access to the block is checked.
  private func writeVariable(_ value: UInt64) {
    var (rest, word, size) = (value, UInt64(0), 0)
    while rest >= 0x80 {
      word |= (rest & 0x7F | 0x80) << UInt64(size * 8)
      rest >>= 7
      size += 1
      guard size == 8 else { continue }
      block.append(word: word)
      (word, size) = (0, 0)
    }
    block.append(word: word | rest << UInt64(size * 8), size: size + 1)
  }

  private mutating func readVariable() throws(StateError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    let block = block
    let bytes = block.bytes
    var at = position
    while true {
      guard at < bytes.count else { throw .ended }
      let byte = bytes[at]
      at &+= 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        guard shift < 63 || byte <= 1 else { throw .invalid("number") }
        position = at
        return result
      }
      shift += 7
      guard shift < 64 else { throw .invalid("number") }
    }
  }

  /// In eight bytes, whatever the value.
  @inline(__always)
  package mutating func code(word value: inout UInt64) throws(StateError) {
    guard isLoading else { return block.append(word: value) }
    guard remaining >= 8 else { throw .ended }
    value = ByteSearch.word(block.bytes, at: position)
    position &+= 8
  }

  @inline(__always)
  private mutating func codeSigned(_ value: inout Int64) throws(StateError) {
    var zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
    try codeVariable(&zigzag)
    if isLoading { value = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1) }
  }

  // MARK: Numbers

  /// A time or another number that needs all its bytes.
  @inline(__always)
  package mutating func code(time value: inout Int64) throws(StateError) {
    var word = UInt64(bitPattern: value)
    try code(word: &word)
    if isLoading { value = Int64(bitPattern: word) }
  }

  /// A count: never negative, and far enough from the largest number that it can grow.
  @inline(__always)
  package mutating func code(count value: inout Int64) throws(StateError) {
    var bits = UInt64(bitPattern: value)
    try codeVariable(&bits)
    guard isLoading else { return }
    guard bits <= 1 << 60 else { throw .invalid("count") }
    value = Int64(bits)
  }

  package mutating func code(_ value: inout UInt64) throws(StateError) { try codeVariable(&value) }

  package mutating func code(_ value: inout Int64) throws(StateError) { try codeSigned(&value) }

  package mutating func code(_ value: inout Int) throws(StateError) {
    var wide = Int64(value)
    try codeSigned(&wide)
    if isLoading { value = Int(wide) }
  }

  /// A narrower number, which must fit.
  @inline(__always)
  private mutating func codeNarrow<T: FixedWidthInteger>(_ value: inout T) throws(StateError) {
    if T.isSigned {
      var wide = Int64(truncatingIfNeeded: value)
      try codeSigned(&wide)
      guard isLoading else { return }
      guard let narrow = T(exactly: wide) else { throw .invalid("number") }
      value = narrow
    } else {
      var wide = UInt64(truncatingIfNeeded: value)
      try codeVariable(&wide)
      guard isLoading else { return }
      guard let narrow = T(exactly: wide) else { throw .invalid("number") }
      value = narrow
    }
  }

  package mutating func code(_ value: inout Int32) throws(StateError) { try codeNarrow(&value) }
  package mutating func code(_ value: inout UInt32) throws(StateError) { try codeNarrow(&value) }
  package mutating func code(_ value: inout UInt16) throws(StateError) { try codeNarrow(&value) }
  package mutating func code(_ value: inout UInt8) throws(StateError) { try codeNarrow(&value) }

  package mutating func code(_ value: inout Bool) throws(StateError) {
    var bit: UInt64 = value ? 1 : 0
    try codeVariable(&bit)
    guard bit < 2 else { throw .invalid("choice") }
    value = bit == 1
  }

  package mutating func code(_ value: inout Double) throws(StateError) {
    var bits = value.bitPattern
    try code(word: &bits)
    if isLoading { value = Double(bitPattern: bits) }
  }

  // MARK: Lengths and bytes

  /// The number of things that follow, each of which takes a byte at least: so it is never more than what is there.
  mutating func code(length count: Int) throws(StateError) -> Int {
    var length = UInt64(count)
    try codeVariable(&length)
    guard isLoading else { return count }
    guard length <= UInt64(remaining) else { throw .ended }
    return Int(length)
  }

  package mutating func code(_ bytes: inout ContiguousArray<UInt8>) throws(StateError) {
    let count = try code(length: bytes.count)
    guard isLoading else { return block.append(copying: bytes.span) }
    bytes = ContiguousArray(repeating: 0, count: count)
    let (block, position) = (block, position)
    let all = block.bytes
    for i in 0..<count { bytes[i] = all[position + i] }
    self.position += count
  }

  package mutating func code(_ string: inout String) throws(StateError) {
    var bytes = ContiguousArray(string.utf8)
    try code(&bytes)
    guard isLoading else { return }
    string = String(decoding: bytes, as: UTF8.self)
    guard string.utf8.elementsEqual(bytes) else { throw .invalid("text") }
  }

  /// Words, copied as they are.
  package mutating func code(words: inout ContiguousArray<UInt64>) throws(StateError) {
    let count = try code(length: words.count)
    guard isLoading else {
      for word in words { block.append(word: word) }
      return
    }
    guard count <= remaining / 8 else { throw .ended }
    words = ContiguousArray(repeating: 0, count: count)
    let (block, position) = (block, position)
    let all = block.bytes
    for i in 0..<count { words[i] = ByteSearch.word(all, at: position + i * 8) }
    self.position += count * 8
  }

  /// Where the state of a part begins: its name, which must be there when it is loaded.
  package mutating func section(_ name: String) throws(StateError) {
    var found = name
    try code(&found)
    guard found == name else { throw .invalid(name) }
  }

  /// A number that is given by the options of the run and must be the same when the state is loaded.
  package mutating func check(_ value: Int, _ what: @autoclosure () -> String) throws(StateError) {
    var found = value
    try code(&found)
    guard found == value else { throw .mismatch(what()) }
  }

  /// As above, of a text.
  package mutating func check(_ value: String, _ what: @autoclosure () -> String) throws(StateError) {
    var found = value
    try code(&found)
    guard found == value else { throw .mismatch(what()) }
  }
}
