package import Analysis

/// A Markdown document with placeholders: `[MEASURE p95 where route = "/api/spots" from baseline]`.
///
/// It finds them and knows what they stand in; it changes nothing and measures nothing. A bracket is a placeholder if MEASURE
/// (in any case) and a blank follow it and no backslash precedes it. It ends at the next `]` that stands in no quotes, in
/// the same paragraph. Costs one walk over the bytes.
package struct FillTemplate: Sendable {
  /// Bytes of a document at most.
  package static let limit = 16 << 20
  /// Bytes of a placeholder at most.
  static let longest = 4_096

  /// What a placeholder stands in, which says how a value may be written there.
  package enum Context: Sendable, Equatable {
    case text
    /// A code span, which ends at this byte.
    case codeSpan(end: Int)
    /// A fenced block of code.
    case codeBlock

    var isCode: Bool { self != .text }
  }

  package struct Placeholder: Sendable {
    /// Bytes of the document, brackets included.
    package var range: Range<Int>
    /// Where it begins, both from 1; columns are characters of Unicode.
    package var line: Int
    package var column: Int
    /// As it stands there.
    package var text: String
    package var context: Context
    package var reading: Result<Measure, FillProblem>
  }

  package let bytes: [UInt8]
  package private(set) var placeholders: [Placeholder] = []

  /// Why a file is no document that could be filled: the rest of a sentence that begins with its name.
  package enum Fault: Error, Equatable, Sendable {
    case tooLarge
    /// The line with the first bad byte, from 1.
    case notUTF8(line: Int)

    package var message: String {
      switch self {
      case .tooLarge: "is larger than \(FillTemplate.limit >> 20) MiB; is it the document, or the log?"
      case .notUTF8(let line):
        "is not UTF-8: line \(line) has other bytes; convert it (iconv -f LATIN1 -t UTF-8), or is it the log?"
      }
    }
  }

  package init(_ bytes: [UInt8]) throws(Fault) {
    guard bytes.count <= FillTemplate.limit else { throw .tooLarge }
    if let bad = FillTemplate.firstBadByte(bytes) {
      throw .notUTF8(line: 1 + bytes[..<bad].count { $0 == 0x0A })
    }
    self.bytes = bytes
    var scanner = PlaceholderScanner(bytes)
    placeholders = scanner.scan()
  }

  /// Names of spans that it asks for, each once, in order.
  package var spanNames: [String] {
    var names: [String] = []
    for placeholder in placeholders {
      if case .success(let measure) = placeholder.reading, case .named(let name) = measure.place, !names.contains(name)
      {
        names.append(name)
      }
    }
    return names
  }

  /// The greatest number of a footnote of ours that is there already; 0 without one.
  var lastFootnote: Int {
    let prefix = Array("[^skein-".utf8)
    var last = 0
    var at = 0
    while at + prefix.count < bytes.count {
      guard bytes[at] == prefix[0], bytes[at..<at + prefix.count].elementsEqual(prefix) else {
        at += 1
        continue
      }
      at += prefix.count
      var number = 0
      while at < bytes.count, bytes[at] &- 0x30 < 10, number < 1_000_000_000 {
        number = number * 10 + Int(bytes[at] &- 0x30)
        at += 1
      }
      last = max(last, number)
    }
    return last
  }

  private static func firstBadByte(_ bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var at = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): at += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return at
      }
    }
  }
}

/// Why a placeholder was left as it stands.
package struct FillProblem: Error, Sendable, Equatable {
  /// What is wrong and what to do.
  package var message: String
  /// Where in the document, both from 1.
  package var line: Int
  package var column: Int

  package init(_ message: String, line: Int, column: Int) {
    self.message = message
    self.line = line
    self.column = column
  }

  /// For a terminal.
  package func text(path: String) -> String {
    "\(Escape.terminal(path)):\(line):\(column): \(Escape.terminal(message))"
  }
}
