import Foundation

/// One Swift file as text alone says it: what it declares, what it names, what it imports.
///
/// No compiler is asked. Comments and texts are left out; a name counts as a type's where one file alone declares it.
struct SourceFile {
  /// From the top of the repository.
  let path: String
  let lines: Int
  let imports: [String]
  /// Types that it declares, nested ones too.
  let types: [DeclaredType]
  /// Words of its code that begin with a capital letter.
  let names: Set<String>

  struct DeclaredType {
    var name: String
    /// It stands inside braces, of a type or an extension: it is named with that type.
    var isNested: Bool
    /// Functions, properties, subscripts and initialisers of its own body.
    var members: Int
  }

  init(path: String, text: String) {
    self.path = path
    lines = text.utf8.count { $0 == 0x0A }
    var lexer = Lexer(text)
    let tokens = lexer.tokens()
    var scan = DeclarationScan(tokens)
    scan.run()
    imports = scan.imports
    types = scan.types
    names = Set(tokens.filter { $0.first?.isUppercase == true })
  }

  /// `Sources/Report/Chart` of `Sources/Report/Chart/Axis.swift`.
  var folder: String { path.split(separator: "/").dropLast().joined(separator: "/") }
  /// The folder that arrows between folders are of: what makes a record of a line reads header, fields, times and layouts by
  /// each other, so the folders of the parse are one.
  var room: String { folder.hasPrefix("Sources/TraceCore/Parse") ? "Sources/TraceCore/Parse" : folder }
  /// `Report` of the same.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  /// `Chart/Axis`, for people.
  var name: String { path.split(separator: "/").dropFirst(2).joined(separator: "/").replacing(".swift", with: "") }

  static func all(under top: String) throws -> [SourceFile] {
    guard let found = FileManager.default.enumerator(atPath: top) else { return [] }
    return try found.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map {
      SourceFile(path: "\(top)/\($0)", text: try String(contentsOfFile: "\(top)/\($0)", encoding: .utf8))
    }
  }
}

/// Words and braces of Swift text.
struct Lexer {
  private let bytes: [UInt8]
  private var at = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  private func byte(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

  private func isAt(_ text: StaticString) -> Bool {
    let word = Array("\(text)".utf8)
    return at + word.count <= bytes.count && Array(bytes[at..<at + word.count]) == word
  }

  mutating func tokens() -> [String] {
    var found: [String] = []
    while at < bytes.count {
      let c = byte()
      if isAt("//") {
        while at < bytes.count, byte() != 0x0A { at += 1 }
      } else if isAt("/*") {
        while at < bytes.count, !isAt("*/") { at += 1 }
        at += 2
      } else if c == 0x22 || c == 0x23 {
        skipText()
      } else if isWord(c) {
        let start = at
        while isWord(byte()) { at += 1 }
        found.append(String(decoding: bytes[start..<at], as: UTF8.self))
      } else {
        if c == 0x0A || "{}().@:=<,;".utf8.contains(c) { found.append(String(UnicodeScalar(c))) }
        at += 1
      }
    }
    return found
  }

  private func isWord(_ c: UInt8) -> Bool {
    c >= 0x30 && c <= 0x39 || c >= 0x41 && c <= 0x5A || c >= 0x61 && c <= 0x7A || c == 0x5F || c >= 0x80
  }

  /// A text, with `#` around it or three quotes; what is interpolated is left out.
  private mutating func skipText() {
    var hashes = 0
    while byte(hashes) == 0x23 { hashes += 1 }
    guard byte(hashes) == 0x22 else {
      at += max(hashes, 1)
      return
    }
    at += hashes
    let quotes = byte(1) == 0x22 && byte(2) == 0x22 ? 3 : 1
    at += quotes
    let end = Array(repeating: UInt8(0x22), count: quotes) + Array(repeating: 0x23, count: hashes)
    let escape = [0x5C] + Array(repeating: UInt8(0x23), count: hashes)
    while at < bytes.count {
      if bytes[at...].starts(with: end) {
        at += end.count
        return
      }
      if bytes[at...].starts(with: escape) {
        at += escape.count
        if byte() == 0x28 { skipParentheses() } else { at += 1 }
      } else {
        at += 1
      }
    }
  }

  private mutating func skipParentheses() {
    var depth = 0
    while at < bytes.count {
      let c = byte()
      if c == 0x28 { depth += 1 }
      if c == 0x29 { depth -= 1 }
      if c == 0x22 { skipText() } else { at += 1 }
      if depth == 0 { return }
    }
  }
}

/// Finds the declarations in a file's tokens.
struct DeclarationScan {
  private let tokens: [String]
  private(set) var imports: [String] = []
  private(set) var types: [SourceFile.DeclaredType] = []
  /// Of each open brace the type whose body it opens, or nil.
  private var open: [Int?] = []

  private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor"]
  private static let members: Set<String> = ["func", "var", "let", "subscript", "init"]

  init(_ tokens: [String]) { self.tokens = tokens }

  mutating func run() {
    var pending: Int?
    var afterNewline = true
    for index in tokens.indices {
      let token = tokens[index]
      let before = index > 0 ? tokens[index - 1] : "\n"
      let next = index + 1 < tokens.count ? tokens[index + 1] : ""
      if token == "import", afterNewline || ["package", "internal", "public", "private"].contains(before) {
        imports.append(DeclarationScan.kinds.contains(next) ? tokens[index + 2] : next)
      } else if DeclarationScan.kinds.contains(token), next.first?.isLetter == true,
        ![".", ":", "import"].contains(before), !["var", "func", "let", "deinit", "subscript"].contains(next)
      {
        types.append(.init(name: next, isNested: !open.isEmpty, members: 0))
        pending = types.count - 1
      } else if token == "typealias", next.first?.isLetter == true {
        types.append(.init(name: next, isNested: !open.isEmpty, members: 0))
      } else if DeclarationScan.members.contains(token), before != ".", let owner = open.last, let owner {
        types[owner].members += 1
      } else if token == "{" {
        open.append(pending)
        pending = nil
      } else if token == "}" {
        _ = open.popLast()
      }
      afterNewline = token == "\n"
    }
  }
}
