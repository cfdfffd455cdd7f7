internal import TraceCore

/// Commands that measure a figure again: what a document says of where its numbers come from.
///
/// They name the logs and the options that change a figure as the user did, quoted for a shell.
struct ReplayCommand {
  private let options: [String]
  private let files: [String]

  /// - Parameter files: the logs; none is standard input.
  init(_ common: CommonOptions, files: [String]) {
    var options: [String] = []
    if common.rotations { options.append("-R") }
    func add(_ name: String, _ value: String?, unless usual: String? = nil) {
      if let value, value != usual { options += [name, value] }
    }
    add("--layout", common.layout)
    add("--tz", common.tz)
    add("--id", common.id)
    add("--requests-from", common.requestsFrom)
    add("--idle", common.idle, unless: "60s")
    add("--max-open", common.maxOpen, unless: "15m")
    add("--max-line", common.maxLine, unless: "1MiB")
    self.options = options
    let isOdd = files.contains { $0.hasPrefix("-") && $0 != "-" }
    self.files = (isOdd ? ["--"] : []) + (files.isEmpty ? ["-"] : files)
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

  private func line(_ words: [String]) -> String {
    (words + options + files).map(ShellWord.quoted).joined(separator: " ")
  }
}
