import TestKit
import Testing

@testable import Patterns

struct PatternOutlineTests {
  /// What a pattern requires; `~` in front of a text in any case.
  private static func literals(_ pattern: String, _ options: PatternOptions = []) -> [String]? {
    PatternOutline(pattern, options: options).requiredLiterals?.literals.map {
      ($0.isCaseless ? "~" : "") + String(decoding: $0.bytes, as: UTF8.self)
    }
  }

  @Test(
    arguments: [
      ("pool", ["pool"]), ("po(?:ol|rt)", ["pool", "port"]), ("[Tt]ime", ["~time"]), ("(?i)time", ["~time"]),
      ("(?i:t)ime", ["~time"]), ("a(?i)b|c", nil), ("x*abc?d*", ["ab"]), ("\\bab\\b.*\\d{3}", ["ab"]), ("a|bcd", nil),
      ("(ab)\\1", ["ab"]), ("(?=xyz)ab", ["ab"]), ("(?<!xyz)ab(?!cd)", ["ab"]), ("ab(?#note)c", ["abc"]),
      ("ab{2}c", ["abbc"]),
      ("ab{,2}c", nil), ("ab{2", ["ab{2"]), ("\\Qa.b\\E+", ["a.b"]), ("a\\Q*\\E\\x41\\x{42}\\o{103}\\t", ["a*ABC\t"]),
      ("ab(*ACCEPT)cd", nil), ("(?x) a b # c\n d", ["abd"]), ("(?x)a\\ b[ ]c", ["a b c"]), ("Ärger", ["Ärger"]),
      ("(?i)Ärger", ["~rger"]), ("(?i)ask", ["~ask", "~as\u{212A}", "~aſk", "~aſ\u{212A}"]),
      ("(?(?=a)ab|cd)ef", ["ef"]),
      ("(?P<n>ab)(?P=n)c(?&n)", ["ab"]), ("[[:<:]]ab[[:>:]]", ["ab"]), ("(*NO_JIT)ab", ["ab"]), ("a.b", nil), ("", nil),
      ("ab)", nil), ("(ab", nil), ("[ab", nil), ("ab\\", nil), ("(?C1)ab(?C'x')", ["ab"]), ("(?|ab|cd)", ["ab", "cd"]),
      ("(?>ab|c)d", ["abd", "cd"]), ("ab\\Kcd", ["abcd"]), ("(?^)ab", ["ab"]), ("(?-i)ab", ["ab"]),
      ("ab\\101cd", ["ab"]),
      ("ab\\Rcd", ["ab"]), ("(ab(?1)?c)", ["ab"]),
    ] as [(String, [String]?)])
  func requires(pattern: String, expected: [String]?) {
    let found = Self.literals(pattern)
    #expect(found.map(Set.init) == expected.map(Set.init), "\(pattern): \(found ?? [])")
  }

  @Test func requiresWithOptions() {
    #expect(Self.literals("a.b", .literal) == ["a.b"])
    #expect(Self.literals("a b#c", .extended) == ["ab"])
    #expect(Self.literals("AB", .caseless) == ["~ab"])
    #expect(Self.literals("k2", [.bytes, .caseless]) == ["~k2"])
    #expect(PatternOutline("é", options: .bytes).requiredLiterals?.literals == [RequiredLiteral("é")])
  }

  @Test(
    arguments: [
      ("SSL_ERROR_[A-Z_]+", "SSL_ERROR_[A-Z_]"), ("^.*pool \\d{2,}$", "pool [0-9]{2}"),
      ("a[^b]c+d", "a[\\x00-\\x09\\x0b-ac-\\xff][\\x80-\\xbf]{0,3}c+d"),
      ("ab.{3,5}cd", "ab[\\x00-\\x09\\x0b-\\xff]{3,20}cd"),
      ("abx{1000}cd", "abx{64,}cd"), ("ab(?:x{30}y){40}cd", "ab(?:x{30}y){2,}cd"),
      ("ab[äö]cd", "ab(?:\\xc3\\xa4|\\xc3\\xb6)cd"),
      ("(?i)ks", "(?:[Kk]|\\xe2\\x84\\xaa)(?:[Ss]|\\xc5\\xbf)"), ("(a)bc\\1de", "abc[^\\n]*de"),
      ("ab\\s*cd", "ab[\\x09\\x0b-\\x0d ]*cd"),
      ("(?:abc)?", nil), ("x", nil), (".*", nil), ("abc|", nil), ("(?:abc|d*)ef", "ef"), ("\\w+ ms", " ms"),
      ("\\d\\d?", nil),
    ] as [(String, String?)])
  func expressions(pattern: String, expected: String?) {
    #expect(PatternOutline(pattern).byteExpression() == expected)
  }

