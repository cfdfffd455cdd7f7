package import Patterns
internal import TraceCore

/// What a prefilter is to know of a rule.
package struct PrefilterRule: Sendable {
  /// What candidates call it.
  package var index: UInt32
  /// Where it has one, a pattern that `Regex` takes.
  package var pattern: String?
  package var options: PatternOptions
  /// Texts of which one must occur in the text that the pattern is matched against, in either ASCII case; none if empty.
  package var keywords: [String]
  /// Whether what it matches may hold line breaks. Blocks of lines need not care: a rule sees one line at a time.
  package var acrossLines: Bool

  package init(
    index: UInt32, pattern: String?, options: PatternOptions = [], keywords: [String] = [], acrossLines: Bool = false
  ) {
    self.index = index
    self.pattern = pattern
    self.options = options
    self.keywords = keywords
    self.acrossLines = acrossLines
  }
}
