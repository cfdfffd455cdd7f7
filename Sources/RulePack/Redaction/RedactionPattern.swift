internal import Patterns

/// One way in which values of a kind stand in a text.
struct RedactionPattern: Sendable {
  /// What is done with a match beyond the pattern: it is checked, and brought to one form, so that a value that is written in
  /// two ways is one value.
  enum Form: Sendable {
    /// As it stands.
    case plain
    /// A secret: what closes a bracket after it is no part of it, and another value's token inside is covered with it.
    case secret
    /// Lower case, `%40` and `\u0040` as `@`.
    case email
    /// Of its country's length, with check digits that are right.
    case iban
    /// 13 to 19 digits that pass Luhn's check.
    case card
    /// 15 digits at most, and at least so many.
    case phone(least: Int)
    /// Four numbers with dots, or with hyphens as in host names; no version.
    case ipv4
    case ipv6
    case mac
  }

  /// Index of the kind in `RedactionRules.kinds`.
  var kind: Int
  let regex: Regex
  /// The groups of which the one that took part is replaced; empty for the whole match.
  let groups: [Int]
  let form: Form
  /// What stands in its place; nil for a numbered token.
  let replacement: [UInt8]?

  /// - Parameter group: the name of the group that is replaced; the whole match where the pattern has none of that name.
  init(kind: Int, _ regex: Regex, group: String?, form: Form, replacement: [UInt8]? = nil) {
    self.kind = kind
    self.regex = regex
    groups = regex.captureNames.filter { $0.name == group }.map(\.group)
    self.form = form
    self.replacement = replacement
  }

  /// An id that is a number can look like it.
  var isOfDigits: Bool {
    switch form {
    case .card, .phone, .iban: true
    case .plain, .secret, .email, .ipv4, .ipv6, .mac: false
    }
  }

  /// Where the value of the match that was found last stands; nil if the match has none.
  func place(_ match: (start: Int, end: Int), _ scratch: MatchScratch) -> (start: Int, end: Int)? {
    if groups.isEmpty { return match }
    for group in groups {
      if let place = scratch.capture(group) { return place }
    }
    return nil
  }
}
