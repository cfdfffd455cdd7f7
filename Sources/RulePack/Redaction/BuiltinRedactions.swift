internal import Patterns

/// The patterns of people and machines; those of secrets are in `SecretForms` and `ServiceKeys`.
///
/// Values stand in prose, in `key=value`, in JSON and in URLs; patterns look at each layer of escapes (`RedactionView`). In the
/// text as it stands a value may begin after `\n`, `\u003c` or `%3D`, whose last letters are no part of it. Repetitions are
/// possessive or bounded: no text makes them slow.
enum BuiltinRedactions {
  /// A value may begin here: no letter or digit before it, or one that ends an escape.
  private static let begin =
    #"(?:(?<![\p{L}\p{N}\\%])|(?<=\\)(?![nrtbfu])|(?<=%)(?![0-9A-Fa-f]{2})|(?<=\\[nrtbf])|(?<=\\u[0-9A-Fa-f]{4})"#
    + #"|(?<=%[0-9A-Fa-f]{2}))"#
  private static let end = #"(?![\p{L}\p{N}])"#
  /// No part of a longer number with dots or hyphens.
  private static let alone = #"(?<![0-9][.-])"#

  // MARK: People

  private static let local = #"[\p{L}\p{M}\p{N}._+-]"#
  private static let at = #"(?:@|%40|\\u0040|&#64;)"#

