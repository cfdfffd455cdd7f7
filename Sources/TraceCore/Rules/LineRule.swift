package import Patterns

/// A rule about one record: what its text or its fields must be.
///
/// What it means to people (title, severity, message) is `RulePack`'s; here is what the parse of each line needs.
package struct LineRule: Sendable {
  /// The text that the pattern is about.
  package enum Target: Sendable, Equatable {
    /// The message and each continuation line; in JSON lines also those of the exception's text. Each line by itself.
    case text
    /// All that is known of the record: its first line as it stands in the log, what JSON hides of the message and of the
    /// exception's text behind escapes, and each continuation line. Each line by itself.
    case record
    case message
    /// The record's first line as it stands in the log.
    case line
    /// A field's value, by name.
    case field(String)

    /// Its text is made, and stands nowhere in the log.
    package var isDerived: Bool {
      guard case .field(let name) = self else { return false }
      switch RecordField.names[name] {
      case .route, .status, .duration, .level, .time, .instance: return true
      default: return false
      }
    }
  }

  /// What is kept of a hit: for messages, groups and correlations.
  package enum Value: Sendable, Equatable {
    /// A group of the pattern.
    case capture(Int)
    /// A field, by name.
    case field(String)
  }

  package var target: Target
  package var pattern: Regex?
  /// At least one must occur in the same text; lower case, ASCII case is ignored.
  package var keywords: [[UInt8]]
  package var condition: FilterExpression?
  package var values: [Value]

  package init(
    target: Target = .text, pattern: Regex? = nil, keywords: [String] = [], condition: FilterExpression? = nil,
    values: [Value] = []
  ) {
    self.target = target
    self.pattern = pattern
    self.keywords = keywords.map { $0.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
    self.condition = condition
    self.values = values
  }

  /// Nothing is said about a text: its condition decides alone, on every record.
  package var isDense: Bool { pattern == nil && keywords.isEmpty }
}

/// All rules about records of a run, with what finds them. Immutable; shared by all threads.
package struct LineRules: Sendable {
  package let rules: ContiguousArray<LineRule>
  /// Rules with a text that the prefilter does not see: their text is searched in every line.
  package let unfiltered: [Int]
  /// Makes a thread's prefilter; nil where no rule needs one.
  let makePrefilter: (@Sendable () -> any LinePrefilter)?

  package init(
    _ rules: [LineRule], unfiltered: [Int], makePrefilter: (@Sendable () -> any LinePrefilter)?
  ) {
    self.rules = ContiguousArray(rules)
    self.unfiltered = unfiltered
    self.makePrefilter = makePrefilter
  }

  package var isEmpty: Bool { rules.isEmpty }

  /// Fields by name that have to be looked for in every line: those of rules without a text.
  package var denseFieldNames: [String] {
    var names = WantedNames()
    for rule in rules where rule.isDense { names.add(rule.condition?.fieldNames ?? []) }
    return names.names
  }

  /// Fields by name of any rule; looked for where a rule's text was found.
  package var fieldNames: [String] {
    var names = WantedNames()
    for rule in rules {
      names.add(rule.condition?.fieldNames ?? [])
      if case .field(let name) = rule.target { LineRules.add(name, to: &names) }
      for case .field(let name) in rule.values { LineRules.add(name, to: &names) }
    }
    return names.names
  }

  private static func add(_ name: String, to names: inout WantedNames) {
    if RecordField.names[name] == nil { names.add([name]) }
  }
}
