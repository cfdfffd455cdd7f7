internal import LogSource
internal import TraceCore

/// Commands that measure a figure again: what a document says of where its numbers come from.
///
/// They name the logs and the options that change a figure as the user did, quoted for a shell.
struct ReplayCommand {
  private let options: [String]
  private let files: [String]

  /// - Parameters:
  ///   - files: the logs; none is standard input.
  ///   - input: what they are: many generations of one log are named by their bare name and `-R`, where that finds the same.
  init(_ common: CommonOptions, files: [String], input: InputPlan? = nil) {
    var options: [String] = []
    var files = files
    let names = common.rotations ? nil : input.flatMap { ReplayCommand.bareNames($0, files: files) }
    if let names { files = names }
    if common.rotations || names != nil { options.append("-R") }
    func add(_ name: String, _ value: String?, unless usual: String? = nil) {
      if let value, value != usual { options += [name, value] }
    }
    add("--layout", common.layout)
    for file in common.layoutFile { add("--layout-file", file) }
    add("--time-format", common.timeFormat)
    add("--tz", common.tz)
    add("--id", common.id)
    for names in common.map { add("--map", names) }
    add("--requests-from", common.requestsFrom)
    add("--idle", common.idle, unless: "60s")
    add("--max-open", common.maxOpen, unless: "15m")
    add("--max-line", common.maxLine, unless: "1MiB")
    self.options = options
    let isOdd = files.contains { $0.hasPrefix("-") && $0 != "-" }
    self.files = (isOdd ? ["--"] : []) + (files.isEmpty ? ["-"] : files)
  }

  /// The bare names of the streams, if with `-R` they are all that was read; nil where nothing would be shorter.
  static func bareNames(_ input: InputPlan, files: [String]) -> [String]? {
    let names = input.streams.map(\.name)
    guard names.count < files.count, input.streams.allSatisfy({ $0.generations.allSatisfy { !$0.isPipe } }) else {
      return nil
    }
    func paths(_ plan: InputPlan) -> [String] { plan.streams.flatMap { $0.generations.map(\.display) }.sorted() }
    let again: InputPlan
    do throws(SourceError) { again = try InputPlan.make(arguments: names, includeRotations: true) } catch { return nil }
    return paths(again) == paths(input) ? names : nil
  }

  /// `skein stats` for some requests.
  ///
  /// - Parameters:
  ///   - since, until: nanoseconds of event time.
  ///   - group: nil or `route` for the routes.
  func stats(where condition: String? = nil, since: Int64? = nil, until: Int64? = nil, by group: String? = nil)
    -> String
  {
    var words = ["skein", "stats"]
    if let condition { words += ["--where", condition] }
    if let since { words += ["--since", EventTime.rfc3339(since)] }
    if let until { words += ["--until", EventTime.rfc3339(until)] }
    if let group, group != "route" { words += ["--by", group] }
    return line(words)
  }

  /// `skein fill --measure`, for what `stats` does not print.
  func fill(measure: String) -> String { line(["skein", "fill", "--measure", measure]) }

  /// Any command over the same logs.
  ///
  /// - Parameter options: its own, and what stands in front of the logs (an id).
  func line(_ subcommand: String, _ options: [String] = []) -> String { line(["skein", subcommand] + options) }

  /// The command that runs now, as it was given.
  static var given: String {
    CommandLine.arguments.enumerated().map { $0 == 0 ? "skein" : ShellWord.quoted($1) }.joined(separator: " ")
  }

  private func line(_ words: [String]) -> String {
    (words + options + files).map(ShellWord.quoted).joined(separator: " ")
  }
}
