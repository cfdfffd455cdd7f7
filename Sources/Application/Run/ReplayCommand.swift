package import LogSource
package import Pipeline
package import Report
internal import TraceCore

/// Commands that measure a figure again: what a document says of where its numbers come from.
///
/// They name the logs and the options that change a figure as the user did, quoted for a shell.
package struct ReplayCommand {
  private let settings: RunSettings
  private let files: [String]

  /// Commands that a document names, with the options that they have.
  package enum Subcommand: String {
    case stats, scan, templates, show, fill, report, gate, watch

    var groups: RunSettings.Groups {
      switch self {
      case .stats: [.input, .requests, .lives, .span, .condition]
      // Its condition is asked of every record.
      case .scan: [.input, .requests, .lives, .span, .rules]
      case .templates: [.input, .span]
      case .show: [.input, .requests, .lives]
      case .fill: [.input, .requests, .lives, .span]
      case .report, .watch: .all
      case .gate: [.input, .requests, .lives, .condition, .rules]
      }
    }
  }

  /// - Parameters:
  ///   - settings: of the run whose numbers are told.
  ///   - files: the logs; nil for those of the settings.
  ///   - input: what they are: many generations of one log are named by their bare name and `-R`, where that finds the same.
  package init(_ settings: RunSettings, files: [String]? = nil, input: InputPlan? = nil) {
    var settings = settings
    var files = files ?? settings.files
    let names = settings.addsRotations ? nil : input.flatMap { ReplayCommand.bareNames($0, files: files) }
    if let names {
      files = names
      settings.addsRotations = true
    }
    self.settings = settings
    let isOdd = files.contains { $0.hasPrefix("-") && $0 != "-" }
    self.files = (isOdd ? ["--"] : []) + (files.isEmpty ? ["-"] : files)
  }

  /// The bare names of the streams, if with `-R` they are all that was read; nil where nothing would be shorter.
  package static func bareNames(_ input: InputPlan, files: [String]) -> [String]? {
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
  ///   - condition: with the one of the run, where both are there.
  ///   - since, until: a part of the run's span (nanoseconds of event time).
  ///   - group: nil or `route` for the routes.
  package func stats(where condition: String? = nil, since: Int64? = nil, until: Int64? = nil, by group: String? = nil)
    -> String
  {
    line(.stats, where: condition, since: since, until: until, group.map { $0 == "route" ? [] : ["--by", $0] } ?? [])
  }

  /// `skein fill --measure`, for what `stats` does not print.
  package func fill(measure: String) -> String { line(.fill, ["--measure", measure]) }

  /// Any command over the same logs.
  ///
  /// - Parameters:
  ///   - since, until: a part of the run's span (nanoseconds of event time).
  ///   - options: its own, and what stands in front of the logs (an id).
  package func line(
    _ subcommand: Subcommand, where condition: String? = nil, since: Int64? = nil, until: Int64? = nil,
    _ options: [String] = []
  ) -> String {
    var own = settings
    if let condition {
      own.condition = settings.condition.map { "(\($0)) and (\(condition))" } ?? condition
      own.conditionSubject = .request
    }
    // What the run leaves out stays out.
    if let since { own.since = EventTime.rfc3339(max(since, settings.since.flatMap(OptionValue.time) ?? .min)) }
    if let until { own.until = EventTime.rfc3339(min(until, settings.until.flatMap(OptionValue.time) ?? .max)) }
    let selection: RunSettings.Groups = [.condition, .span]
    let groups = subcommand.groups
    let words =
      ["skein", subcommand.rawValue] + own.words(groups.intersection(selection)) + options
      + own.words(groups.subtracting(selection)) + files
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  /// The command for a number of an incident document.
  package func recipe(_ recipe: IncidentDocument.Recipe) -> String {
    switch recipe {
    case .stats(let span): stats(since: span?.lowerBound, until: span?.upperBound)
    case .windows(let length): line(.stats, ["--every", DurationText.option(length)])
    case .findings: line(.scan)
    case .templates(let span): line(.templates, since: span.lowerBound, until: span.upperBound)
    case .trace(let id): line(.show, [id])
    }
  }

  /// The command that runs now, as it was given.
  package static var given: String {
    CommandLine.arguments.enumerated().map { $0 == 0 ? "skein" : ShellWord.quoted($1) }.joined(separator: " ")
  }
}
