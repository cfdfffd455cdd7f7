internal import Config
package import LogSource
package import Pipeline
internal import Report
package import TraceCore

/// Runs plans, as every command does it.
package enum LogRun {
  /// Bytes of a pipe that are kept for a second pass.
  private static let spoolLimit: Int64 = 64 << 30

  /// The input in a form that can be read twice.
  package static func repeatable(_ input: InputPlan) throws(Failure) -> InputPlan {
    do throws(SourceError) {
      return try input.repeatable(folder: Terminal.environment("TMPDIR") ?? "/tmp", limit: spoolLimit)
    } catch {
      throw Failure(error)
    }
  }

  /// Runs the plan and says on a terminal which layout was detected.
  package static func run(
    _ plan: RunPlan, ranking: TraceRanking? = nil, evidence: EvidenceCollector? = nil
  ) throws(Failure) -> Driver.Result {
    try run(plan) { (driver) throws(RunError) in try driver.run(ranking: ranking, evidence: evidence) }
  }

  /// As above, for other runs than those of statistics and traces.
  ///
  /// - Parameter pass: which of several passes it is, for whoever waits.
  package static func run<Result>(
    _ plan: RunPlan, pass: String? = nil, _ body: (Driver) throws(RunError) -> Result
  ) throws(Failure) -> Result {
    let plan = try counted(plan)
    do throws(RunError) {
      let progress = Progress(plan.input, label: pass)
      let driver = Driver(plan: plan, observer: progress?.observe)
      let result = try body(driver)
      progress?.finish()
      if pass == nil { noteLimits(of: driver.choices) }
      if plan.layout == nil && !plan.own.isNamed && pass == nil && Terminal.errorIsTerminal && Terminal.outputIsTerminal
      {
        for choice in driver.choices.compactMap(\.self) {
          Terminal.writeError("layout: \(choice.reason)\n")
        }
      }
      return result
    } catch {
      throw Failure(error)
    }
  }

  /// Counts selections of requests, in one pass over the log or as many as there must be.
  ///
  /// - Parameter plan: of an input that can be read again.
  /// - Returns: for each selection what was counted, and what was read.
  package static func measure(
    _ selections: [MeasureSelection], _ plan: RunPlan, pass: String? = nil
  ) throws(Failure) -> (counts: [MeasuredSelection?], stats: StatsSummary?) {
    var measured: [Int: MeasuredSelection] = [:]
    var stats: StatsSummary?
    for part in MeasurePasses(selections).passes {
      var own = plan
      own.measureConditions = part.conditions
      let collector = MeasureCollector(part, of: selections)
      let result = try run(own, pass: pass) { (driver) throws(RunError) in try driver.run(measures: collector) }
      for (number, selection) in collector.results { measured[number] = selection }
      stats = stats ?? result.stats
    }
    return (selections.indices.map { measured[$0] }, stats)
  }

  /// Turns `--since 2h` into a time: a pass of its own finds the newest record.
  package static func counted(_ plan: RunPlan) throws(Failure) -> RunPlan {
    guard let back = plan.sinceBeforeNewest else { return plan }
    var plan = plan
    plan.sinceBeforeNewest = nil
    plan.input = try repeatable(plan.input)
    var first = RunPlan(input: plan.input)
    first.layout = plan.layout
    first.own = plan.own
    first.map = plan.map
    first.zone = plan.zone
    first.maxLine = plan.maxLine
    first.blockSize = plan.blockSize
    first.threads = plan.threads
    do throws(RunError) {
      let newest = try Driver(plan: first).run().stats.lastTime
      if newest != EventTime.none { plan.since = newest - back }
    } catch {
      throw Failure(error)
    }
    return plan
  }

  /// Says on standard error which expressions were given up on some lines.
  package static func noteLimits(of choices: [LayoutDetector.Choice?]) {
    var hits: [String: Int64] = [:]
    for choice in choices.compactMap(\.self) {
      for layout in choice.layouts.limitHits { hits[layout.name] = max(hits[layout.name] ?? 0, layout.hits) }
    }
    for (name, count) in hits.sorted(by: { $0.key < $1.key }) {
      Terminal.writeError(
        "skein: the expression of layout '\(Escape.terminal(name))' was given up at its limit \(count) times; those lines were "
          + "read without it. Make it stricter: skein doctor --check\n")
    }
  }

  /// The logs by their bare names: `app.log and 9 rotations`.
  package static func title(_ input: InputPlan) -> String {
    let names = input.streams.map { stream in
      let more = stream.generations.count - 1
      if stream.generations[0].display == "-" { return "standard input" }
      return more == 0 ? stream.generations[0].display : "\(stream.name) and \(CountText.text(Int64(more), "rotation"))"
    }
    return names.count <= 3 ? names.joined(separator: ", ") : "\(names[0]) and \(names.count - 1) other logs"
  }

  // MARK: Fields that no record has

  /// A field that no line has is more likely a mistake than a fact.
  package static func refuseUnknownFields(of plan: RunPlan, _ result: Driver.Result) throws(Failure) {
    guard let message = unknownFields(of: plan, result) else { return }
    throw Failure(.usage, message)
  }

  /// What is wrong with the fields that `--where` asks the closing records for; nil where nothing is.
  package static func unknownFields(of plan: RunPlan, _ result: Driver.Result) -> String? {
    guard result.stats.ledger.totals.records > 0,
      let name = plan.requestFilter?.fieldNames.first(where: { !result.seenFields.contains($0) })
    else { return nil }
    return unknown(name, option: "--where", in: result.sampledFields())
  }

  /// - Parameter fields: names that the log has.
  package static func unknown(_ name: String, option: String, in fields: [String]) -> String {
    let near = NameSuggestion.closest(to: name, in: fields).map { " (did you mean '\($0)'?)" } ?? ""
    return "\(option): no record has a field '\(name)'\(near); skein doctor lists the fields that this log has"
  }
}
