import TestKit
import Testing

@testable import RulePack

/// Random documents with planted values, and the captures.
struct RedactionPropertyTests {
  /// A value of a kind, written in one of its ways; what it is is the same for all of them.
  private struct Planted {
    var kind: String
    /// Equal for equal values.
    var identity: String
    var spellings: [String]
  }

  private static func word(_ random: inout SplitMix64, _ length: Int, _ letters: String = "abcdefghijkmnpqrstuvwxyz")
    -> String
  {
    String((0..<length).map { _ in Array(letters)[random.below(letters.count)] })
  }

  private static func digits(_ random: inout SplitMix64, _ count: Int) -> String { word(&random, count, "0123456789") }

  /// A card number with the check digit that makes it right.
  private static func card(_ random: inout SplitMix64) -> String {
    let head = "4" + digits(&random, 14)
    for last in 0...9 where RedactedValue.passesLuhn(Array("\(head)\(last)".utf8)) { return head + String(last) }
    return head
  }

  private static func value(_ random: inout SplitMix64) -> Planted {
    switch random.below(7) {
    case 0:
      let (name, host) = (word(&random, 6), word(&random, 7))
      return Planted(
        kind: "email", identity: "\(name)@\(host)",
        spellings: [
          "\(name)@\(host).org", "\(name)%40\(host).org", "\(name)\\u0040\(host).org",
          "\(name.uppercased())@\(host).org",
        ])
    case 1:
      let four = (0..<4).map { _ in String(random.below(255) + 1) }
      return Planted(kind: "ip", identity: four.joined(separator: "."), spellings: [four.joined(separator: ".")])
    case 2:
      let words = (0..<4).map { _ in String(random.below(0xFFFF) + 1, radix: 16) }
      let identity = words.joined(separator: ":")
      return Planted(
        kind: "ip", identity: identity,
        spellings: [
          "2001:\(words[0])::\(words[1]):\(words[2]):\(words[3])",
          "2001:\(words[0]):0:0:0:\(words[1]):\(words[2]):\(words[3])",
        ])
    case 3:
      let number = card(&random)
      let grouped = stride(from: 0, to: 16, by: 4).map { String(number.dropFirst($0).prefix(4)) }
      return Planted(
        kind: "card", identity: number,
        spellings: [number, grouped.joined(separator: " "), grouped.joined(separator: "-")])
    case 4:
      let (area, local) = ("3" + digits(&random, 1), digits(&random, 7))
      return Planted(
        kind: "phone", identity: area + local,
        spellings: ["+49\(area)\(local)", "+49 \(area) \(local)", "%2B49\(area)\(local)"])
    case 5:
      let mac = (0..<6).map { _ in "a" + digits(&random, 1) }
      return Planted(
        kind: "mac", identity: mac.joined(), spellings: [mac.joined(separator: ":"), mac.joined(separator: "-")])
    default:
      let secret = word(&random, 8, "abcdefghijkmnpqrstuvwxyz0123456789!$%") + "q7"
      return Planted(
        kind: "secret", identity: secret,
        spellings: [
          "password=\(secret)", "\"api_key\": \"\(secret)\"", "https://app:\(secret)@db", "x-token: \(secret)",
        ])
    }
  }

  private static let fillers = [
    "request finished", "2026-11-23T06:50:48.123Z", "1f0c4a52b9d84f7f8e4e9d7b3a1c2d4e", "status=200", "v1.2.3",
    "duration_ms=12.5",
    "GET /api/spots/17", "{\"a\": [1, 2]}", "é…日本", "at f (a.js:1:2)", "550e8400-e29b-41d4-a716-446655440000",
    "1763880648123",
  ]

  @Test(arguments: 0..<40)
  func noPlantedValueSurvives(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let redactor = Redactor(RedactionRules())
    let values = (0..<12).map { _ in Self.value(&random) }
    var tokens: [String: String] = [:]
    for _ in 0..<60 {
      // Filler, value, filler, with blanks between: what is planted is then what stands between the fillers.
      let planted = values[random.below(values.count)]
      let spelling = planted.spellings[random.below(planted.spellings.count)]
      let (before, after) = (
        Self.fillers[random.below(Self.fillers.count)], Self.fillers[random.below(Self.fillers.count)]
      )
      let text = "\(before) \(spelling) \(after)"
      let result = redactor.redacted(text)
      #expect(result.hasPrefix(before + " ") && result.hasSuffix(" " + after), "\(text) -> \(result)")
      let middle = result.dropFirst(before.count + 1).dropLast(after.count + 1)
      guard let start = middle.lastIndex(of: "<"), let end = middle.lastIndex(of: ">"), start < end else {
        Issue.record("\(text) -> \(result)")
        continue
      }
      let token = String(middle[start...end])
      #expect(token.hasPrefix("<\(planted.kind)-"), "\(text) -> \(result)")
      #expect(!result.lowercased().contains(planted.identity), "\(text) -> \(result)")
      // Equal values have equal tokens; different ones different tokens, below.
      let key = planted.kind + " " + planted.identity
      #expect(tokens[key] ?? token == token, "\(text) -> \(result)")
      tokens[key] = token
      #expect(redactor.redacted(result) == result)
      #expect(Redactor(RedactionRules()).redacted(result) == result)
    }
    #expect(Set(tokens.values).count == tokens.count)
    #expect(redactor.values.reduce(0) { $0 + $1.values } == tokens.count)
  }

  /// Whatever the text: a second time changes nothing.
  @Test(arguments: 0..<60)
  func redactingTwiceIsRedactingOnce(seed: UInt64) {
    var random = SplitMix64(seed: 1_000 + seed)
    let pieces = [
      "@", ".", ":", "::", "=", "<", ">", "-", " ", "\"", "\\", "\\n", "%40", "+", "/", "://", "password", "token",
      "ana", "org", "10", "0", "4111",
      "1111", "ip", "<ip-1>", "<email-2>", "secret", "bearer ", "eyJ", "cookie", "a1b2c3d4", "\n", "é", ";", "(", ")",
      "{", "DE89", "phone=", "030",
    ]
    let rules = RedactionRules()
    for _ in 0..<150 {
      let text = (0..<(1 + random.below(30))).map { _ in pieces[random.below(pieces.count)] }.joined()
      let once = Redactor(rules).redacted(text)
      #expect(Redactor(rules).redacted(once) == once, "\(text)")
    }
  }

  /// Request ids, routes, times and all else survive; the addresses of clients do not.
  @Test(arguments: Capture.allCases)
  func ofACaptureOnlyAddressesAreReplaced(capture: Capture) throws {
    let log = String(decoding: try capture.appLogBytes(), as: UTF8.self)
    let redactor = Redactor(RedactionRules())
    #expect(log.contains("127.0.0.1"))
    #expect(redactor.redacted(log) == log.replacing("127.0.0.1", with: "<ip-1>"))
    #expect(redactor.values.map(\.kind) == ["ip"] && redactor.values.map(\.values) == [1])
    let lines = log.split(separator: "\n")
    for index in stride(from: 0, to: lines.count, by: 97) {
      #expect(redactor.redacted(String(lines[index])) == lines[index].replacing("127.0.0.1", with: "<ip-1>"))
    }
  }
}
