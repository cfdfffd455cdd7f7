import TestKit
import Testing
import TraceCore

/// skein on the real captures, equal to what the service itself counted (fixtures/logs/README.md).
///
/// Where the rotation by copytruncate lost lines, skein must equal what the files hold.
struct TruthTests {
  @Test(arguments: Capture.allCases)
  func requestsByRouteAndTheirLatency(capture: Capture) throws {
    let run = try Self.byRoute(capture)
    let truth = try Truth(capture)
    var expected: [String: [Capture.ServedRequest]] = [:]
    for request in try Self.requestsInFiles(capture) {
      expected[request.route == "-" ? "(unmatched)" : route(request.method, request.route), default: []].append(request)
    }
    #expect(Set(run.stats.groups.map(\.name)) == Set(expected.keys))
    for group in run.stats.groups { try check(group, try #require(expected[group.name])) }
    try check(run.stats.total, try Self.requestsInFiles(capture))
    // The tables of truth.json are of all that was served; what was lost is known to the line.
    for member in truth.server["by_route"].members {
      let lost = truth.lostFinishes.count { $0["path"].string == member.key }
      let ours = run.stats.groups.filter {
        $0.name.hasSuffix(member.key == "-" ? "(unmatched)" : route("", member.key))
      }
      #expect(ours.map(\.requests).reduce(0, +) == Int64(member.value["requests"].int! - lost), "\(member.key)")
      guard lost == 0, let group = ours.first, ours.count == 1 else { continue }
      for (name, value) in [("p50", group.p50), ("p95", group.p95), ("p99", group.p99), ("max", group.max)] {
        let milliseconds = try #require(member.value["duration_ms"][name].double)
        #expect(isNear(value, Int64(saturating: (milliseconds * 10).rounded()) * 100_000), "\(member.key) \(name)")
      }
      #expect(group.errors == Int64(member.value["status_5xx"].int!))
    }
    #expect(run.stats.total.requests == Int64(truth.server["requests"].int! - truth.lostFinishes.count))
    #expect(run.stats.total.errors == Int64(truth.server["status_5xx"].int!))
    #expect(run.stats.total.unfinished == Int64(truth.lostFinishes.count))
    #expect(run.stats.requestSource == "api.access")
  }

  private func check(_ group: GroupSummary, _ requests: [Capture.ServedRequest]) throws {
    let durations = requests.map(\.tenthsOfMillisecond)
    #expect(group.requests == Int64(requests.count), "\(group.name)")
    #expect(group.timed == Int64(requests.count), "\(group.name)")
    #expect(group.errors == Int64(requests.count { $0.status >= 500 }), "\(group.name)")
    #expect(group.clientErrors == Int64(requests.count { (400..<500).contains($0.status) }), "\(group.name)")
    let rate = try #require(group.errorRate)
    #expect(rate == Double(group.errors) / Double(requests.count))
    for (percent, value) in [(50, group.p50), (90, group.p90), (95, group.p95), (99, group.p99)] {
      #expect(isNear(value, nearestRank(durations, percent: percent)), "\(group.name) p\(percent)")
    }
    #expect(group.max == nearestRank(durations, percent: 100), "\(group.name)")
  }

  @Test(arguments: Capture.allCases)
  func everyRequestWithItsVersion(capture: Capture) throws {
    let (stats, finishes) = try CaptureRun.by("version", capture)
    let served = try Self.requestsInFiles(capture)
    #expect(finishes.count == served.count)
    for (finish, request) in zip(finishes, served) {
      var expected = CaptureRun.Finish(
        time: request.time, id: request.id, route: route(request.method, request.route), status: request.status,
        nanoseconds: Int64(request.tenthsOfMillisecond) * 100_000, version: request.version)
      if request.route == "-" {
        #expect(finish.route.hasPrefix(request.method + " /"))
        expected.route = finish.route
      }
      #expect(finish == expected)
      if finish != expected { break }
    }
    let truth = try Truth(capture)
    for member in truth.server["by_status"].members {
      let lost = truth.lostFinishes.count { $0["status"].string == member.key }
      #expect(finishes.count { "\($0.status)" == member.key } == member.value.int! - lost)
    }
    for member in truth.server["by_version"].members {
      let lost = truth.lostFinishes.count { $0["version"].string == member.key }
      #expect(stats.groups.first { $0.name == member.key }?.requests == Int64(member.value.int! - lost))
    }
    for version in Set(served.map(\.version)) {
      let group = try #require(stats.groups.first { $0.name == version })
      try check(group, served.filter { $0.version == version })
    }
    // What never ended has no version.
    #expect(stats.groups.count { $0.requests > 0 } == Set(served.map(\.version)).count)
  }

  @Test func requestsByStatus() throws {
    let truth = try Truth(.copytruncate)
    let stats = try CaptureRun.by("status", .copytruncate).stats
    for member in truth.server["by_status"].members {
      let lost = truth.lostFinishes.count { $0["status"].string == member.key }
      let group = try #require(stats.groups.first { $0.name == member.key })
      #expect(group.requests == Int64(member.value.int! - lost))
    }
    #expect(stats.groups.count { $0.requests > 0 } == truth.server["by_status"].members.count)
  }

  @Test(arguments: Capture.allCases)
  func recordsLinesAndTracebacksOfEveryID(capture: Capture) throws {
    let run = try Self.byRoute(capture)
    let truth = try Truth(capture)
    let missing = Dictionary(uniqueKeysWithValues: truth.idsWithMissingRecords.map { ($0.id, $0.inFiles) })
    // An id that came back after its life had ended has several traces; the service counted by id.
    let lives = Dictionary(grouping: run.traces, by: \.id)
    let ids = try capture.ids()
    #expect(lives.count == ids.count)
    #expect(run.stats.ledger.distinctIDs == Int64(ids.count))
    #expect(!run.stats.ledger.distinctIDsEstimated)
    for logged in ids {
      let traces = try #require(lives[logged.id], "\(logged.id)")
      let records = traces.map(\.records).reduce(0, +)
      if let inFiles = missing[logged.id] {
        #expect(records == inFiles)
        continue
      }
      var found = logged
      found.records = records
      found.lines = traces.map(\.lines).reduce(0, +)
      found.tracebacks = traces.map(\.tracebacks).reduce(0, +)
      found.errors = traces.map(\.errors).reduce(0, +)
      found.first = EventTime.rfc3339(traces.map(\.start).min()!)
      found.last = EventTime.rfc3339(traces.map(\.end).max()!)
      #expect(found == logged)
      #expect(traces.count { !$0.reopened } == 1)
    }
    let requests = Dictionary(grouping: try Self.requestsInFiles(capture), by: \.id)
    for (id, traces) in lives {
      #expect(traces.map(\.requests).reduce(0, +) == requests[id]?.count ?? 0, "\(id)")
    }
  }

  @Test(arguments: Capture.allCases)
  func theLedgerAddsUp(capture: Capture) throws {
    let run = try Self.byRoute(capture)
    let truth = try Truth(capture)
    let totals = run.stats.ledger.totals
    let lostLines = truth.json["verify"]["lines_lost"].int!
    #expect(totals.lines == Int64(truth.json["verify"]["lines_in_files"].int!))
    #expect(totals.records == Int64(truth.server["records"].int! - lostLines))
    #expect(totals.continuationLines == Int64(truth.server["continuation_lines"].int!))
    #expect(totals.recordsWithoutID == Int64(truth.server["records_without_id"].int!))
    #expect(totals.tracebacks == Int64(truth.server["records_with_traceback"].int!))
    #expect(totals.unparsedLines == 0)
    #expect(totals.lines == totals.records + totals.continuationLines)
    #expect(totals.stepsBack == Int64(truth.json["verify"]["lines_out_of_time_order"].int!))
    #expect(totals.bytes == Int64(try capture.appLogBytes().count))
    #expect(!run.stats.ledger.hasGap)
    for (source, file) in zip(run.stats.ledger.sources, truth.json["files"].array) {
      #expect(source.path.hasSuffix(file["name"].string!))
      #expect(source.counts.lines == Int64(file["lines"].int!))
      #expect(EventTime.rfc3339(source.firstTime) == file["first_ts"].string)
      #expect(EventTime.rfc3339(source.lastTime) == file["last_ts"].string)
      #expect(source.bytesRead == Int64(file["bytes"].int!))
    }
  }

  /// Where copytruncate cannot be ruled out every seam is named, with the event time in which lines may be missing.
  @Test func everySeamIsNamed() throws {
    let run = try Self.byRoute(.copytruncate)
    let sources = run.stats.ledger.sources
    for (older, newer) in zip(sources, sources.dropFirst()) {
      let seam = try #require(newer.notes.first { $0.kind == .possibleLoss })
      #expect(seam.text.contains(older.path))
      #expect(seam.span == newer.firstTime - older.lastTime)
    }
    #expect(sources.first?.notes.contains { $0.kind == .possibleLoss } == false)
    // The line that was lost lies in one of them.
    let lost = try #require(try Truth(.copytruncate).lostFinishes.first?["ts"].string)
    #expect(
      zip(sources, sources.dropFirst()).contains {
        EventTime.rfc3339($0.lastTime) <= lost && lost <= EventTime.rfc3339($1.firstTime)
      })
    let unfinished = run.traces.filter { $0.unfinished > 0 }
    #expect(unfinished.map(\.id) == [try #require(try Truth(.copytruncate).lostFinishes.first?["request_id"].string)])
    #expect(unfinished.allSatisfy { $0.requests == 0 && $0.unfinished == 1 })
    // TimedRotatingFileHandler renames: nothing can be lost there.
    #expect(try Self.byRoute(.json).stats.ledger.sources.allSatisfy { $0.notes.isEmpty })
  }

  @Test(arguments: Capture.allCases)
  func tenSecondWindows(capture: Capture) throws {
    let run = try Self.byRoute(capture)
    let truth = try Truth(capture)
    let buckets = truth.server["buckets_10s"].array
    #expect(run.stats.windows.count == buckets.count)
    #expect(run.stats.lateRequests == 0)
    for (window, bucket) in zip(run.stats.windows, buckets) {
      let start = try #require(bucket["start"].string)
      let end = EventTime.rfc3339(window.end)
      let lost = truth.lostFinishes.count { start.dropLast() <= $0["ts"].string! && $0["ts"].string! < end }
      #expect(EventTime.rfc3339(window.start).hasPrefix(start.dropLast()))
      #expect(window.total.requests == Int64(bucket["requests"].int! - lost))
      #expect(window.total.errors == Int64(bucket["5xx"].int!))
      #expect(window.groups.map(\.requests).reduce(0, +) == window.total.requests)
      if lost == 0 {
        #expect(
          isNear(window.total.p95, Int64(saturating: (bucket["p95"].double! * 10).rounded()) * 100_000), "\(start)")
      }
    }
  }

