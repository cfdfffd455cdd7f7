package import TraceCore

/// Why a rule does or does not hold for lines: part by part, as it was found out.
package struct RuleExplanation: Sendable {
  package var rule: Rule
  package var records: [Record]

  /// A record, or a line that no layout fits.
  package struct Record: Sendable {
    /// From 1, within the text given.
    package var line: Int
    /// First line and continuation lines.
    package var lineCount: Int
    package var layout: String?
    package var fields: [(name: String, value: String)]
    package var parts: [Part]
  }

  /// One condition on the record: the rule's own, that of a rule which a correlation counts, or a part of a trace rule.
  package struct Part: Sendable {
    /// `http-5xx`, `step 1`, …; nil for the rule's own.
    package var name: String?
    /// What is searched; one that hits, or all of them. None where the rule asks for fields alone.
    package var texts: [Text]
    /// `on` names a field that the record does not have.
    package var missingField: String?
    package var condition: FilterExplanation?
    package var holds: Bool
  }

  /// A text, and what keywords and pattern find in it.
  package struct Text: Sendable {
    /// `message`, `line 3`, `route`, …
    package var what: String
    package var bytes: [UInt8]
    package var keywords: [(word: String, isFound: Bool)]
    package var pattern: Pattern?
    /// Keywords and pattern let it pass.
    package var holds: Bool
  }

  package struct Pattern: Sendable {
    package enum Outcome: Sendable, Equatable {
      /// Bytes of the text.
      case match(start: Int, end: Int)
      case noMatch(PatternReach)
      /// PCRE2 gave up.
      case limit
    }

    package var source: String
    package var outcome: Outcome
    /// Named groups that took part, in the order of the pattern.
    package var captures: [(name: String, start: Int, end: Int)]
  }
}
