/// What decides what a run counts, as it was given: the one home of these options.
///
/// From it come the plan of a run, the digest of a checkpoint, and the command line that gives a number again. It checks nothing:
/// making the plan does.
package struct RunSettings: Sendable, Equatable {
  // MARK: What is read

  /// Files, folders, globs, `-`; none is standard input.
  package var files: [String] = []
  /// `-R`.
  package var addsRotations = false
  package var layout: String?
  package var layoutFiles: [String] = []
  package var timeFormat: String?
  package var zone: String?
  package var id: String?
  package var map: [String] = []
  package var maxLine: String?

  // MARK: What is a request, and a trace

  package var requestsFrom: String?
  package var idle: String?
  package var maxOpen: String?

  // MARK: What is selected

  package var since: String?
  package var until: String?
  /// `--where`: what it is asked of is up to the command (`conditionSubject`).
  package var condition: String?
  package var conditionSubject = Subject.request

  /// What `--where` is asked of.
  package enum Subject: Sendable, Equatable {
    /// The closing record of each request.
    case request
    /// Every record.
    case record
    /// The trace, with its records.
    case trace
  }

  // MARK: Which rules

  /// `--packs`; nil for all.
  package var packs: String?
  package var rules: [String] = []
  package var suppressions: [String] = []

  // MARK: How it is read

  /// They change no number, and are in no list of words.
  package var threads: String?
  package var blockSize: Int?

  package init() {}

  // MARK: As words

  /// Options that a command has or has not.
  package struct Groups: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let input = Groups(rawValue: 1)
    package static let requests = Groups(rawValue: 2)
    package static let lives = Groups(rawValue: 4)
    package static let span = Groups(rawValue: 8)
    package static let condition = Groups(rawValue: 16)
    package static let rules = Groups(rawValue: 32)
    package static let all: Groups = [.input, .requests, .lives, .span, .condition, .rules]
  }

  /// What holds where an option is not given.
  package static let usualIdle = "60s"
  package static let usualMaxOpen = "15m"
  package static let usualMaxLine = "1MiB"
  package static let allPacks = "all"

  /// The options that were given and are not what holds anyway, as words of a command line; the files are not among them.
  package func words(_ groups: Groups = .all) -> [String] {
    var words: [String] = []
    func add(_ name: String, _ value: String?, usual: String? = nil) {
      if let value, value != usual { words += [name, value] }
    }
    if groups.contains(.condition) { add("--where", condition) }
    if groups.contains(.span) {
      add("--since", since)
      add("--until", until)
    }
    if groups.contains(.rules) {
      add("--packs", packs, usual: RunSettings.allPacks)
      for path in rules { add("--rules", path) }
      for path in suppressions { add("--suppressions", path) }
    }
    if groups.contains(.input) {
      if addsRotations { words.append("-R") }
      add("--layout", layout)
      for path in layoutFiles { add("--layout-file", path) }
      add("--time-format", timeFormat)
      add("--tz", zone)
      add("--id", id)
      for names in map { add("--map", names) }
    }
    if groups.contains(.requests) { add("--requests-from", requestsFrom) }
    if groups.contains(.lives) {
      add("--idle", idle, usual: RunSettings.usualIdle)
      add("--max-open", maxOpen, usual: RunSettings.usualMaxOpen)
    }
    if groups.contains(.input) { add("--max-line", maxLine, usual: RunSettings.usualMaxLine) }
    return words
  }
}
