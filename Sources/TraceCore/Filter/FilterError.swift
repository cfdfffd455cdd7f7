/// What is wrong with an expression, and where: for the person who typed it.
package struct FilterError: Error, Sendable, Equatable {
  /// One sentence: what is wrong and what to write instead.
  package let message: String
  /// Where it begins, in characters from 1.
  package let column: Int
  /// Characters concerned, at least 1.
  package let length: Int

  package init(_ message: String, column: Int, length: Int = 1) {
    self.message = message
    self.column = column
    self.length = max(length, 1)
  }

  /// At the bytes `start ..< end` of the expression's UTF-8.
  init(_ message: String, in expression: [UInt8], from start: Int, to end: Int) {
    let before = String(decoding: expression[..<min(start, expression.count)], as: UTF8.self)
    let concerned = String(
      decoding: expression[min(start, expression.count)..<min(end, expression.count)], as: UTF8.self)
    self.init(message, column: before.count + 1, length: concerned.count)
  }

  /// Three lines for a terminal: message, the line of the expression, carets under what is wrong.
  ///
  /// Control characters are shown as blanks, so that a pasted escape does nothing.
  package func render(expression: String) -> String {
    var lines: [[Character]] = [[]]
    var row = 0
    var indent = column - 1
    for (index, character) in expression.enumerated() {
      if index == column - 1 { (row, indent) = (lines.count - 1, lines[lines.count - 1].count) }
      if character.isNewline {
        lines.append([])
      } else {
        lines[lines.count - 1].append(
          character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? " " : character)
      }
    }
    if column > expression.count { (row, indent) = (lines.count - 1, lines[lines.count - 1].count) }
    let carets = max(1, min(length, lines[row].count - indent))
    let marks = String(repeating: " ", count: indent) + String(repeating: "^", count: carets)
    return "\(message)\n  \(String(lines[row]))\n  \(marks)"
  }
}

extension FilterError: CustomStringConvertible {
  package var description: String { "column \(column): \(message)" }
}
