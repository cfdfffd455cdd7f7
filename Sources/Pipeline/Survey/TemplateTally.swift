internal import Analysis
internal import TraceCore

/// Finds the message template of each record and counts it by segment.
struct TemplateTally {
  /// What the templates turned out to be.
  struct Mined {
    var templates: [TemplateCounts]
    var folded: Int64
    func fact(_ number: Int) -> Contrast.Fact? { nil }
  }

  init(segments: Int) {}

  mutating func take(_ index: Int, of parsed: ParsedBlock, _ record: Record, segment: Int?) -> Int? { nil }

  mutating func count(_ template: Int, segment: Int) {}

  func finish() -> Mined { Mined(templates: [], folded: 0) }
}
