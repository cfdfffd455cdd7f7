internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Platform
internal import Report
internal import TraceCore

/// `skein ready`: is everything that a deploy needs in place? A checklist, each item checked.
struct ReadyCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "ready",
    abstract: "Is everything in place for a deploy? A checklist, each item checked.",
    discussion: """
      Does the checks of a checklist: commands that must end well, files as they must
      be, what people sign, and what logs of the past must say (a figure, a gate, how
      long a rollback took). Writes deployment_checklist_YYYYMMDD_HHMMSS.md, with what
      fails, what is unknown, what to do, and the evidence of each item.

        skein ready --example > checklist.yml
        skein ready checklist.yml
        skein ready checklist.yml -o releases/ --only Tests app.log*

      What nobody has filled in or signed is unknown, never a pass. The commands of a
      checklist are run as they stand: read it before you run it. docs/ready.md has
      every key.

      Exit codes: 0 every item passes; 1 an item fails; 2 none fails and something is
      unknown; 3 data or I/O error, or a gap under --strict; 64 usage (also a mistake
      in the checklist).
      """)

  @Argument(
    help: ArgumentHelp("The checklist: a YAML file.", valueName: "checklist"),
    completion: .file(extensions: ["yml", "yaml"]))
  var checklist: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var format: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Write the page into this file, or into a folder as deployment_checklist_YYYYMMDD_HHMMSS.md. (default: the working folder)",
      valueName: "file|folder"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Only this section, or this item, by its title. Can be given several times.", valueName: "title"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "The time that ages are measured to and the page is named after. (default: that of the clock)", valueName: "time")
  )
  var now: String?

  @Flag(help: "Print the checklist for a web service that is built in: 30 items to be filled in.")
  var example = false

  var settings: RunSettings { RunSettings(input, threads, requests, lives) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    if example {
      guard checklist == nil else {
        throw Failure(.usage, "--example prints a checklist and reads none: leave '\(checklist ?? "")' out")
      }
      return try Terminal.write(Array(EmbeddedChecklist.webService.utf8).span)
    }
    guard let checklist else {
      throw Failure(
        .usage, "no checklist named; write skein ready checklist.yml, or skein ready --example for one to begin with")
    }
    var options = ReadyJob.Options(now: try OptionTime.read(now, option: "--now") ?? Clock.wallNanoseconds)
    options.settings = settings
    options.files = input.files
    options.only = only
    options.command = ReplayCommand.given
    let redactor = try redaction.redactor()
    let job = try ReadyJob(checklist, options)
    let target = try ReadyTarget(output: output, time: options.now)
    var (result, failure) = try job.run()
    if let redactor { result = result.redacted(by: redactor) }
    var sink = TextSink()
    if format.chosen == .json {
      ReadyReport.json(result, page: target.path, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      ReadyReport.text(result, style: color.style, detail: ledger.detail, into: &sink)
    }
    // The page first: whoever reads no more of the output has it all the same.
    try target.write(result)
    try Terminal.write(&sink)
    if result.state == .fail { throw Ending(.negative) }
    if let failure { throw failure }
    for reading in result.readings { try ledger.finish(reading.ledger) }
    if result.state == .unknown { throw Ending(.inconclusive) }
  }
}
