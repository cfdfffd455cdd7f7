/// A value of a YAML document with where it stands, so that a mistake can be reported at its line and column.
///
/// Scalars keep their text as written; whether `on` is a word or a truth is up to who reads it (so a key `on` is never
/// `true`). Keys of a mapping keep their order.
package struct YAMLNode: Sendable {
  package enum Value: Sendable {
    /// - isPlain: without quotes and not a block: only then is it read as a number, a truth or null.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Member])
  }

  package struct Member: Sendable {
    package var key: YAMLNode
    package var value: YAMLNode
  }

  package var value: Value
  /// From 1; columns count characters.
  package var line: Int
  package var column: Int

  package init(_ value: Value, line: Int, column: Int) {
    self.value = value
    self.line = line
    self.column = column
  }

  /// The text of a scalar.
  package var text: String? {
    if case .scalar(let text, _) = value { text } else { nil }
  }

  /// An empty value: `key:` with nothing after it, `~` or `null`.
  package var isNull: Bool {
    if case .scalar(let text, isPlain: true) = value {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// A plain `true` or `false`, as YAML 1.2 has them.
  package var bool: Bool? {
    guard case .scalar(let text, isPlain: true) = value else { return nil }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return nil
    }
  }

  package var integer: Int? {
    if case .scalar(let text, isPlain: true) = value { Int(text) } else { nil }
  }

  /// What it is, for messages.
  package var kind: String {
    switch value {
    case .scalar: isNull ? "nothing" : "a text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
