/// What sets some requests apart from the others: values of fields, and what their traces say, that stand in a greater
/// share of them than elsewhere.
package struct Contrast: Sendable {
  /// Something that is true of a request.
  package struct Fact: Sendable, Hashable {
    package enum Kind: String, Sendable {
      /// A field of the record that opens or closes it has a value: what the request was.
      case field
      /// A field of another record of its trace, up to its end, has a value: what happened to it.
      case step
      /// A record of its trace, up to its end, has this message template.
      case template
    }
    package var kind: Kind
    /// Name of the field; id of the template.
    package var name: String
    /// The value; the template's text.
    package var value: String

    package init(kind: Kind = .field, name: String, value: String) {
      self.kind = kind
      self.name = name
      self.value = value
    }
  }

  /// How many requests a fact is true of.
  package struct Count: Sendable, Equatable {
    package var fact: Fact
    /// Among the requests that are looked at (failed, or slow), and among the others.
    package var inside: Int64
    package var outside: Int64

    package init(fact: Fact, inside: Int64, outside: Int64) {
      self.fact = fact
      self.inside = inside
      self.outside = outside
    }
  }

  /// A fact that stands out, with its evidence.
  package struct Row: Sendable, Equatable {
    package var count: Count
    /// Shares of the requests inside and outside of which it is true.
    package var shareInside: Double
    package var shareOutside: Double
    /// Difference of the shares with its 95 % interval: what rows are ranked by.
    package var difference: Interval
    /// Of Fisher's exact test, before the correction.
    package var p: Double
    /// After the correction for the number of facts compared (Benjamini and Hochberg).
    package var q: Double
    /// Other facts with the same counts, so of the same requests as far as counts tell.
    package var also: [Fact]

    package init(
      count: Count, shareInside: Double, shareOutside: Double, difference: Interval, p: Double, q: Double,
      also: [Fact] = []
    ) {
      self.count = count
      self.shareInside = shareInside
      self.shareOutside = shareOutside
      self.difference = difference
      self.p = p
      self.q = q
      self.also = also
    }
  }

  /// In words: "failed requests of GET /a, 10:00:00 to 10:05:00"; what they are compared with.
  package var inside: String
  package var outside: String
  package var insideRequests: Int64
  package var outsideRequests: Int64
  /// Ranked by effect.
  package var rows: [Row]
  /// Facts compared.
  package var compared: Int
  /// Fields left out because they have too many different values to be compared (ids, addresses).
  package var leftOut: [String]

  package init(
    inside: String, outside: String, insideRequests: Int64, outsideRequests: Int64, rows: [Row], compared: Int,
    leftOut: [String] = []
  ) {
    self.inside = inside
    self.outside = outside
    self.insideRequests = insideRequests
    self.outsideRequests = outsideRequests
    self.rows = rows
    self.compared = compared
    self.leftOut = leftOut
  }
}

extension Contrast {
  /// The rows with what the requests were before what happened to them: consequences stand out more than causes, and say
  /// less. Of either the greatest effects.
  package func requestFactsFirst(most: Int) -> [Row] {
    Array(rows.filter { $0.count.fact.kind == .field }.prefix(most))
      + rows.filter { $0.count.fact.kind != .field }.prefix(most)
  }
}
