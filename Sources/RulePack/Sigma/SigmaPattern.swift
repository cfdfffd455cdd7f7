/// A value of a Sigma rule as a pattern of PCRE2: text with the wildcards `*` and `?`, or a regular expression.
struct SigmaPattern {
  enum Piece: Equatable {
    case text(String)
    /// `?` and `*`.
    case one
    case many
  }

  /// Where a text must stand; wildcards at its ends say the same.
  enum Anchoring { case whole, start, end, anywhere }

  private(set) var pieces: [Piece]
  private(set) var isAtStart: Bool
  private(set) var isAtEnd: Bool

  /// Escapes as the specification has them: a backslash takes a wildcard's meaning away, and before another backslash its
  /// own; before anything else it is itself.
  init(_ value: String, _ anchoring: Anchoring) {
    var pieces: [Piece] = []
    var text = ""
    var rest = Substring(value)
    func flush() {
      if !text.isEmpty { pieces.append(.text(text)) }
      text = ""
    }
    while let character = rest.popFirst() {
      switch character {
      case "\\" where rest.first == "*" || rest.first == "?" || rest.first == "\\": text.append(rest.removeFirst())
      case "*":
        flush()
        if pieces.last != .many { pieces.append(.many) }
      case "?":
        flush()
        pieces.append(.one)
      default: text.append(character)
      }
    }
    flush()
    isAtStart = anchoring == .whole || anchoring == .start
    isAtEnd = anchoring == .whole || anchoring == .end
    if pieces.first == .many {
      pieces.removeFirst()
      isAtStart = false
    }
    if pieces.last == .many {
      pieces.removeLast()
      isAtEnd = false
    }
    if value.isEmpty && anchoring != .whole { (isAtStart, isAtEnd) = (false, false) }
    if value.contains("*") && pieces.isEmpty { (isAtStart, isAtEnd) = (false, false) }
    self.pieces = pieces
  }

  /// It says nothing but that there is a text.
  var holdsForAll: Bool { pieces.isEmpty && !isAtStart && !isAtEnd }

  /// The text, where it is one without wildcards, and the whole of the value.
  var exactText: String? {
    guard isAtStart, isAtEnd else { return nil }
    if pieces.isEmpty { return "" }
    if pieces.count == 1, case .text(let text) = pieces[0] { return text }
    return nil
  }

  /// A letter in it has another case.
  var hasCase: Bool {
    pieces.contains { piece in
      if case .text(let text) = piece { text.lowercased() != text.uppercased() } else { false }
    }
  }

  var hasWildcard: Bool { pieces.contains { $0 == .one || $0 == .many } }

  /// - Parameter inLine: it is searched in lines as logged, where formats hide some characters behind escapes.
  func body(any: String, inLine: Bool) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): SigmaPattern.quoted(text, inLine: inLine)
      case .one: any
      case .many: any + "*"
      }
    }.joined()
  }

  // MARK: Several values

  /// One pattern for any of several values.
  static func alternatives(
    _ values: [SigmaPattern], of part: SigmaPart, isCaseless: Bool, inLine: Bool = false
  ) -> String {
    let all = values.map { value in
      (
        before: value.isAtStart ? part.start : part.lead, body: value.body(any: part.any, inLine: inLine),
        behind: value.isAtEnd ? part.end : ""
      )
    }
    var flags = isCaseless && values.contains(where: \.hasCase) ? "i" : ""
    if part.any == ".", values.contains(where: \.hasWildcard) { flags += "s" }
    if !flags.isEmpty { flags = "(?\(flags))" }
    guard all.count > 1 else { return flags + all.map { $0.before + $0.body + $0.behind }.joined() }
    let (before, behind) = (all[0].before, all[0].behind)
    if all.allSatisfy({ $0.before == before && $0.behind == behind }) {
      let joined = all.map(\.body).joined(separator: "|")
      return flags + (before.isEmpty && behind.isEmpty ? joined : "\(before)(?:\(joined))\(behind)")
    }
    return flags + all.map { $0.before + $0.body + $0.behind }.joined(separator: "|")
  }

  /// As letters of a pattern that stand for themselves.
  static func quoted(_ text: String, inLine: Bool = false) -> String {
    var quoted = ""
    for scalar in text.unicodeScalars {
      if inLine, let escaped = escaped(scalar) {
        quoted += escaped
      } else {
        quoted += plain(scalar)
      }
    }
    return quoted
  }

  private static func plain(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\\", "^", "$", ".", "[", "]", "|", "(", ")", "?", "*", "+", "{", "}": "\\\(scalar)"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: String(scalar)
    }
  }

  /// A character as JSON (RFC 8259; Go and PHP hide more than they must), nginx and Apache log it, or itself.
  private static func escaped(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "/": return #"\\?/"#
    case "\"": return #"(?:\\?"|\\x22|\\u0022)"#
    case "\\": return #"(?:\\\\?|\\x5c|\\u005c)"#
    case "<", ">", "&", "'", "+", "`": return #"(?:\#(plain(scalar))|\\u\#(hex(UInt16(scalar.value))))"#
    case "\n": return #"(?:\n|\\n)"#
    case "\r": return #"(?:\r|\\r)"#
    case "\t": return #"(?:\t|\\t)"#
    case "\u{80}"...:
      // In either case, since the escape hides the letter from `(?i)`.
      var forms = [String(scalar)]
      for form in [String(scalar), String(scalar).lowercased(), String(scalar).uppercased()] {
        let escape = form.utf16.map { #"\\u"# + hex($0) }.joined()
        if !forms.contains(escape) { forms.append(escape) }
      }
      return "(?:\(forms.joined(separator: "|")))"
    default: return nil
    }
  }

  /// Four digits, in either case.
  private static func hex(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    let padded = String(repeating: "0", count: 4 - digits.count) + digits
    return padded.map { $0.isLetter ? "[\($0)\($0.uppercased())]" : String($0) }.joined()
  }

  // MARK: Words

  /// The longest run of characters that no format of logs escapes; empty where it is too short to tell anything.
  var surestWord: String {
    var best = ""
    for case .text(let text) in pieces {
      var run = ""
      for scalar in text.unicodeScalars {
        if SigmaPattern.isPlain(scalar) {
          run.unicodeScalars.append(scalar)
          if run.utf8.count > best.utf8.count { best = run }
        } else {
          run = ""
        }
      }
    }
    return best.utf8.count >= 4 ? best : ""
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", " ", "-", "_", ".": true
    default: false
    }
  }
}
