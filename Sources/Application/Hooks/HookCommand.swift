/// The command of `--on-alert` and `--on-verdict`: words, split once, never given to a shell.
///
/// Blanks separate words. `'…'` is taken as it stands; within `"…"` a backslash stands before `"` and `\`; outside of both a
/// backslash takes the next character as it is. Nothing else means anything: no variables, no globs, no pipes. Who wants those
/// names a shell: `sh -c '…'`.
package struct HookCommand: Equatable, Sendable {
  /// As it was given, for messages.
  package let text: String
  /// The program, looked up in PATH unless it has a slash, and its arguments; at least one.
  package let words: [String]

  /// - Parameter words: as they are, at least one.
  init(words: [String]) {
    text = words.joined(separator: " ")
    self.words = words
  }

  /// - Throws: a usage failure that says what is wrong with the command of `option`.
  package init(parsing text: String, option: String) throws(Failure) {
    self.text = text
    var words: [String] = []
    var word: String?
    var rest = text[...]
    func unclosed(_ quote: Character) -> Failure {
      Failure(.usage, "\(option): a \(quote) is not closed in: \(text)")
    }
    while let character = rest.popFirst() {
      switch character {
      case " ", "\t", "\n":
        if let done = word { words.append(done) }
        word = nil
      case "'":
        guard let end = rest.firstIndex(of: "'") else { throw unclosed("'") }
        word = (word ?? "") + rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        var quoted = word ?? ""
        var isClosed = false
        while let next = rest.popFirst() {
          if next == "\"" {
            isClosed = true
            break
          }
          if next == "\\", let escaped = rest.first, escaped == "\"" || escaped == "\\" {
            quoted.append(rest.removeFirst())
          } else {
            quoted.append(next)
          }
        }
        guard isClosed else { throw unclosed("\"") }
        word = quoted
      case "\\":
        guard let next = rest.popFirst() else {
          throw Failure(.usage, "\(option): nothing comes after the last \\ in: \(text)")
        }
        word = (word ?? "") + String(next)
      default: word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    guard let program = words.first, !program.isEmpty else {
      throw Failure(.usage, "\(option) needs a command: a program and its arguments, or sh -c '…'")
    }
    guard !words.contains(where: { $0.utf8.contains(0) }) else {
      throw Failure(.usage, "\(option): the command holds a NUL")
    }
    self.words = words
  }
}
