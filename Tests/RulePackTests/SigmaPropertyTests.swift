import TestKit
import Testing
import TraceCore

@testable import RulePack

/// Rules that are read find the events that Sigma's meaning finds.
struct SigmaPropertyTests {
  @Test(arguments: 1...6)
  func randomRulesOnRandomEvents(seed: Int) throws {
    var draw = SigmaDraw(random: SplitMix64(seed: UInt64(seed)))
    var found = 0
    for _ in 0..<150 {
      let searches = draw.searches()
      let condition = draw.condition()
      let detection = SigmaText.detection(searches, condition)
      let events = (0..<25).map { _ in draw.event() }
      let log = events.enumerated().map { SigmaText.event($0.element, escapes: $0.offset % 2 == 1) }
      let wanted = events.indices.filter { SigmaModel.holds(condition, searches, events[$0]) }.map { $0 + 1 }
      let rule = try SigmaSample.condition(detection)
      let hits = try SigmaSample.hits(rule, log)
      found += wanted.count
      guard hits != wanted else { continue }
      let differing = Set(hits).symmetricDifference(wanted).min() ?? 1
      Issue.record(
        """
        \(detection)
        pattern \(rule.pattern ?? "-") keywords \(rule.keywords) where \(rule.expression?.source ?? "-")
        line \(differing): \(log[differing - 1]); wanted: \(wanted.contains(differing))
        """)
      return
    }
    #expect(found > 500)
  }
}
