import Analysis
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// Counts by segment are those of the service itself, on every capture and for any division into blocks.
struct SurveyTests {
  private static func survey(
    _ capture: Capture, _ options: SurveyOptions, threads: Int = 1, blockSize: Int = Block.standardCapacity
  ) throws -> SurveyResult {
    var plan = RunPlan(input: try CaptureRun.input(capture.appLogs))
    plan.survey = options
    plan.threads = threads
    plan.blockSize = blockSize
    return try #require(try Driver(plan: plan).run().survey)
  }

  /// Before, during and after: borders where phases of the capture begin.
  private static func byPhases(_ capture: Capture) throws -> (SurveyOptions, [Range<Int64>]) {
    let truth = try Truth(capture)
    let starts = truth.json["phases"].array.compactMap { $0["start_utc"].string.flatMap(OptionValue.time) }
    let spans = [(EventTime.none + 1)..<starts[2], starts[2]..<starts[4], starts[4]..<Int64.max]
    var options = SurveyOptions(division: .time(spans))
    options.fields = ["version", "op", "user_id"]
    options.audience = ["client"]
    options.releases = ["version"]
    options.focus = 1
    options.slowFrom = 200 * EventTime.nanosecondsPerMillisecond
    return (options, spans)
  }

  /// Finish lines that stand in the files.
  private static func served(_ capture: Capture) throws -> [Capture.ServedRequest] {
    var requests = try capture.requests()
    for lost in try Truth(capture).lostFinishes {
      let index = requests.firstIndex { $0.id == lost["request_id"].string && $0.time == lost["ts"].string }
      if let index { requests.remove(at: index) }
    }
    return requests
  }

  @Test(arguments: Capture.allCases)
  func countsOfEachSegment(capture: Capture) throws {
    let (options, spans) = try Self.byPhases(capture)
    let survey = try Self.survey(capture, options)
    let served = try Self.served(capture)
    for (index, span) in spans.enumerated() {
      let inside = served.filter { span.contains(OptionValue.time($0.time) ?? 0) }
      let segment = survey.segments[index]
      #expect(segment.total.requests == Int64(inside.count))
      #expect(segment.total.errors == Int64(inside.filter { $0.status >= 500 }.count))
      for name in Set(inside.map { route($0.method, $0.route) }) where !name.contains("-") {
        let expected = inside.filter { route($0.method, $0.route) == name }
        let found = segment.routes.first { $0.name == name }?.stats
        #expect(found?.requests == Int64(expected.count), "\(name)")
        #expect(found?.errors == Int64(expected.filter { $0.status >= 500 }.count), "\(name)")
      }
    }
  }

  /// Version 2 of failing settings saves, counted from the finish lines.
  @Test(arguments: Capture.allCases)
  func factsOfARoute(capture: Capture) throws {
    let (options, spans) = try Self.byPhases(capture)
    let survey = try Self.survey(capture, options)
    let saves = try Self.served(capture).filter {
      $0.method == "PUT" && spans[1].contains(OptionValue.time($0.time) ?? 0)
    }
    let counts = survey.counts(.failed, segments: [1], route: "PUT /api/settings/{id}")
    #expect(counts.inside == Int64(saves.filter { $0.status >= 500 }.count))
    #expect(counts.inside + counts.outside == Int64(saves.count))
    let v2 = try #require(counts.counts.first { $0.fact.name == "version" && $0.fact.value == "v2" })
    #expect(v2.inside == Int64(saves.filter { $0.status >= 500 && $0.version == "v2" }.count))
    #expect(v2.outside == Int64(saves.filter { $0.status < 500 && $0.version == "v2" }.count))
    let slow = survey.counts(.slow, segments: [1], route: "PUT /api/settings/{id}")
    #expect(slow.inside == Int64(saves.filter { $0.tenthsOfMillisecond >= 2_000 }.count))
    #expect(survey.leftOut == ["user_id"])
  }

