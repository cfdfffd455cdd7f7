internal import ArgumentParser
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein doctor`: what a log lacks for traces and statistics, and how to add it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What this log lacks for traces and statistics, and how to add it.",
    discussion: """
      With --check, the files are layout files: each of their sample lines is read
      and compared with what the file says of it. Examples:

        skein doctor app.log
        skein doctor --check layouts/orders.yml

      Exit codes: 0 done; 1 a sample of a layout file is not as it says; 3 data or
      I/O error, or a gap under --strict; 64 usage, or a mistake in a layout file.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(help: "The files are layout files: check their samples.")
  var check = false

  func run() throws {
    if check {
      guard !common.json else { throw Failure(.usage, "--check writes text; leave --json away") }
      return try LayoutCheckRun(files: common.files, zone: try common.zone(), style: common.style).run()
    }
    let plan = try common.plan()
    let diagnostician = Diagnostician(plan: plan)
    let driver = Driver(plan: plan, observer: diagnostician.observe)
    let stats: StatsSummary
    do throws(RunError) {
      stats = try driver.run().stats
    } catch {
      throw Failure(error)
    }
    common.noteLimits(of: driver.choices)
    let diagnoses = diagnostician.finish(driver, stats.ledger)
    let zone = common.tz ?? "UTC"
    var sink = TextSink()
    if common.json {
      DoctorReport.json(
        diagnoses, requestSource: stats.requestSource, hops: stats.hopSources, zone: zone,
        isZoneGiven: common.tz != nil, settings: common.taken.values, ledger: stats.ledger,
        pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      DoctorReport.text(
        diagnoses, requestSource: stats.requestSource, hops: stats.hopSources, zone: zone,
        isZoneGiven: common.tz != nil, settings: common.taken.values, style: common.style, ledger: stats.ledger,
        detail: common.ledger ? .full : .line, into: &sink)
    }
    try Terminal.write(&sink)
    try common.finish(stats.ledger, needsRecords: false)
  }
}
