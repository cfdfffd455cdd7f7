import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// The whole pipeline, from bytes to figures, against a model that knows nothing of it: 200 random logs.
struct PipelineModelTests {
  @Test func randomLogsAgreeWithTheModel() throws {
    let folder = try TemporaryFolder()
    for seed in UInt64(1)...200 {
      let log = GeneratedLog(seed: seed)
      guard log.records.contains(where: { if case .closing = $0.role { true } else { false } }) else { continue }
      let idle = [60_000, 5_000, 20_000][Int(seed % 3)]
      let maxOpen = [900_000, 60_000][Int(seed % 2)]
      let model = NaiveModel(log, idle: idle, maxOpen: maxOpen)
      let path = try folder.file("app.log", log.text)
      var plan = RunPlan(input: try InputPlan.make(arguments: [path]))
      plan.layout = "python-request-id"
      plan.idle = Int64(idle) * EventTime.nanosecondsPerMillisecond
      plan.maxOpen = Int64(maxOpen) * EventTime.nanosecondsPerMillisecond
      plan.every = 10 * EventTime.nanosecondsPerSecond
      plan.blockSize = Int(seed * seed % 700) + 1
      plan.threads = Int(seed % 4) + 1
      let result = try Driver(plan: plan).run(ranking: TraceRanking(order: .start, most: .max))
      compareTraces(result, model, seed)
      compareFigures(result.stats, model, seed)
      compareWindows(result.stats, model, seed)
      let totals = result.stats.ledger.totals
      #expect(totals.records == Int64(log.records.count), "seed \(seed)")
      #expect(totals.lines == Int64(log.text.utf8.count { $0 == 10 }), "seed \(seed)")
      #expect(totals.unparsedLines == 0 && totals.lateRecords == 0 && totals.clockJumps == 0, "seed \(seed)")
    }
  }

  private func compareTraces(_ result: Driver.Result, _ model: NaiveModel, _ seed: UInt64) {
    let ours = (result.ranking?.rows ?? []).map { row in
      let trace = row.trace
      return [
        trace.id, "\(ms(trace.start))-\(ms(trace.end))", "records \(trace.records)", "lines \(trace.lines)",
        "tracebacks \(trace.tracebacks)", "errors \(trace.errors)", "requests \(trace.requests)",
        "unfinished \(trace.unfinished)", trace.level.name, trace.route ?? "-", "\(trace.status)",
        trace.inferred ? "inferred" : "\(trace.duration ?? -1)", trace.reopened ? "reopened" : "new",
      ].joined(separator: " ")
    }
    let theirs = model.closed.map { life in
      [
        life.id, "\(life.first)-\(life.last)", "records \(life.records)", "lines \(life.lines)",
        "tracebacks \(life.tracebacks)", "errors \(life.errors)", "requests \(life.requests)",
        "unfinished \(life.unfinished)", life.worst.lowercased(), life.route ?? "-", "\(life.status)",
        life.milliseconds.map { "\($0 * 1_000_000)" } ?? "inferred", life.reopened ? "reopened" : "new",
      ].joined(separator: " ")
    }
    #expect(ours.sorted() == theirs.sorted(), "seed \(seed)")
    #expect(result.stats.traces == Int64(model.closed.count), "seed \(seed)")
    #expect(result.stats.ledger.distinctIDs == Int64(Set(model.closed.map(\.id)).count), "seed \(seed)")
  }

  private func compareFigures(_ stats: StatsSummary, _ model: NaiveModel, _ seed: UInt64) {
    let total = NaiveModel.figures("total", model.requests, unfinished: model.unfinished.count)
    #expect(withoutRates(stats.total) == total, "seed \(seed)")
    let requests = Dictionary(grouping: model.requests) { model.name($0.route) }
    let open = Dictionary(grouping: model.unfinished) { model.name($0.route) }
    let groups = Set(requests.keys).union(open.keys).map {
      NaiveModel.figures($0, requests[$0] ?? [], unfinished: open[$0]?.count ?? 0)
    }
    #expect(
      stats.groups.map(withoutRates).sorted { $0.name < $1.name } == groups.sorted { $0.name < $1.name }, "seed \(seed)"
    )
  }

  private func compareWindows(_ stats: StatsSummary, _ model: NaiveModel, _ seed: UInt64) {
    #expect(stats.lateRequests == 0, "seed \(seed)")
    let requests = Dictionary(grouping: model.requests) { $0.end / 10_000 * 10_000 }
    for window in stats.windows {
      let own = requests[ms(window.start)] ?? []
      var total = withoutRates(window.total)
      total.unfinished = 0
      #expect(total == NaiveModel.figures("total", own, unfinished: 0), "seed \(seed)")
    }
    #expect(stats.windows.first.map { ms($0.start) } == requests.keys.min(), "seed \(seed)")
    #expect(stats.windows.last.map { ms($0.start) } == requests.keys.max(), "seed \(seed)")
    #expect(stats.windows.map(\.total.requests).reduce(0, +) == Int64(model.requests.count), "seed \(seed)")
  }

  private func withoutRates(_ group: GroupSummary) -> GroupSummary {
    var group = group
    group.ratePerSecond = nil
    return group
  }

  /// Milliseconds of the day that the logs are of.
  private func ms(_ time: Int64) -> Int {
    Int(time / EventTime.nanosecondsPerMillisecond) - EventTime.days(year: 2026, month: 11, day: 23) * 86_400_000
  }
}
