import Foundation
import RulePack
import Testing

@testable import SkeinBench

struct ScanRulesTests {
  @Test func aLongerListBeginsWithAShorterOne() throws {
    let most = try #require(ScanRules.counts.max())
    let all = ScanRules(first: most).patterns
    #expect(all.count == most)
    #expect(Set(all).count == most)
    for count in ScanRules.counts { #expect(ScanRules(first: count).patterns == Array(all.prefix(count))) }
  }

  @Test func skeinReadsThePatternsFromThePackAsTheyAre() throws {
    let rules = ScanRules(first: 300)
    let pack = try PackReader.read(Array(rules.pack.utf8), path: "rules-300.yml")
    let patterns = pack.rules.map { rule -> String? in
      guard case .line(let line) = rule.condition else { return nil }
      return line.pattern
    }
    #expect(patterns == rules.patterns)
    #expect(pack.rules.map(\.id) == rules.patterns.indices.map(ScanRules.id))
  }

  @Test func ripgrepGetsOnePatternALine() throws {
    let bench = try Workbench(folder: NSTemporaryDirectory() + "skein-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: bench.folder) }
    let path = try ScanRules(first: 3).writePatterns(in: bench)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.split(separator: "\n").map(String.init) == ScanRules.usual.patterns.prefix(3).map { $0 })
  }
}

struct RuleCountsTests {
  private static let rules = ScanRules(first: 3)

  private static func json(_ lines: [String]) -> Data {
    Data((lines + [#"{"schema":"skein.scan/1","rules":3}"#]).map { $0 + "\n" }.joined().utf8)
  }

  private static func finding(_ rule: String, _ count: Int, kind: String = "rule") -> String {
    #"{"schema":"skein.finding/1","rule":"\#(rule)","kind":"\#(kind)","count":\#(count)}"#
  }

  @Test func findingsOfARuleAddUp() throws {
    let json = Self.json([
      Self.finding("p002", 3), Self.finding("p001", 2), Self.finding("p002", 4),
      Self.finding("p002", 9, kind: "match-limit"),
    ])
    #expect(try RuleCounts(scan: json, rules: Self.rules) == RuleCounts([2, 7, 0]))
  }

  @Test func anAnswerThatIsNoneIsAFault() {
    #expect(throws: BenchFault.self) { try RuleCounts(scan: Self.json([Self.finding("p004", 1)]), rules: Self.rules) }
    #expect(throws: BenchFault.self) { try RuleCounts(scan: Data("skein: no\n".utf8), rules: Self.rules) }
    // Broken off before its end.
    let cut = Data((Self.finding("p001", 2) + "\n").utf8)
    #expect(throws: BenchFault.self) { try RuleCounts(scan: cut, rules: Self.rules) }
  }

  @Test func hitsMustBeRightToTheLastOne() {
    let truth = RuleCounts([58, 0, 7])
    #expect(RuleCounts([58, 0, 7]).fault(against: truth) == nil)
    #expect(RuleCounts([58, 1, 7]).fault(against: truth) == "p002: 1 hits, not 0")
  }

  @Test(arguments: [(57, false), (58, true), (65, true), (66, false)])
  func linesWithAnyHitLieBetweenTheMostOfARuleAndTheirSum(number: Int, isRight: Bool) {
    #expect((RuleCounts([58, 0, 7]).fault(ofLinesWithAny: number) == nil) == isRight)
  }

  @Test func ripgrepSaysNothingWhereThereIsNoLine() throws {
    #expect(try RipgrepPeer.number(Data()) == 0)
    #expect(try RipgrepPeer.number(Data("1078\n".utf8)) == 1078)
    #expect(throws: BenchFault.self) { try RipgrepPeer.number(Data("app.log:3\n".utf8)) }
  }
}
