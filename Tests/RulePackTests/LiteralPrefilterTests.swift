import Patterns
import TestKit
import Testing
import TraceCore

@testable import RulePack

struct LiteralPrefilterTests {
  private func prefilter(_ texts: [(RequiredLiteral, UInt32)], rules: Int) -> LiteralPrefilter {
    LiteralPrefilter(
      LiteralTable(texts.map { (text: $0.0, rule: $0.1) }, ruleCount: rules), names: ContiguousArray(0..<UInt32(rules)))
  }

  private func scan(_ prefilter: LiteralPrefilter, _ text: [UInt8]) -> [RuleCandidate] {
    var found: ContiguousArray<RuleCandidate> = []
    prefilter.scan(text.span, into: &found)
    return Array(found)
  }

  /// Every length, at every place of a text of every length around the steps.
  @Test func everyLengthAndPlace() {
    for length in 2...20 {
      let word = Array("qwertzuiopasdfghjklyxc".utf8.prefix(length))
      let prefilter = prefilter([(RequiredLiteral(word), 0)], rules: 1)
      for place in 0..<40 {
        for behind in 0..<12 {
          let text = [UInt8](repeating: 0x2E, count: place) + word + [UInt8](repeating: 0x2E, count: behind)
          #expect(scan(prefilter, text) == [RuleCandidate(offset: UInt32(place + length - 1), rule: 0)])
        }
      }
    }
  }

  @Test func caseCounts() {
    let prefilter = prefilter(
      [(RequiredLiteral("Time[out]", isCaseless: true), 0), (RequiredLiteral("Time[out]"), 1)], rules: 2)
    #expect(scan(prefilter, Array("a Time[out]".utf8)).map(\.rule) == [0, 1])
    #expect(scan(prefilter, Array("a tIME[OUT]".utf8)).map(\.rule) == [0])
    #expect(scan(prefilter, Array("a time{out}".utf8)).isEmpty)
  }

  /// Once for each line, whatever a line holds.
  @Test func onceALine() {
    let prefilter = prefilter([(RequiredLiteral("ab"), 0), (RequiredLiteral("abcdefghi"), 0)], rules: 1)
    let text = Array("ab ab ab\n\nab\nno\n xab".utf8)
    #expect(scan(prefilter, text).map(\.offset) == [1, 11, 19])
    #expect(scan(prefilter, []).isEmpty)
    #expect(scan(prefilter, Array("a".utf8)).isEmpty)
  }

  /// Against a search of the plainest kind, with texts of all lengths over few letters.
  @Test(arguments: [(1, 8), (2, 8), (10, 8), (100, 8), (2_000, 8), (400, 20)])
  func asTheNaiveSearch(count: Int, longest: Int) {
    var random = SplitMix64(seed: UInt64(count))
    let letters = longest > 8 ? Array("aA".utf8) : Array("aAbB\n\u{00}é".utf8)
    var wanted: [(RequiredLiteral, UInt32)] = []
    for rule in 0..<count {
      let word = (0..<(2 + random.below(longest))).map { _ in letters[random.below(letters.count)] }
      wanted.append((RequiredLiteral(word, isCaseless: random.below(2) == 0), UInt32(rule)))
    }
    let prefilter = prefilter(wanted, rules: count)
    for _ in 0..<(count > 100 ? 3 : 30) {
      let text = (0..<random.below(200)).map { _ in letters[random.below(letters.count)] }
      var expected: Set<UInt64> = []
      for (word, rule) in wanted {
        let folded = word.isCaseless ? text.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 } : text
        for start in folded.indices where folded[start...].starts(with: word.bytes) {
          expected.insert(UInt64(Self.line(text, start + word.bytes.count - 1)) << 32 | UInt64(rule))
        }
      }
      let found = scan(prefilter, text)
      #expect(Set(found.map { UInt64(Self.line(text, Int($0.offset))) << 32 | UInt64($0.rule) }) == expected)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.offset <= $1.offset })
    }
  }

  private static func line(_ text: [UInt8], _ place: Int) -> Int { text[..<place].count { $0 == 0x0A } }
}
