internal import TraceCore
package import Patterns

/// Takes secrets out of text that is shown: what the rules about secrets match, whichever rule the text is shown for.
package struct SecretRedactor {
  private let patterns: [Regex]
  private let scratch = MatchScratch()
  /// What stands in place of a secret.
  package static let mark = "<secret>"
  private static let kind = "secret"
  private static let notShown = "<not shown: a rule about secrets gave up on it>"
  /// What is shorter tells no secret: a value is not taken for a part of one by so few bytes.
  private static let leastPart = 4

  package init(_ patterns: [Regex]) { self.patterns = patterns }

  /// The text without secrets. Of a pattern with a group named `secret` that group is taken out, else the whole match, and with
  /// it all of the secret that stands there: a rule may know a key by its first line. A text that a pattern gave up on is not
  /// shown at all.
  package func redacted(_ text: [UInt8]) -> [UInt8] {
    guard let places = places(in: text) else { return Array(SecretRedactor.notShown.utf8) }
    if places.isEmpty { return text }
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var copied = 0
    for place in places {
      out += text[copied..<place.lowerBound]
      out += Array(SecretRedactor.mark.utf8)
      copied = place.upperBound
    }
    return out + text[copied...]
  }

  /// Where secrets stand: in order, none over another; nil if a pattern gave up.
  private func places(in text: [UInt8]) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    for pattern in patterns {
      var at = 0
      let group = pattern.group(named: "secret") ?? 0
      searching: while at <= text.count {
        switch pattern.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
        case .match(let start, let end):
          let place = scratch.capture(group) ?? (start, end)
          if place.end > place.start { found.append(place.start..<place.end) }
          at = max(end, start + 1)
        case .noMatch: break searching
        case .limitReached, .failure: return nil
        }
      }
    }
    if found.isEmpty { return [] }
    // What else is known of the form of secrets only widens what the rules found.
    guard let forms = SecretRedactor.forms.candidates(in: text, scratch) else { return nil }
    let all = found.map { ($0, true) } + forms.map { ($0.start..<$0.end, false) }
    var merged: [(place: Range<Int>, isOfRule: Bool)] = []
    for (place, isOfRule) in all.sorted(by: { ($0.0.lowerBound, $0.0.upperBound) < ($1.0.lowerBound, $1.0.upperBound) })
    {
      if let last = merged.last, place.lowerBound < last.place.upperBound {
        let end = max(last.place.upperBound, place.upperBound)
        merged[merged.count - 1] = (last.place.lowerBound..<end, last.isOfRule || isOfRule)
      } else {
        merged.append((place, isOfRule))
      }
    }
    return merged.filter(\.isOfRule).map(\.place)
  }

  private static let forms = RedactionFinder(
    kinds: [SecretRedactor.kind], patterns: SecretForms.all[...], firstOfNumbers: SecretForms.all.count)

  package func redacted(_ text: String) -> String {
    patterns.isEmpty ? text : String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
  }

  /// The secrets that the patterns find in a text; none if one gave up.
  func secrets(in text: [UInt8]) -> [[UInt8]] {
    (places(in: text) ?? []).map { Array(text[$0]) }
  }

  // MARK: Values and lines

  /// A value of a record without secrets: those of the patterns, in it or with its name in front, and `known` ones, whole or in
  /// part.
  func redacted(_ value: String, named name: String, known: [[UInt8]]) -> String {
    if patterns.isEmpty && known.isEmpty { return value }
    if !secrets(in: Array("\(name)=\(value)".utf8)).isEmpty && secrets(in: Array("\(name)=".utf8)).isEmpty {
      return SecretRedactor.mark
    }
    var text = redacted(Array(value.utf8))
    for secret in known { SecretRedactor.hide(secret, in: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// A line as it stands in the log without secrets. Where secrets in it are hidden behind escapes, as JSON may write them,
  /// the line is shown without its escapes.
  ///
  /// - Parameter known: secrets in it; one of `cut` bytes may go on.
  func redacted(line: [UInt8], known: [[UInt8]], cut: Int) -> [UInt8] {
    if patterns.isEmpty && known.isEmpty { return line }
    var text = line
    var found = known
    if line.contains(UInt8(ascii: "\\")) {
      let plain = SecretRedactor.unescaped(line)
      let behind = secrets(in: plain)
      if behind != secrets(in: line) || known.contains(where: { SecretRedactor.first($0, in: line, from: 0) == nil }) {
        text = plain
        found += behind
      }
    }
    // The longest first, and before what the patterns see: a shorter one may be a part of it.
    for secret in found.sorted(by: { $0.count > $1.count }) {
      var at = 0
      while let place = SecretRedactor.first(secret, in: text, from: at) {
        let end = secret.count >= cut ? text.count : place + secret.count
        text.replaceSubrange(place..<end, with: SecretRedactor.mark.utf8)
        at = place + SecretRedactor.mark.utf8.count
      }
    }
    return redacted(text)
  }

  /// Takes a secret out of a text that may hold it, be a part of it, or begin or end with a part of it.
  private static func hide(_ secret: [UInt8], in text: inout [UInt8]) {
    let mark = Array(SecretRedactor.mark.utf8)
    guard !text.isEmpty, text != mark else { return }
    if text.count >= leastPart, first(text, in: secret, from: 0) != nil {
      text = mark
      return
    }
    var at = 0
    while let place = first(secret, in: text, from: at) {
      text.replaceSubrange(place..<place + secret.count, with: mark)
      at = place + mark.count
    }
    let most = min(secret.count, text.count)
    guard most > leastPart else { return }
    if let part = (leastPart..<most).last(where: { text.suffix($0) == secret.prefix($0) }) {
      text.replaceSubrange(text.count - part..<text.count, with: mark)
    }
    if let part = (leastPart..<min(most, text.count)).last(where: { text.prefix($0) == secret.suffix($0) }) {
      text.replaceSubrange(0..<part, with: mark)
    }
  }

  private static func first(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let byte = part.first else { return nil }
    var at = start
    while at + part.count <= text.count, let place = ByteSearch.first(byte, in: text.span, from: at, to: text.count) {
      if text[place...].starts(with: part) { return place }
      at = place + 1
    }
    return nil
  }

  /// Without the escapes of JSON; what is none stays.
  private static func unescaped(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard text[at] == UInt8(ascii: "\\"), at + 1 < text.count else {
        out.append(text[at])
        at += 1
        continue
      }
      let digits = text[min(at + 2, text.count)..<min(at + 6, text.count)]
      switch text[at + 1] {
      case UInt8(ascii: "u"):
        // A half of a pair is no scalar, and no part of what patterns of secrets look for.
        if digits.count == 4, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
          let scalar = Unicode.Scalar(value)
        {
          out += Array(String(Character(scalar)).utf8)
          at += 4
        } else {
          out += text[at...at + 1]
        }
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(text[at + 1])
      default: out += text[at...at + 1]
      }
      at += 2
    }
    return out
  }
}
