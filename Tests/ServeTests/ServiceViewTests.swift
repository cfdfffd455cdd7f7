#if Serve

  import Analysis
  @testable import Pipeline
  import Report
  import TestKit
  import Testing
  import TraceCore

  @testable import Application

  /// What pages show of a span: the requests of that very span, and nothing compared with a time that is not known.
  struct ServiceViewTests {
    private static let start: Int64 = 1_795_413_600_000_000_000
    private let builder = ServiceViewBuilder(logs: ["app.log"], hasRules: true, folder: nil, redaction: nil)
    private let names = ServiceNames(route: { "GET /\($0)" }, version: { "v\($0)" }, instance: { "i\($0)" })

    /// A request a second from 06:00 on, of which each tenth fails and each third is slow; version 2 from `release` on.
    private func moment(seconds: Int64, release: Int64 = .max) -> (moment: ServedMoment, all: [RequestEvent]) {
      var history = ServiceHistory(mostSealed: 1_000)
      var all: [RequestEvent] = []
      for second in 0..<seconds {
        let time = Self.start + second * 1_000_000_000
        let request = RequestEvent(
          time: time, duration: second % 3 == 0 ? 1_500_000_000 : 20_000_000, route: Int32(second % 4),
          group: second < release ? 0 : 1, status: second % 10 == 0 ? 500 : 200, level: .info, watermark: time,
          stream: 0)
        if history.isOver(at: time) { history.seal(before: time, names) }
        history.add(request, route: history.route(of: request), version: request.group)
        all.append(request)
      }
      var journal = ServiceJournal()
      journal.add(ServiceJournal.Mark(time: Self.start, text: "v0", isRelease: true))
      if release < seconds {
        journal.add(ServiceJournal.Mark(time: Self.start + release * 1_000_000_000, text: "v1", isRelease: true))
      }
      let service = ServiceSnapshot(
        hours: history.sealed + history.hours.map { $0.named(names) }, ticks: history.ticks, bounds: [], series: [],
        findings: [], findingCounts: [0, 0, 0, 0], failures: [], marks: journal.marks, late: 0, forgotten: 0)
      var summary = StatsSummary(by: "route", total: GroupStats().summary(name: "total", span: 0), groups: [])
      summary.firstTime = Self.start
      let follow = FollowSnapshot(
        time: all.last?.time ?? EventTime.none, routes: [], versions: [], failures: [], gate: nil, span: 0, counts: [:])
      let moment = ServedMoment(
        follow: follow, service: service, summary: summary, gate: nil, isBehind: false, hasCaughtUp: true,
        isFinished: false, warnings: [], wall: Self.start, made: 0)
      return (moment, all)
    }

    private func check(_ view: ServiceView, _ all: [RequestEvent], _ what: Comment) {
      let own = all.filter { view.range.contains($0.time) }
      #expect(view.total.requests == Int64(own.count), what)
      #expect(view.total.errors == Int64(own.filter(\.isError).count), what)
      #expect(view.routes.reduce(0) { $0 + $1.figures.requests } == Int64(own.count), what)
      #expect(view.versions.reduce(0) { $0 + $1.figures.requests } == Int64(own.count), what)
      #expect(view.users.slow == Int64(own.filter { $0.duration > 1_000_000_000 }.count), what)
      #expect(view.windows.reduce(0) { $0 + $1.requests } >= Int64(own.count), what)
      #expect(view.users.retries == nil && view.users.field == nil && view.release == nil)
      let rate = view.total.ratePerSecond ?? 0
      #expect(abs(rate - 1) < 0.02 || own.count < 60, what)
    }

    @Test(arguments: [50, 100, 299, 300, 1_234, 3_599, 3_600, 5_000, 20_000, 90_000, 300_000] as [Int64])
    func figuresAreOfTheSpanThatIsPrinted(seconds: Int64) {
      let (moment, all) = moment(seconds: seconds, release: seconds * 2 / 3)
      for span in ServiceSpan.allCases {
        let view = builder.view(moment, span: span)
        check(view, all, "\(seconds) s, \(span.rawValue)")
        if let before = view.before {
          #expect(abs((before.ratePerSecond ?? 0) - 1) < 0.02, "\(seconds) s, \(span.rawValue)")
          #expect(abs((before.errorRate ?? 0) - 0.1) < 0.02)
        }
      }
    }

    /// What began within the span has no time before it.
    @Test func nothingIsComparedWithWhatIsNotKnown() {
      let (young, _) = moment(seconds: 400)
      for span in ServiceSpan.allCases { #expect(builder.view(young, span: span).before == nil) }
      let (old, _) = moment(seconds: 9_000)
      #expect(builder.view(old, span: .quarter).before != nil && builder.view(old, span: .hour).before != nil)
      #expect(builder.view(old, span: .day).before == nil)
    }

    /// Requests of the version before are not in what is said of the time since the release, within its hour.
    @Test func sinceTheRelease() {
      let (moment, all) = moment(seconds: 3_000, release: 2_400)
      let view = builder.view(moment, span: .release)
      #expect(view.range.lowerBound == Self.start + 2_400 * 1_000_000_000)
      #expect(view.total.requests == Int64(all.filter { $0.group == 1 }.count))
      #expect(view.versions.map(\.name) == ["v1"])
      #expect(view.before?.requests == 600)
    }
  }

#endif
