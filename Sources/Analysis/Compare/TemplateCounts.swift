/// A message template with how often it stood in each segment (before, during, after; or A, B).
package struct TemplateCounts: Sendable, Equatable {
  /// The same for the same template in any run.
  package var id: String
  /// With `<*>` where values stand.
  package var text: String
  /// Worst level of its records, as logged in lower case; nil without one.
  package var level: String?
  package var counts: [Int64]
  /// Event time of its first record; EventTime.none without times.
  package var first: Int64
  /// Where its first record stands, and the record's first line.
  package var path: String
  package var line: Int
  package var example: String

  package init(
    id: String, text: String, level: String?, counts: [Int64], first: Int64, path: String, line: Int, example: String
  ) {
    self.id = id
    self.text = text
    self.level = level
    self.counts = counts
    self.first = first
    self.path = path
    self.line = line
    self.example = example
  }
}

/// A template whose rate differs between two segments.
package struct TemplateShift: Sendable, Equatable {
  package enum Kind: String, Sendable { case new, gone, changed }

  package var template: TemplateCounts
  package var kind: Kind
  /// Records per 1,000 requests in A and in B; per second of event time where there are no requests.
  package var rateA: Double
  package var rateB: Double
  package var p: Double
  package var q: Double

  package init(template: TemplateCounts, kind: Kind, rateA: Double, rateB: Double, p: Double, q: Double) {
    self.template = template
    self.kind = kind
    self.rateA = rateA
    self.rateB = rateB
    self.p = p
    self.q = q
  }
}
