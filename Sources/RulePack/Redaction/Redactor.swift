internal import Patterns

/// Replaces what identifies people and what gives access in the texts of one document: an e-mail address becomes `<email-3>`.
///
/// Tokens are numbered by first appearance in the document, each kind for itself; the same value has the same token, so what
/// belongs together can still be seen. Ids, hashes, times, ports and paths stay. Redacting twice is redacting once. A text on
/// which a pattern was given up is not shown at all.
///
/// One for each document, from its first text to its last, in the order in which a reader meets them. Not for the hot path:
/// a text is searched with some twenty patterns.
///
/// Meaning: docs/semantics.md#redaction.
package final class Redactor {
  /// In place of a text that a pattern gave up on.
  package static let notShown = "<not shown: redaction gave up on this text>"
  /// Values that are remembered; later ones get a token without a number, `<email>`.
  package static let mostValues = 100_000

  /// Every round looks at what the one before has left; nearly always the second finds nothing.
  private static let mostRounds = 8

  private let rules: RedactionRules
  private let scratch = MatchScratch()
  /// Of each kind its values; looked up only, never listed.
  private var numbers: [[[UInt8]: Int]]
  private var remembered = 0
  /// Different values beyond `mostValues` may be among these.
  package private(set) var unnumbered: Int64 = 0

  package init(_ rules: RedactionRules) {
    self.rules = rules
    numbers = Array(repeating: [:], count: rules.kinds.count)
  }

  /// Kinds of which something was replaced, with how many different values; in the order of `RedactionRules.kinds`.
  package var values: [(kind: String, values: Int)] {
    zip(rules.kinds, numbers).filter { !$0.1.isEmpty }.map { ($0.0, $0.1.count) }
  }

  package func redacted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let redacted = redacted(bytes)
    return redacted == bytes ? text : String(decoding: redacted, as: UTF8.self)
  }

  package func redacted(_ text: [UInt8]) -> [UInt8] { redacted(text, isID: false) }

  /// The value of a field, whose name may say what it is (`password`, `phone`), as it would in front of it in a line.
  package func redacted(_ value: String, named name: String) -> String {
    // In quotes, so that a value with blanks is one.
    let quote = value.utf8.contains(UInt8(ascii: "\"")) ? "" : "\""
    let (before, after) = ("\(name)=\(quote)", quote)
    let pair = before + value + after
    let shown = redacted(pair)
    if shown == pair { return value }
    guard shown.hasPrefix(before), shown.hasSuffix(after) else { return shown }
    return String(shown.dropFirst(before.count).dropLast(after.count))
  }

  /// A request id: it stays, even where its digits could be those of a card or a telephone; but an address is none.
  package func redacted(id: String) -> String {
    let bytes = Array(id.utf8)
    let redacted = redacted(bytes, isID: true)
    return redacted == bytes ? id : String(decoding: redacted, as: UTF8.self)
  }

  private func redacted(_ text: [UInt8], isID: Bool) -> [UInt8] {
    if text.isEmpty || text == Array(Redactor.notShown.utf8) { return text }
    let finder = RedactionFinder(
      kinds: rules.kinds, patterns: rules.patterns[...], firstOfNumbers: rules.firstOfNumbers, isOfID: isID)
    var draft = RedactionDraft(text)
    for _ in 0..<Redactor.mostRounds {
      guard let values = finder.values(in: draft.text, scratch) else { return Array(Redactor.notShown.utf8) }
      if values.isEmpty { break }
      draft.replace(values, kinds: rules.kinds)
    }
    for (kind, value) in draft.fixed { _ = token(kind, value) }
    return draft.finished { kind, value in Array(token(kind, value).utf8) }
  }

  private func token(_ kind: Int, _ value: [UInt8]) -> String {
    let name = rules.kinds[kind]
    if let number = numbers[kind][value] { return "<\(name)-\(number)>" }
    guard remembered < Redactor.mostValues else {
      unnumbered += 1
      return "<\(name)>"
    }
    remembered += 1
    let number = numbers[kind].count + 1
    numbers[kind][value] = number
    return "<\(name)-\(number)>"
  }
}