  // MARK: uvicorn's own logs

  /// No time, no id, no duration: counted, in no trace and no window. A writer without O_APPEND left NUL runs.
  @Test(arguments: Capture.allCases)
  func accessLog(capture: Capture) throws {
    let truth = try Truth(capture).json["access_log"]
    let stats = try CaptureRun.stats(truth["files"].array.map { capture.folder + "/" + $0.string! }, by: "status")
    #expect(stats.total.requests == Int64(truth["request_lines"].int!))
    for member in truth["by_status"].members {
      #expect(stats.groups.first { $0.name == member.key }?.requests == Int64(member.value.int!), "\(member.key)")
    }
    #expect(stats.groups.count == truth["by_status"].members.count)
    let totals = stats.ledger.totals
    #expect(totals.recordsWithoutTime == totals.records)
    #expect(totals.recordsWithoutID == totals.records)
    #expect(totals.unparsedLines == 0)
    #expect(stats.total.timed == 0)
    for source in stats.ledger.sources {
      let name = source.path.split(separator: "/").last.map(String.init) ?? ""
      #expect(source.counts.nulBytes == Int64(truth["leading_nul_bytes"][name].int ?? 0), "\(name)")
      #expect(source.counts.nulRuns == (source.counts.nulBytes > 0 ? 1 : 0))
    }
  }