  @Test(arguments: [
    ("abc", 3), ("(?i)time", 4), ("(?i)ask", 1), ("x(?:a|time)+0", 1), ("(?:ab|cde)x", 2), ("ab[0-9]cde?", 2),
    ("(?:abc)*d", 1),
    ("a.b", 1), ("é", 2), ("(?:abcd){2}", 4), ("", 0),
  ])
  func runs(pattern: String, expected: Int) {
    #expect(PatternOutline(pattern).longestRun == expected)
  }

  @Test func lineBreaks() {
    #expect(PatternOutline("ab\\scd").byteExpression(acrossLines: true) == "ab[\\x09-\\x0d ]cd")
    #expect(PatternOutline("(?s)ab.cd", options: .bytes).byteExpression(acrossLines: true) == "ab[\\x00-\\xff]cd")
    #expect(PatternOutline("ab\\ncd").byteExpression() == "ab\\xff\\xffcd")
    #expect(PatternOutline("ab\\ncd").byteExpression(acrossLines: true) == "ab\\x0acd")
  }

  /// Deep nesting and huge counts end, and with something weaker.
  @Test func extremes() {
    let deep = String(repeating: "(", count: 5_000) + "ab" + String(repeating: ")", count: 5_000)
    #expect(PatternOutline(deep).root == .anything)
    #expect(Self.literals(String(repeating: "(?:", count: 90) + "ab" + String(repeating: ")", count: 90)) == ["ab"])
    let counted = String(repeating: "(?:a", count: 50) + String(repeating: "){1000}", count: 50)
    #expect(PatternOutline(counted).minimumLength > 1_000 && PatternOutline(counted).byteExpression() != nil)
  }

  /// A text that PCRE2 matches holds one of the texts that the pattern requires, and is as long as the outline says.
  @Test(arguments: 0..<8)
  func holdsOfWhatMatches(seed: Int) {
    var source = RandomPattern(seed: UInt64(1_000 + seed))
    let scratch = MatchScratch()
    var matches = 0
    for _ in 0..<100 {
      let made = source.next()
      let options: PatternOptions = [[], .caseless, .extended, .dotAll, .bytes, [.bytes, .caseless]][
        source.random.below(6)]
      guard let regex = try? Regex(made.pattern, options: options) else { continue }
      let outline = PatternOutline(made.pattern, options: options)
      let required = outline.requiredLiterals?.literals
      for sample in made.samples {
        let text = source.line(around: sample)
        guard case .match = regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch) else { continue }
        matches += 1
        #expect(text.count >= outline.minimumLength, "\(made.pattern)")
        guard let required else { continue }
        let folded = text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        let holds = required.contains { literal in
          let within = literal.isCaseless ? folded : text
          return within.indices.contains { within[$0...].starts(with: literal.bytes) }
        }
        #expect(
          holds, "\(made.pattern) requires \(required.map { String(decoding: $0.bytes, as: UTF8.self) }), \(text)")
      }
    }
    #expect(matches > 80)
  }

  /// Which characters beyond ASCII PCRE2 takes for an ASCII letter in another case: the outline knows them all.
  @Test func foldsBeyondASCII() throws {
    let scratch = MatchScratch()
    let regex = try Regex("[a-zA-Z]", options: .caseless)
    var found: [Unicode.Scalar] = []
    for value in UInt32(0x80)...0x1FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(scalar).utf8)
      if case .match = regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: scratch) {
        found.append(scalar)
      }
    }
    #expect(found == ["\u{17F}", "\u{212A}"])
  }

  /// What an outline makes up fits the expression's own language: its pattern matches most of it.
  @Test func samplesFit() throws {
    var random = SplitMix64(seed: 5)
    let scratch = MatchScratch()
    for pattern in ["(?i)task (failed|lost) [0-9]{2,4}", "a[^b\\n]{3}c|ä+b?", "x(?:yz){5}\\s"] {
      let regex = try Regex(pattern)
      for _ in 0..<50 {
        let sample = try #require(PatternOutline(pattern).sample(breaks: false, using: &random))
        let result = regex.firstMatch(in: sample.span, from: 0, to: sample.count, scratch: scratch)
        #expect(result != .noMatch, "\(pattern): \(sample)")
      }
    }
    #expect(PatternOutline("(?:a{1000}){1000}").sample(breaks: false, using: &random) == nil)
  }
}
