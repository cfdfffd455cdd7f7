internal import Application
internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import TraceCore

/// A group of options that decide what a run counts.
protocol SettingsGroup {
  func add(to settings: inout RunSettings)
}

extension RunSettings {
  /// What the groups of a command come to.
  init(_ groups: any SettingsGroup...) {
    self.init()
    for group in groups { group.add(to: &self) }
  }
}

/// What is read, of every command that reads logs.
struct InputOptions: ParsableArguments, SettingsGroup {
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
    name: .customLong("max-line"),
    help: ArgumentHelp("Bytes of a line that are looked at. (default: 1MiB)", valueName: "size"))
  var maxLine: String?

  @Option(name: .customLong("block-size"), help: .hidden)
  var blockSize = Block.standardCapacity

  /// What was not on the command line but in the environment or in `.skein.yml`.
  var taken = TakenSettings()

  /// Choices that a reader of a report must know.
  var notes: [String] { tz.map { ["times without a zone are read as \($0)"] } ?? [] }

  func add(to settings: inout RunSettings) {
    settings.files = files
    settings.addsRotations = rotations
    settings.layout = layout
    settings.layoutFiles = layoutFile
    settings.timeFormat = timeFormat
    settings.zone = tz
    settings.id = id
    settings.map = map
    settings.maxLine = maxLine
    settings.blockSize = blockSize
  }
}

/// How many threads read.
struct ThreadOptions: ParsableArguments, SettingsGroup {
  @Option(
    help: ArgumentHelp("Threads that read and parse (default: the processors at hand, 8 at most).", valueName: "n"))
  var threads: String?

  func add(to settings: inout RunSettings) { settings.threads = threads }
}

/// Which closing records are requests.
struct RequestSourceOptions: ParsableArguments, SettingsGroup {
  @Option(
    name: .customLong("requests-from"),
    help: ArgumentHelp(
      "The loggers, layouts or logs whose closing records count as requests, with commas between them, or all.",
      valueName: "sources"))
  var requestsFrom: String?

  func add(to settings: inout RunSettings) { settings.requestsFrom = requestsFrom }
}

/// How long traces live.
struct LifeOptions: ParsableArguments, SettingsGroup {
  @Option(help: ArgumentHelp("A trace ends this long after its last record. (default: 60s)", valueName: "duration"))
  var idle: String?

  @Option(
    name: .customLong("max-open"),
    help: ArgumentHelp("A trace with an open request lives at most this long. (default: 15m)", valueName: "duration"))
  var maxOpen: String?

  func add(to settings: inout RunSettings) {
    settings.idle = idle
    settings.maxOpen = maxOpen
  }
}
