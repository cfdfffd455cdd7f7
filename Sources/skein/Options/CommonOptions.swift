internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import Report
internal import TraceCore

/// The options of every command that reads logs.
struct CommonOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files, folders, globs, or - for standard input. Rotations and .gz of one log are read as one stream, oldest first.",
      valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Flag(name: [.customShort("R"), .long], help: "Add the rotations of each named file by themselves.")
  var rotations = false

  @Option(
    help: ArgumentHelp(
      "A layout's name, a log format as pasted (Python, logback, log4j2, nginx, Apache, Serilog), or a layout file.",
      valueName: "layout"))
  var layout: String?

  @Option(
    name: .customLong("layout-file"),
    help: ArgumentHelp(
      "A file of layouts (.yml), an lnav format (.json), or a folder of them, known beside the built-in ones. Can be given several "
        + "times.", valueName: "file"),
    completion: .file())
  var layoutFile: [String] = []

  @Option(
    name: .customLong("time-format"),
    help: ArgumentHelp(
      "How the log writes its times, in strptime's letters: '%d.%m.%Y %H:%M:%S,%f'.", valueName: "format"))
  var timeFormat: String?

  @Option(
    help: ArgumentHelp("Zone of timestamps that name none: +02:00 or Europe/Berlin. (default: UTC)", valueName: "zone"))
  var tz: String?

  @Option(help: ArgumentHelp("The field that holds the request id.", valueName: "field"))
  var id: String?

  @Option(
    help: ArgumentHelp(
      "Names of the log's own for status, duration, path, method, request_id, level, time, message, logger, route: "
        + "status=code,duration=took:ms. Can be given several times.",
      valueName: "field=name[:unit]"))
  var map: [String] = []

  @Option(
    name: .customLong("requests-from"),
    help: ArgumentHelp(
      "The loggers, layouts or logs whose closing records count as requests, with commas between them, or all.",
      valueName: "sources"))
  var requestsFrom: String?

  @Option(help: ArgumentHelp("A trace ends this long after its last record. (default: 60s)", valueName: "duration"))
  var idle: String?

  @Option(
    name: .customLong("max-open"),
    help: ArgumentHelp("A trace with an open request lives at most this long. (default: 15m)", valueName: "duration"))
  var maxOpen: String?

  @Option(
    help: ArgumentHelp(
      "Only requests that ended at or after a time, or within a duration before the newest record.",
      valueName: "time|duration"))
  var since: String?

  @Option(help: ArgumentHelp("Only requests that ended before a time.", valueName: "time"))
  var until: String?

  @Flag(help: "Write JSON with a documented schema.")
  var json = false

  @Flag(help: "End with the whole ledger: every source, every count.")
  var ledger = false

  @Flag(help: "Exit with 3 if the ledger shows a gap.")
  var strict = false

  @Option(help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
  var color: ColorChoice = .auto

  @Option(
    name: .customLong("max-line"),
    help: ArgumentHelp("Bytes of a line that are looked at. (default: 1MiB)", valueName: "size"))
  var maxLine: String?

  @Option(
    help: ArgumentHelp("Threads that read and parse (default: the processors at hand, 8 at most).", valueName: "n"))
  var threads: Int?

  @Option(name: .customLong("block-size"), help: .hidden)
  var blockSize = Block.standardCapacity

  /// What was not on the command line but in the environment or in `.skein.yml`.
  var taken = TakenSettings()

  enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  /// Choices that a reader of a report must know.
  var notes: [String] { tz.map { ["times without a zone are read as \($0)"] } ?? [] }

  /// How text is to look where it goes.
  var style: Style { color.style }

  /// Names with commas between them; none for nil.
  private static func names(_ text: String?, option: String) throws(Failure) -> [String] {
    guard let text else { return [] }
    let names = text.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    guard !names.isEmpty else {
      throw Failure(.usage, "\(option): no name stands there; write for example \(option) api.access,nginx, or all")
    }
    guard names == ["all"] || !names.contains("all") else {
      throw Failure(.usage, "\(option): 'all' stands alone")
    }
    return names
  }

  /// The plan that the options make; every mistake in them is an error here.
  ///
  /// - Parameters:
  ///   - files: to read in place of those that were named.
  ///   - isLive: somebody waits for the first lines of standard input.
  ///   - input: what is read, where that is known already.
  func plan(files: [String]? = nil, isLive: Bool = false, input known: InputPlan? = nil) throws(Failure) -> RunPlan {
    let zone = try self.zone()
    let reading = try self.reading()
    var plan = RunPlan(input: InputPlan())
    if let known {
      plan.input = known
    } else {
      plan.input = try input(files ?? self.files, reading: reading, zone: zone, isLive: isLive)
    }
    plan.zone = zone
    plan.layout = reading.layout
    plan.own = reading.own
    plan.idField = id
    plan.map = reading.map
    plan.requestsFrom = try CommonOptions.names(requestsFrom, option: "--requests-from")
    plan.idle = try CommonOptions.duration(idle ?? "60s", option: "--idle")
    plan.maxOpen = try CommonOptions.duration(maxOpen ?? "15m", option: "--max-open")
    guard let maxLine = OptionValue.bytes(self.maxLine ?? "1MiB"), maxLine >= 64, maxLine <= 1 << 30 else {
      throw Failure(.usage, "--max-line: '\(self.maxLine ?? "")' is not a size from 64 to 1GiB; write for example 1MiB")
    }
    plan.maxLine = maxLine
    guard blockSize >= 1, blockSize <= 1 << 30 else {
      throw Failure(.usage, "--block-size: from 1 to 1073741824 bytes")
    }
    plan.blockSize = blockSize
    guard (threads ?? 1) >= 1, (threads ?? 1) <= 256 else { throw Failure(.usage, "--threads: a number from 1 to 256") }
    plan.threads = threads ?? Driver.usualThreads
    if let since {
      if let time = OptionValue.time(since) {
        plan.since = time
      } else if let back = OptionValue.duration(since) {
        plan.sinceBeforeNewest = back
      } else {
        throw Failure(
          .usage,
          "--since: '\(since)' is neither a time (2026-11-23T06:50:00Z) nor a duration (2h) before the newest record")
      }
    }
    if let until {
      guard let time = OptionValue.time(until) else {
        throw Failure(.usage, "--until: '\(until)' is not a time; write for example 2026-11-23T06:50:00Z")
      }
      plan.until = time
    }
    return plan
  }

  func zone() throws(Failure) -> TimeZoneRules {
    guard let tz else { return .utc }
    do throws(TimeZoneError) {
      return try TimeZoneRules(named: tz)
    } catch {
      throw Failure(.usage, "--tz: \(error.description)")
    }
  }

  private func input(_ files: [String], reading: Reading, zone: TimeZoneRules, isLive: Bool) throws(Failure)
    -> InputPlan
  {
    if files.isEmpty && Terminal.inputIsTerminal {
      throw Failure(.usage, "no log named; give files or folders, or pipe a log in (see skein stats --help)")
    }
    do throws(SourceError) {
      if files.isEmpty {
        return try InputPlan.standardInput(isLive: isLive)
      }
      let detector = reading.detector(zone: zone)
      var known: LayoutSet?
      return try InputPlan.make(
        arguments: files, includeRotations: rotations, isLive: isLive,
        firstTime: { detector.firstTime(in: $0, known: &known) })
    } catch {
      throw Failure(error)
    }
  }

  /// Bytes of a pipe that are kept for a second pass.
  private static let spoolLimit: Int64 = 64 << 30

  /// The input in a form that can be read twice.
  func repeatable(_ input: InputPlan) throws(Failure) -> InputPlan {
    do throws(SourceError) {
      return try input.repeatable(
        folder: Terminal.environment("TMPDIR") ?? "/tmp", limit: CommonOptions.spoolLimit)
    } catch {
      throw Failure(error)
    }
  }

  /// A duration in nanoseconds, as `300ms`, `60s`, `2h`.
  static func duration(_ text: String, option: String) throws(Failure) -> Int64 {
    guard let value = OptionValue.duration(text), value > 0 else {
      throw Failure(
        .usage,
        "\(option): '\(text)' is not a duration of at most ten years; write a number with ms, s, m, h or d, as in 60s")
    }
    return value
  }

  /// Runs the plan and tells on a terminal which layout was detected.
  func run(
    _ plan: RunPlan, ranking: TraceRanking? = nil, evidence: EvidenceCollector? = nil
  ) throws(Failure) -> Driver.Result {
    try run(plan) { (driver) throws(RunError) in try driver.run(ranking: ranking, evidence: evidence) }
  }

  /// As above, for other runs than those of statistics and traces.
  ///
  /// - Parameter pass: which of several passes it is, for whoever waits.
  func run<Result>(
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
        && !json
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

  /// Turns `--since 2h` into a time: a pass of its own finds the newest record.
  func counted(_ plan: RunPlan) throws(Failure) -> RunPlan {
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

  /// The last step of every command: input in which nothing is a log line ends it with 3, and a gap under `--strict`.
  ///
  /// - Parameter needsRecords: false for doctor, whose answer is just that nothing could be read.
  func finish(_ ledger: Ledger, needsRecords: Bool = true) throws(Failure) {
    if strict && ledger.hasGap {
      throw Failure(.data, "--strict: something is missing; see the ledger")
    }
    guard needsRecords, ledger.totals.records == 0 else { return }
    let first = ledger.sources.first?.path ?? "-"
    let input =
      ledger.sources.count != 1 ? "the input" : first == "-" ? "standard input" : Escape.terminal(first)
    guard ledger.totals.lines > 0 else {
      let notes = ledger.sources.flatMap(\.notes).filter(\.isGap)
      if let note = notes.first {
        // As every gap: an error under --strict only.
        Terminal.writeError("skein: no log line could be read from \(input): \(Escape.terminal(note.text))\n")
        return
      }
      if ledger.totals.nulBytes > 0 {
        throw Failure(
          .data,
          "\(input) holds nothing but NUL bytes (\(BytesText.text(ledger.totals.nulBytes))): there is no log line in it"
        )
      }
      Terminal.writeError("skein: \(input) is empty: there is no log line in it\n")
      return
    }
    throw Failure(
      .data,
      "no line of \(input) could be read as a log record; skein doctor shows examples, --layout says what the lines look like"
    )
  }
}
