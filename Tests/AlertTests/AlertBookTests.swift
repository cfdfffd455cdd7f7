import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// The life of alerts: open, worse, over.
struct AlertBookTests {
  private static let second: Int64 = 1_000_000_000
  private static let start: Int64 = 1_795_413_600 * second

  private func at(_ seconds: Int64) -> Int64 { Self.start + seconds * Self.second }

  private func finding(_ rule: String, _ severity: UInt8, _ seconds: Int64) -> AlertIncident.Member {
    AlertIncident.Member(
      rule: rule, title: "The rule \(rule)", severity: severity, first: at(seconds), last: at(seconds),
      overAfter: AlertBook.usualOverAfter, message: "found \(rule)", trace: "r\(seconds)")
  }

  /// Ten seconds with a failure in ten requests, and hits of rules.
  private func window(_ seconds: Int64, _ hits: [String: Int64] = [:], errors: Int64 = 1) -> EventWindow {
    var stats = GroupStats()
    for number in 0..<10 {
      stats.add(
        RequestEvent(
          time: at(seconds), duration: 5_000_000, route: 0, group: 0, status: Int64(number) < errors ? 500 : 200,
          level: .info, watermark: at(seconds)))
    }
    let group = stats.summary(name: "GET /a", span: 10 * Self.second)
    let summary = WindowSummary(start: at(seconds), end: at(seconds + 10), total: group, groups: [group])
    return EventWindow(
      summary: summary, versions: [],
      hits: hits.sorted { $0.key < $1.key }.map { EventWindow.RuleCount(rule: $0, severity: "P1", hits: $1) },
      unfinished: 0, isPartial: false)
  }

  @Test func itOpensGrowsAndIsOver() throws {
    var book = AlertBook()
    #expect(book.take(window(0)) == nil)
    let openedChange = book.take(finding("pool", 1, 12), id: "k1")
    let opened = try #require(openedChange)
    #expect(opened.kind == .opened && opened.incident.key == "k1" && opened.incident.opened == at(12))
    #expect(book.take(window(10, ["pool": 4], errors: 5))?.kind == .updated)
    let worseChange = book.take(window(20, ["pool": 40], errors: 9))
    let worse = try #require(worseChange)
    #expect(worse.kind == .worse)
    #expect(worse.incident.total.requests == 20 && worse.incident.total.errors == 14)
    #expect(worse.incident.worstRoute?.name == "GET /a")
    // The last hit counts as one at the end of its window; two minutes later it is over.
    var kinds: [AlertBook.Change.Kind] = []
    var closed: Int64 = 0
    for seconds in stride(from: Int64(30), to: 300, by: 10) {
      guard let change = book.take(window(seconds)) else { continue }
      kinds.append(change.kind)
      closed = change.incident.closed
    }
    #expect(kinds == [.over] && closed == at(150) && book.open == nil)
  }

  @Test func itIsWorseByAMoreSevereRuleAndOneIncident() throws {
    var book = AlertBook()
    #expect(book.take(finding("a", 1, 0), id: "k1")?.kind == .opened)
    #expect(book.take(finding("b", 1, 5), id: "k2")?.kind == .updated)
    let worseChange = book.take(finding("c", 0, 6), id: "k3")
    let worse = try #require(worseChange)
    #expect(worse.kind == .worse && worse.incident.key == "k1" && worse.incident.severity == 0)
    #expect(worse.incident.leader?.rule == "c" && worse.incident.members.count == 3)
  }

  @Test func whatIsMildOpensNothingAndKeepsNothingOpen() throws {
    var book = AlertBook()
    #expect(book.take(finding("note", 3, 0), id: "k0") == nil)
    #expect(book.take(finding("a", 1, 1), id: "k1")?.kind == .opened)
    #expect(book.take(finding("note", 3, 2), id: "k2")?.incident.members.count == 2)
    var over: Int64 = 0
    for seconds in stride(from: Int64(0), to: 300, by: 10) {
      if let change = book.take(window(seconds, ["note": 3])), change.kind == .over { over = change.time }
    }
    #expect(over > 0 && over <= at(140))
  }

  @Test func aGapEndsIt() {
    var book = AlertBook()
    _ = book.take(finding("a", 1, 1), id: "k1")
    #expect(book.takeGap(until: at(60)) == nil)
    #expect(book.takeGap(until: at(600))?.kind == .over)
  }

  @Test func aRuleSaysAfterHowLong() {
    var book = AlertBook()
    var slow = finding("slow", 1, 0)
    slow.overAfter = 600 * Self.second
    _ = book.take(slow, id: "k1")
    var over: Int64 = 0
    for seconds in stride(from: Int64(0), to: 900, by: 10) where over == 0 {
      if let change = book.take(window(seconds)), change.kind == .over { over = change.time }
    }
    #expect(over == at(600))
  }

  @Test func theReleaseBeforeItIsNamed() throws {
    var book = AlertBook()
    book.take(release: "v1", at: at(0))
    #expect(book.take(finding("a", 1, 5), id: "k0")?.incident.release == nil)
    for seconds in stride(from: Int64(0), to: 200, by: 10) { _ = book.take(window(seconds)) }
    book.take(release: "v2", at: at(300))
    #expect(book.take(finding("a", 1, 330), id: "k1")?.incident.release == "v2")
  }

  /// Whatever comes: kept and begun again after each event, it says the same.
  @Test(arguments: UInt64(1)...20) func stateComesBack(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var whole = AlertBook()
    var parts = AlertBook()
    var time: Int64 = 0
    for number in 0..<300 {
      var changes: [AlertBook.Change?] = []
      switch random.below(12) {
      case 0:
        let found = finding("r\(random.below(70))", UInt8(random.below(4)), time)
        changes = [whole.take(found, id: "k\(number)"), parts.take(found, id: "k\(number)")]
      case 1:
        whole.take(release: "v\(number)", at: at(time))
        parts.take(release: "v\(number)", at: at(time))
      case 2: changes = [whole.take(verdict: "no", at: at(time)), parts.take(verdict: "no", at: at(time))]
      default:
        let hits = random.below(3) == 0 ? ["r\(random.below(70))": Int64(random.below(90) + 1)] : [:]
        let window = window(time, hits, errors: Int64(random.below(10)))
        changes = [whole.take(window), parts.take(window)]
        time += random.below(20) == 0 ? 200 : 10
      }
      #expect(changes.isEmpty || changes[0] == changes[1])
      let bytes = try StateCoder.saved { (coder) throws(StateError) in try parts.code(&coder) }
      parts = AlertBook()
      try StateCoder.load(bytes.bytes) { (coder) throws(StateError) in try parts.code(&coder) }
      #expect(parts.open == whole.open)
      if let open = whole.open { #expect(open.members.count <= AlertIncident.mostMembers) }
    }
  }
}
