import RulePack
import Testing

struct PatternReachTests {
  private func reach(_ pattern: String, _ text: String) -> PatternReach { PatternReach(pattern, in: Array(text.utf8)) }

  @Test func theLongestBeginningThatMatches() throws {
    let reach = reach(#"size (?<size>\d+) overflow (?<more>\d+)"#, "limit of size 5 overflow ten reached")
    let matched = try #require(reach.matched)
    #expect(matched.pattern == #"size (?<size>\d+) overflow "#)
    #expect(matched.start == 9 && matched.end == 25)
    #expect(reach.missing.isEmpty)
  }

  @Test func withinAGroup() throws {
    let matched = try #require(reach(#"user (?:\w+ logged (?:in|out)) now"#, "user ana logged off now").matched)
    #expect(matched.pattern == #"user (?:\w+ logged (?:in|o"#)
  }

  @Test func theBranchThatGetsFarthest() throws {
    let matched = try #require(
      reach("(?i)disk (?:full|failed)|pool (?:empty|exhausted)|no room", "the Pool was empty").matched)
    #expect(matched.pattern == "(?i)pool ")
    #expect(matched.rest == "(?:empty|exhausted)")
  }

  @Test func whatIsMissing() {
    #expect(reach("pool (?:empty|exhausted)", "the pool is fine").missing == ["pool empty", "pool exhausted"])
    #expect(reach("(?i)POOL EMPTY", "the Pool is fine").missing == ["pool empty"])
  }

  @Test func nothingAtAll() {
    let reach = reach("xyz", "abc")
    #expect(reach.matched == nil)
    #expect(reach.missing == ["xyz"])
  }
}