  static let email: [RedactionPattern] = [
    pattern(
      #"(?:(?<![\p{L}\p{M}\p{N}._+\\%-])|(?<=\\)(?![nrtbfu])|(?<=%)(?![0-9A-Fa-f]{2})|(?<=\\[nrtbf])"#
        + #"|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))"#
        + #"[.+-]*+(?<v>(?:"# + local + #"++|%2[BbEeDd]|%5[Ff])++"# + at
        + #"(?:(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}\.){1,16}[\p{L}][\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{N}]"#
        // bob@localhost, bob@[10.0.0.7]
        + #"|localhost(?:\.localdomain)?(?![\p{L}\p{N}.-]*[\p{L}\p{N}])|\[[0-9A-Fa-f.:]{2,45}\]))"#, .email),
    // "bob smith"@example.com
    pattern(
      #"(?<v>"[^"\r\n\\]{1,64}"@(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}\.){1,16}[\p{L}][\p{L}\p{M}\p{N}-]{0,61}["#
        + #"\p{L}\p{N}])"#,
      .email),
  ]

  static let iban: [RedactionPattern] = [
    pattern(
      begin + #"(?i)(?<v>[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}+|(?:[ .+-][A-Z0-9]{4}){2,7}"#
        + #"(?:[ .+-][A-Z0-9]{1,4})?+))"# + end,
      .iban)
  ]

  static let card: [RedactionPattern] = [
    // Of the first digits that issuers use: no time of the epoch and no date begins like that.
    pattern(
      begin + alone + #"(?=[3-6]|2[2-7])(?<v>[0-9]{13,19}+|[0-9]{4}([ .+_-])[0-9]{4}\g{-1}[0-9]{4}\g{-1}[0-9]{4}"#
        + #"(?:\g{-1}[0-9]{1,3}(?![\p{L}\p{N}.:\/-]))?+|[0-9]{4}([ .+_-])[0-9]{6}\g{-1}[0-9]{4,5}"#
        + #"|[0-9]{8}[ .+_-][0-9]{8})"# + end + #"(?![.-][0-9])"#, .card)
  ]

  static let phone: [RedactionPattern] = [
    // By its name: phone=…, tel:…
    pattern(
      #"(?i)(?:(?<![a-z])(?:tele)?phone|(?<=[a-z])(?-i:Phone|Mobile)|(?<![a-z])(?:mobile|msisdn|tel|fax|whatsapp))"#
        + #"(?:[_-]?(?:no|nr|number|num))?\\*+["']?\s{0,3}(?:=>|[:=]|%3D)\s{0,3}\\*+["']?"#
        + #"(?<v>(?:\+|%2B)?[(0-9](?:[ ().\/-]{0,2}[0-9]){5,14})"# + end, .phone(least: 6)),
    // International, with its plus.
    pattern(
      begin + #"(?<![+.])(?<v>(?:\+|%2[Bb]|\\u002[Bb])[1-9](?:[ .\/-]?\(?[0-9]\)?){6,14})"# + end + #"(?![.,:]?[0-9])"#,
      .phone(least: 8)),
    // 030 1234567, 0171-1234567: national, with its zero and a gap; 0049 30 1234567.
    pattern(
      begin + #"(?<![.,:+\/-])(?<v>0[1-9][0-9]{0,3}[ \/-][0-9]{3,8}(?:[ -][0-9]{2,5}){0,2}"#
        + #"|00[1-9][0-9]{0,2}(?:[ \/-][0-9]{2,8}){2,5})"# + end
        + #"(?![.,:\/-][0-9]|:)"#, .phone(least: 9)),
    // (555) 123-4567, 555-123-4567, 1-555-123-4567, 555.123.4567
    pattern(
      begin + #"(?<![.,:+\/-])(?<v>(?:1[ .-])?(?:(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}-)[0-9]{3}-"#
        + #"|[2-9][0-9]{2}\.[0-9]{3}\.)[0-9]{4})"# + end
        + #"(?![.,:\/-][0-9])"#, .phone(least: 10)),
  ]

  // MARK: Machines

  private static let byte = #"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"#

  static let ip: [RedactionPattern] = [
    pattern(
      begin + #"(?<!:)(?<v>(?:[0-9A-Fa-f]{0,4}:){2,7}+(?:(?:"# + byte + #"\.){3}"# + byte + #"|[0-9A-Fa-f]{0,4})"#
        + #"(?:%(?:25)?(?:eth|en|wl|lo|br|tun|bond|veth|docker)[\w-]*+)?+)(?![0-9A-Za-z]|\.[0-9]"#
        + #"|:(?![0-9]{1,5}(?![0-9A-Fa-f:]))[0-9A-Fa-f:])"#,
      .ipv6),
    pattern(begin + alone + #"(?<v>(?:"# + byte + #"\.){3}"# + byte + #")"# + end + #"(?!\.[0-9])"#, .ipv4),
    // Names of hosts that are made of an address: ip-10-0-0-7.
    pattern(begin + #"ip-(?<v>(?:"# + byte + #"-){3}"# + byte + #")"# + end + #"(?!-[0-9])"#, .ipv4),
  ]

  static let mac: [RedactionPattern] = [
    pattern(
      begin + #"(?<![:-])(?<v>[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\g{-1}[0-9A-Fa-f]{2}){4})(?![0-9A-Za-z:-])"#, .mac)
  ]

  // MARK: What stays

  /// Tokens in the text: `<email-3>`, `<secret>`; what `name` is is looked at by who asks.
  static let token = regex(#"<(?<name>[a-z][a-z0-9-]*?)(?:-[1-9][0-9]*+)?>"#)

  /// What has the look of a number of somebody and is an id, a hash or a time.
  static let kept = regex(
    #"(?x)(?<![\p{L}\p{N}:]) (?:"#
      // W3C traceparent, UUID, hexadecimal of 16 and more (but for 16 to 19 decimal digits), longer numbers.
      + #"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2} | [0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"#
      + #"| (?=[0-9]*+[A-Fa-f])[0-9A-Fa-f]{16,}+ | [0-9]{20,}+"#
      // 2026-11-23T06:50:48,123+01:00, 2026-11-23_06-50-48
      + #"| [0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2} (?:[T\ _-][0-9]{2}[:.-]?[0-9]{2}(?:[:.-]?[0-9]{2}"#
      + #"(?:[.,][0-9]{1,9})?+)?+"#
      + #"  (?:\ ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?+)?+"#
      // 23/Nov/2026:06:50:48 +0100
      + #"| [0-9]{1,2}/[A-Z][a-z]{2}/[0-9]{4}(?::[0-9]{2}){3}(?:\ [+-][0-9]{4})?+"#
      + #"| [0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?+"#
      + #") (?![\p{L}\p{N}]|:[0-9A-Fa-f])"#)

  // MARK: Making them

  /// - Parameter source: with a group `v`, or several, for the value; the whole match without one.
  static func pattern(_ source: String, _ form: RedactionPattern.Form) -> RedactionPattern {
    let made = regex("(?J)" + source)
    return RedactionPattern(kind: 0, made, group: "v", form: form)
  }

  private static func regex(_ source: String) -> Regex {
    do throws(PatternError) {
      return try Regex(source)
    } catch {
      preconditionFailure("a pattern that is built in: \(error.description)")
    }
  }
}
