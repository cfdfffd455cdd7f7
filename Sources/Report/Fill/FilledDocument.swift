internal import Analysis

/// What comes into a document in place of a placeholder.
package struct FilledValue: Sendable, Equatable {
  package enum Content: Sendable, Equatable {
    case text(String)
    /// Values by the name of their group, and how many groups more there are.
    case groups([Group], more: Int)
  }

  package struct Group: Sendable, Equatable {
    /// Text of the log.
    package var name: String
    /// Nil where the group has no such value.
    package var text: String?
    package init(name: String, text: String?) {
      self.name = name
      self.text = text
    }
  }

  package var content: Content
  /// What measures it again.
  package var command: String
  /// What a reader must know of the number: `p95 of 12 values`.
  package var remarks: [String]

  package init(_ content: Content, command: String, remarks: [String] = []) {
    self.content = content
    self.command = command
    self.remarks = remarks
  }

  /// As it is, for a terminal that escapes it.
  package func plainText(_ redact: (String) -> String = { $0 }) -> String { text(redact) }

  /// Fit for the place it goes to.
  ///
  /// - Parameter redact: what the log says, and the command, go through it.
  package func text(isCode: Bool, redact: (String) -> String) -> String {
    text { isCode ? Escape.code(redact($0)) : Escape.markdown(redact($0)) }
  }

  private func text(_ name: (String) -> String) -> String {
    switch content {
    case .text(let text): return text
    case .groups(let groups, let more):
      let values = groups.map { "\(name($0.name)) \($0.text ?? "-")" }
      return values.joined(separator: ", ") + (more > 0 ? " and \(CountText.text(more)) more" : "")
    }
  }
}

/// A document with values in place of its placeholders, and footnotes that say how to measure each again.
///
/// Nothing else in it changes, byte for byte. Values that the same command measures share a footnote; numbering goes on after
/// footnotes of an earlier filling. In a code span the mark of the footnote follows the span, since inside it would be
/// text; in a block of code it stands there as text.
package struct FilledDocument {
  /// Marks of footnotes and the notes themselves.
  package var hasFootnotes = true
  /// What the log says, and commands, go through it before they are written.
  package var redact: (String) -> String = { $0 }

  package init() {}

  /// - Parameters:
  ///   - values: for each placeholder; nil leaves it.
  ///   - ledger: the line that the footnotes end with.
  package func bytes(_ template: FillTemplate, _ values: [FilledValue?], ledger: String) -> [UInt8] {
    var notes = Footnotes(last: template.lastFootnote)
    var out: [UInt8] = []
    out.reserveCapacity(template.bytes.count + 4_096)
    var copied = 0
    /// Marks that wait for the end of the code span that they belong to.
    var waiting: (end: Int, marks: [String])?
    func copy(to end: Int) {
      while let open = waiting, open.end <= end {
        out += template.bytes[copied..<open.end]
        for mark in open.marks { out += Array(mark.utf8) }
        copied = open.end
        waiting = nil
      }
      out += template.bytes[copied..<end]
      copied = end
    }
    for (placeholder, value) in zip(template.placeholders, values) {
      guard let value else { continue }
      copy(to: placeholder.range.lowerBound)
      out += Array(value.text(isCode: placeholder.context.isCode, redact: redact).utf8)
      copied = placeholder.range.upperBound
      // A placeholder can reach beyond the code span that it begins in.
      if let open = waiting, open.end <= copied {
        for mark in open.marks { out += Array(mark.utf8) }
        waiting = nil
      }
      guard hasFootnotes else { continue }
      let mark = notes.mark(command: redact(value.command), remarks: value.remarks.map(redact))
      if case .codeSpan(let end) = placeholder.context, end > copied {
        if waiting == nil { waiting = (end, []) }
        if waiting?.marks.contains(mark) == false { waiting?.marks.append(mark) }
      } else {
        out += Array(mark.utf8)
      }
    }
    copy(to: template.bytes.count)
    if !notes.isEmpty { append(notes, ledger: ledger, to: &out) }
    return out
  }

  private func append(_ notes: Footnotes, ledger: String, to out: inout [UInt8]) {
    let firstNewline = out.firstIndex(of: 0x0A)
    let newline: [UInt8] = firstNewline.map { $0 > 0 && out[$0 - 1] == 0x0D } == true ? [0x0D, 0x0A] : [0x0A]
    if !out.isEmpty, out.last != 0x0A { out += newline }
    out += newline
    for line in notes.lines + ["", Escape.markdown(redact(ledger))] { out += Array(line.utf8) + newline }
  }
}

/// Footnotes by their commands, in order of first use.
private struct Footnotes {
  private let last: Int
  private var notes: [(command: String, remarks: [String])] = []
  private var numbers: [String: Int] = [:]

  init(last: Int) { self.last = last }

  var isEmpty: Bool { notes.isEmpty }

  mutating func mark(command: String, remarks: [String]) -> String {
    let number = numbers[command] ?? notes.count
    if number == notes.count {
      numbers[command] = number
      notes.append((command, []))
    }
    for remark in remarks where !notes[number].remarks.contains(remark) { notes[number].remarks.append(remark) }
    return "[^skein-\(last + number + 1)]"
  }

  var lines: [String] {
    notes.enumerated().map { number, note in
      let remarks = note.remarks.isEmpty ? "" : "; " + note.remarks.map(Escape.markdown).joined(separator: "; ")
      return "[^skein-\(last + number + 1)]: \(Footnotes.code(Escape.terminal(note.command)))\(remarks)"
    }
  }

  /// A code span that holds backticks too: longer runs around it (CommonMark 0.31, section 6.1).
  private static func code(_ text: String) -> String {
    var longest = 0
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    guard longest > 0 else { return "`\(text)`" }
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence) \(text) \(fence)"
  }
}