  /// The second version is seen first in the 10 % phase; clients are counted without their ports.
  @Test(arguments: Capture.allCases)
  func releasesAndPeople(capture: Capture) throws {
    let survey = try Self.survey(capture, try Self.byPhases(capture).0)
    #expect(survey.releases.map(\.value) == ["v1", "v2"])
    let first = try Self.served(capture).filter { $0.version == "v2" }.compactMap { OptionValue.time($0.time) }.min()
    #expect(survey.releases.last?.time == first)
    let people = try #require(survey.audience.first)
    #expect(people.field == "client" && !people.isEstimate)
    #expect(people.all.allSatisfy { $0 == 1 }, "the load client has one address")
    #expect(people.failed.allSatisfy { $0 == 1 })
  }

  /// Of every route the slowest failed request of the span, as the service counted them.
  @Test(arguments: Capture.allCases)
  func picks(capture: Capture) throws {
    let (options, spans) = try Self.byPhases(capture)
    let survey = try Self.survey(capture, options)
    let inside = try Self.served(capture).filter { spans[1].contains(OptionValue.time($0.time) ?? 0) }
    for pick in survey.picks where pick.reason == .slowestFailed {
      let slowest = inside.filter { $0.status >= 500 && route($0.method, $0.route) == pick.route }
        .map(\.tenthsOfMillisecond).max()
      #expect(pick.duration == Int64(slowest ?? 0) * 100_000, "\(pick.route)")
    }
    #expect(survey.picks.contains { $0.reason == .slowestFailed })
  }

  /// Another log whose blocks come between: what its records say is not taken for what requests say.
  @Test func anotherLogBetween() throws {
    let (options, _) = try Self.byPhases(.text)
    let alone = try Self.survey(.text, options)
    let folder = try TemporaryFolder()
    var lines = ""
    for index in 0..<3_000 {
      let second = 49 * 60 + index / 20
      let clock = "06:\(second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60),\(index % 20 * 5 + 100)"
      lines += "2026-11-23 \(clock) INFO [worker] [w\(index)] job done version=v\(index % 3) op=o\(index % 7)\n"
    }
    var plan = RunPlan(input: try CaptureRun.input(Capture.text.appLogs + [try folder.file("worker.log", lines)]))
    plan.survey = options
    plan.blockSize = 4_096
    let both = try #require(try Driver(plan: plan).run().survey)
    for route in ["PUT /api/settings/{id}", "GET /api/payments/{id}", "POST /api/bookings"] {
      let (one, two) = (
        alone.counts(.failed, segments: [1], route: route), both.counts(.failed, segments: [1], route: route)
      )
      #expect(one.inside == two.inside && one.outside == two.outside)
      func fields(_ counts: [Contrast.Count]) -> [Contrast.Count] {
        counts.filter { $0.fact.kind != .template }.sorted {
          ($0.fact.name, $0.fact.value) < ($1.fact.name, $1.fact.value)
        }
      }
      #expect(fields(one.counts) == fields(two.counts), "\(route)")
      #expect(fields(one.counts).contains { $0.fact.value == "v2" })
    }
  }

  @Test func theSameForAnyBlocksAndThreads() throws {
    let (options, _) = try Self.byPhases(.text)
    let one = Self.text(try Self.survey(.text, options))
    for (threads, size) in [(1, 4_096), (3, 20_000)] {
      let other = Self.text(try Self.survey(.text, options, threads: threads, blockSize: size))
      #expect(other == one)
    }
  }

  private static func text(_ survey: SurveyResult) -> String {
    var parts: [String] = []
    for segment in survey.segments {
      parts.append("\(segment.name) \(segment.first) \(segment.last) \(segment.total.requests)")
      parts += segment.routes.map { "\($0.name) \($0.stats.requests) \($0.stats.errors) \($0.stats.unfinished)" }
    }
    parts += survey.routeCells.map { "\($0)" } + survey.facts.map { "\($0)" } + survey.templates.map { "\($0)" }
    parts += survey.audience.map { "\($0)" } + survey.releases.map { "\($0)" } + survey.picks.map { "\($0)" }
    parts += survey.stacks.map { "\($0)" } + survey.leftOut
    return parts.joined(separator: "\n")
  }
}
