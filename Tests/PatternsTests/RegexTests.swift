import Patterns
import Testing

struct RegexTests {
  private func search(_ pattern: String, _ text: String, options: PatternOptions = []) throws -> MatchResult {
    let regex = try Regex(pattern, options: options)
    let bytes = Array(text.utf8)
    return regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: MatchScratch())
  }

  @Test func finds() throws {
    #expect(try search("b+", "abbbc") == .match(start: 1, end: 4))
    #expect(try search("x", "abc") == .noMatch)
    #expect(try search("", "") == .match(start: 0, end: 0))
    #expect(try search("^$", "") == .match(start: 0, end: 0))
    #expect(try search("a", "") == .noMatch)
  }

  @Test func options() throws {
    #expect(try search("ÄRGER", "ärger", options: .caseless) == .match(start: 0, end: 6))
    #expect(try search("a.c", "a\nc") == .noMatch)
    #expect(try search("a.c", "a\nc", options: .dotAll) == .match(start: 0, end: 3))
    #expect(try search("^c", "a\nc", options: .multiline) == .match(start: 2, end: 3))
    #expect(try search("a b # c", "ab", options: .extended) == .match(start: 0, end: 2))
    #expect(try search("a.c(", "a.c(", options: .literal) == .match(start: 0, end: 4))
    #expect(try search("^.$", "ß") == .match(start: 0, end: 2))
    #expect(try search("^.$", "ß", options: .bytes) == .noMatch)
  }

  /// A line is its own text: what stands before and behind it in the block is not seen.
  @Test func seesItsRangeOnly() throws {
    let bytes = Array("one\ntwo\nthree".utf8)
    let scratch = MatchScratch()
    let line = try Regex("^two$")
    #expect(line.firstMatch(in: bytes.span, from: 4, to: 7, scratch: scratch) == .match(start: 4, end: 7))
    let behind = try Regex("(?<=one\\n)two")
    #expect(behind.firstMatch(in: bytes.span, from: 4, to: 7, scratch: scratch) == .noMatch)
    #expect(behind.firstMatch(in: bytes.span, from: 0, to: 7, at: 4, scratch: scratch) == .match(start: 4, end: 7))
    #expect(line.firstMatch(in: bytes.span, from: 0, to: 7, at: 4, scratch: scratch) == .noMatch)
  }

  @Test func namedCaptures() throws {
    let regex = try Regex("(?<year>\\d{4})-(?<month>\\d\\d)(-(?<day>\\d\\d))?")
    #expect(regex.captureCount == 4)
    #expect(regex.captureNames.map(\.name) == ["day", "month", "year"])
    let scratch = MatchScratch()
    let bytes = Array("on 2026-11".utf8)
    #expect(regex.firstMatch(in: bytes.span, from: 2, to: 10, scratch: scratch) == .match(start: 3, end: 10))
    let month = try #require(regex.group(named: "month").flatMap { scratch.capture($0) })
    #expect(month == (8, 10))
    let day = try #require(regex.group(named: "day"))
    #expect(scratch.capture(day) == nil && scratch.capture(99) == nil && scratch.capture(-1) == nil)
    #expect(regex.group(named: "hour") == nil)
    let other = Array("none".utf8)
    #expect(regex.firstMatch(in: other.span, from: 0, to: 4, scratch: scratch) == .noMatch)
    #expect(scratch.capture(0) == nil)
  }

  @Test func manyCaptures() throws {
    let regex = try Regex(String(repeating: "(a)", count: 300))
    let scratch = MatchScratch()
    let bytes = [UInt8](repeating: 0x61, count: 300)
    #expect(regex.firstMatch(in: bytes.span, from: 0, to: 300, scratch: scratch) == .match(start: 0, end: 300))
    #expect(try #require(scratch.capture(300)) == (299, 300))
  }

  /// Bytes that are no UTF-8 match around the damage and never crash, wherever they stand.
  @Test func invalidUTF8() throws {
    let regex = try Regex("err.r")
    let scratch = MatchScratch()
    for damage: [UInt8] in [[0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x80], [0xED, 0xA0, 0x80], [0]] {
      let bytes = damage + Array("error".utf8) + damage
      let expected = MatchResult.match(start: damage.count, end: damage.count + 5)
      #expect(regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: scratch) == expected)
      // Also where a search begins or ends within a character.
      for from in 0...bytes.count {
        for to in from...bytes.count {
          let result = regex.firstMatch(in: bytes.span, from: from, to: to, scratch: scratch)
          #expect(result == (from <= damage.count && to >= damage.count + 5 ? expected : .noMatch))
        }
      }
    }
  }

  /// Catastrophic patterns are given up at the limit, which is told from "no match" and counted.
  @Test(arguments: ["(a+)+$", "(a|a)*[bc]", "(*NO_JIT)(a+)+$", "(.*)*[xz]$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
  func limits(pattern: String) throws {
    let regex = try Regex(pattern)
    let scratch = MatchScratch(limits: MatchLimits(steps: 5_000, depth: 1_000, heap: 1_024, stack: 64 * 1024))
    let bytes = [UInt8](repeating: 0x61, count: 4_000) + [0x21]
    #expect(regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: scratch) == .limitReached)
    #expect(scratch.limitHits == 1 && scratch.failures == 0)
    // The scratch is as good as before.
    #expect(
      try Regex("!").firstMatch(in: bytes.span, from: 0, to: 4_001, scratch: scratch)
        == .match(start: 4_000, end: 4_001))
    scratch.resetCounts()
    #expect(scratch.limitHits == 0)
  }

  @Test(arguments: [
    ("a(b", 4, "parenthes"), ("[a", 3, "]"), ("ä(?<1x>b)", 5, "name"), ("*a", 1, "quantifier"), ("\\", 2, "\\"),
    ("a\\C", 4, "\\C"),
  ])
  func errors(pattern: String, column: Int, words: String) {
    do throws(PatternError) {
      _ = try Regex(pattern)
      Issue.record("\(pattern) was taken")
    } catch {
      #expect(error.message.contains(words) && error.column == column, "\(error)")
      #expect(error.description.contains("character \(column)"))
    }
  }

  @Test func sharedByThreads() async throws {
    let regex = try Regex("(\\d+)ms$")
    let hits = await withTaskGroup(of: Int.self) { group in
      for worker in 0..<4 {
        group.addTask {
          let scratch = MatchScratch()
          var hits = 0
          for i in 0..<1_000 {
            let bytes = Array("took \(i * worker)ms".utf8)
            if case .match = regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: scratch) { hits += 1 }
          }
          return hits
        }
      }
      return await group.reduce(0, +)
    }
    #expect(hits == 4_000)
  }

  /// Machine code is made at the first search, whichever thread that is on.
  @Test func firstSearchesAtOnce() async throws {
    let text = Array("by someone@example.org 7, or nobody".utf8)
    for _ in 0..<50 {
      let regex = try Regex("(?<name>\\w+)@(\\w+\\.)+org \\d")
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            let scratch = MatchScratch()
            return (0..<20).allSatisfy { _ in
              regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch) == .match(start: 3, end: 24)
                && scratch.capture(1).map { $0 == (3, 10) } == true && scratch.failures == 0
            }
          }
        }
        for await isRight in group { #expect(isRight) }
      }
    }
    let searched = try Regex("a+")
    #expect(searched.firstMatch(in: text.span, from: 0, to: 30, scratch: MatchScratch()) == .match(start: 13, end: 14))
    #expect(try searched.isJIT == Regex("b").isJIT)
  }

  @Test func matchesNothing() throws {
    for pattern in ["", "a*", "^", "$", "\\A\\z", "a|", "(?=)", "(?!a)", "(a(?1)?)?", "(?:a*)(?:b*)", "\\K"] {
      #expect(try Regex(pattern).matchesNothing, "\(pattern)")
    }
    for pattern in ["a", "a+", "\\b", "(?=a)", "(?<=a)", "\\n", "a*b", "(a(?1)?)", ".", "(?:a|b)c*"] {
      #expect(try !Regex(pattern).matchesNothing, "\(pattern)")
    }
  }
}
