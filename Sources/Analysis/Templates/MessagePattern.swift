internal import TraceCore

/// A template while it is found: its tokens, and the places at which it holds anything.
struct MessagePattern: Sendable {
  /// 0 for a value, else a hash of the word or mark.
  private(set) var tokens: ContiguousArray<UInt64> = []
  /// Bit n is about token n, as in all sets of places: a word stood there, and any word may.
  var open: UInt64 = 0
  /// No word may take the place of this one.
  private(set) var fixed: UInt64 = 0
  /// Words in it.
  private(set) var words = 0
  /// The tokens' bytes, one after another, with their ends; a value has none.
  private(set) var text: ContiguousArray<UInt8> = []
  private var ends: ContiguousArray<UInt32> = []
  /// Tokens with no blank in front.
  private var glued: UInt64 = 0
  /// The message goes on after them.
  private var isCut = false
  /// What templates have in common that can become one: the marks and where they stand.
  private(set) var outline: UInt64 = 0

  init() {}

  /// - Parameter tokens: at most 64.
  init(_ tokens: borrowing ContiguousArray<MessageToken>, of message: Span<UInt8>, isWhole: Bool) {
    isCut = !isWhole
    outline = isWhole ? 1 : 2
    for index in tokens.indices {
      let token = tokens[index]
      let identity = token.identity(in: message)
      let bit: UInt64 = 1 << UInt64(index)
      self.tokens.append(identity)
      if token.isGlued { glued |= bit }
      switch token.kind {
      case .value: break
      case .mark:
        fixed |= bit
        // The name of a value is no value.
        if index > 0, message[Int(token.start)] == UInt8(ascii: "="), tokens[index - 1].kind == .word {
          fixed |= bit >> 1
        }
      case .word:
        words += 1
        if EventWord.isOne(message, Int(token.start), Int(token.end)) { fixed |= bit }
      }
      let sum = (outline ^ (token.kind == .mark ? identity : 0)) &* 0xA076_1D64_78BD_642F
      outline = sum ^ sum >> 32
    }
  }

  mutating func keepText(_ tokens: borrowing ContiguousArray<MessageToken>, of message: Span<UInt8>) {
    for index in tokens.indices {
      if tokens[index].kind != .value {
        for i in Int(tokens[index].start)..<Int(tokens[index].end) { text.append(message[i]) }
      }
      ends.append(UInt32(text.count))
    }
  }

  /// Whether another one, of the same outline, says the same but for values.
  func matches(_ other: MessagePattern) -> Bool {
    guard tokens.count == other.tokens.count else { return false }
    for index in tokens.indices where tokens[index] != other.tokens[index] {
      if open & (1 << UInt64(index)) == 0 || other.fixed & (1 << UInt64(index)) != 0 { return false }
    }
    return true
  }

  /// The places at which another one of the same outline has another token.
  func differences(from other: MessagePattern) -> UInt64 {
    guard tokens.count == other.tokens.count else { return .max }
    var set: UInt64 = 0
    for index in tokens.indices where tokens[index] != other.tokens[index] { set |= 1 << UInt64(index) }
    return set
  }

  /// The text with `<*>` for values; invalid UTF-8 repaired.
  var rendered: String {
    var out: [UInt8] = []
    for index in tokens.indices {
      let bit: UInt64 = 1 << UInt64(index)
      if index > 0 && glued & bit == 0 { out.append(0x20) }
      if tokens[index] == 0 || open & bit != 0 {
        out += Array("<*>".utf8)
      } else {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        out += text[start..<Int(ends[index])]
      }
    }
    if isCut { out += Array(" …".utf8) }
    return String(decoding: out, as: UTF8.self)
  }
}

extension MessagePattern: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(words: &tokens)
    try coder.code(word: &open)
    try coder.code(word: &fixed)
    try coder.code(&words)
    try coder.code(&text)
    try coder.code(&ends, empty: 0) { end, coder throws(StateError) in try coder.code(&end) }
    try coder.code(word: &glued)
    try coder.code(&isCut)
    try coder.code(word: &outline)
    guard tokens.count <= 64, ends.count == tokens.count, (0...64).contains(words),
      ends.indices.allSatisfy({ ends[$0] >= ($0 == 0 ? 0 : ends[$0 - 1]) && Int(ends[$0]) <= text.count })
    else { throw .invalid("template") }
  }
}
