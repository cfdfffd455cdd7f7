package import Patterns

/// Takes secrets out of text that is shown: what the rules about secrets match, whichever rule the text is shown for.
package struct SecretRedactor {
  private let patterns: [Regex]
  private let scratch = MatchScratch()
  /// What stands in place of a secret.
  package static let mark = "<secret>"

  package init(_ patterns: [Regex]) { self.patterns = patterns }

  /// The text without secrets. Of a pattern with a group named `secret` that group is taken out, else the whole match. A text
  /// that a pattern gave up on is not shown at all.
  package func redacted(_ text: [UInt8]) -> [UInt8] {
    var text = text
    for pattern in patterns {
      var at = 0
      let group = pattern.group(named: "secret") ?? 0
      searching: while at <= text.count {
        switch pattern.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
        case .match(let start, let end):
          let place = scratch.capture(group) ?? (start, end)
          text.replaceSubrange(place.start..<place.end, with: SecretRedactor.mark.utf8)
          let grown = SecretRedactor.mark.utf8.count - (place.end - place.start)
          at = max(end + grown, place.start + SecretRedactor.mark.utf8.count)
          if start == end { at += 1 }
        case .noMatch: break searching
        case .limitReached, .failure: return Array("<not shown: a rule about secrets gave up on it>".utf8)
        }
      }
    }
    return text
  }

  package func redacted(_ text: String) -> String {
    patterns.isEmpty ? text : String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
  }
}