  @Test(arguments: Capture.allCases)
  func errorLog(capture: Capture) throws {
    let truth = try Truth(capture).json["error_log"]
    let stats = try CaptureRun.stats([capture.folder + "/error.log"])
    let totals = stats.ledger.totals
    #expect(totals.lines == Int64(truth["lines"].int!))
    #expect(totals.unparsedLines == 0)
    #expect(totals.records + totals.continuationLines == totals.lines)
    #expect(totals.tracebacks == Int64(truth["asgi_exceptions"].int!))
    #expect(stats.total.requests == 0)
  }

  // MARK: What is shared

  /// What the files still hold of the finish lines.
  private static func requestsInFiles(_ capture: Capture) throws -> [Capture.ServedRequest] {
    var requests = try capture.requests()
    for lost in try Truth(capture).lostFinishes {
      requests.removeAll {
        $0.time == lost["ts"].string && $0.id == lost["request_id"].string && $0.path == lost["path"].string
      }
    }
    return requests
  }

  /// Each capture is read once for all tests.
  private static func byRoute(_ capture: Capture) throws -> CaptureRun {
    switch capture {
    case .text: try text.get()
    case .json: try json.get()
    case .copytruncate: try copytruncate.get()
    }
  }
  private static let text = Result { try CaptureRun.byRoute(.text) }
  private static let json = Result { try CaptureRun.byRoute(.json) }
  private static let copytruncate = Result { try CaptureRun.byRoute(.copytruncate) }
}
