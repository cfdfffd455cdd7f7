internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein doctor`: what a log lacks for traces and statistics, and how to add it.
struct DoctorCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What this log lacks for traces and statistics, and how to add it.",
    discussion: """
      With --check, the files are layout files: each of their sample lines is read
      and compared with what the file says of it. Examples:

        skein doctor app.log
        skein doctor --check layouts/orders.yml

      Exit codes: 0 done; 1 a sample of a layout file is not as stated; 3 data or
      I/O error, or a gap under --strict; 64 usage, or a mistake in a layout file.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  @Flag(help: "The files are layout files: check their samples.")
  var check = false

  var settings: RunSettings { RunSettings(input, threads, requests) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value)
  }

  func run() throws {
    if check {
      guard output.chosen == .text else { throw Failure(.usage, "--check writes text; leave --json out") }
      return try LayoutCheckRun(files: input.files, zone: try settings.timeZone(), style: color.style).run()
    }
    let plan = try settings.plan()
    let diagnostician = Diagnostician(plan: plan)
    let driver = Driver(plan: plan, observer: diagnostician.observe)
    let stats: StatsSummary
    do throws(RunError) {
      stats = try driver.run().stats
    } catch {
      throw Failure(error)
    }
    LogRun.noteLimits(of: driver.choices)
    let diagnoses = diagnostician.finish(driver, stats.ledger)
    let zone = input.tz ?? "UTC"
    var sink = TextSink()
    if output.chosen == .json {
      DoctorReport.json(
        diagnoses, requestSource: stats.requestSource, hops: stats.hopSources, zone: zone,
        isZoneGiven: input.tz != nil, settings: input.taken.values, ledger: stats.ledger,
        pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      DoctorReport.text(
        diagnoses, requestSource: stats.requestSource, hops: stats.hopSources, zone: zone,
        isZoneGiven: input.tz != nil, settings: input.taken.values, style: color.style, ledger: stats.ledger,
        detail: ledger.detail, into: &sink)
    }
    try Terminal.write(&sink)
    try ledger.finish(stats.ledger, needsRecords: false)
  }
}
