internal import Application
internal import ArgumentParser
internal import Pipeline

// What is selected. The names are the same everywhere; what they select is requests, records or traces, and --help says which.

/// A span of the requests.
struct RequestSpanOptions: ParsableArguments, SettingsGroup {
  @Option(
    help: ArgumentHelp(
      "Only requests that ended at or after a time, or within a duration before the newest record.",
      valueName: "time|duration"))
  var since: String?

  @Option(help: ArgumentHelp("Only requests that ended before a time.", valueName: "time"))
  var until: String?

  func add(to settings: inout RunSettings) {
    settings.since = since
    settings.until = until
  }
}

/// Requests by their closing record.
struct RequestConditionOptions: ParsableArguments, SettingsGroup {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only requests whose closing record this holds for.", valueName: "expression"))
  var expression: String?

  func add(to settings: inout RunSettings) { settings.condition = expression }

  /// What a reader of a document must know of it.
  var notes: [String] {
    expression.map { ["only requests are counted for which this holds: \($0) (--where)"] } ?? []
  }
}

/// A span of the records, and records for which something holds.
struct RecordSelectionOptions: ParsableArguments, SettingsGroup {
  @Option(
    help: ArgumentHelp(
      "Only records at or after a time, or within a duration before the newest one.", valueName: "time|duration"))
  var since: String?

  @Option(help: ArgumentHelp("Only records before a time.", valueName: "time"))
  var until: String?

  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only records for which this holds.", valueName: "expression"))
  var expression: String?

  func add(to settings: inout RunSettings) {
    settings.since = since
    settings.until = until
    settings.condition = expression
    settings.conditionSubject = .record
  }
}

/// What rules look at.
struct RuleSelectionOptions: ParsableArguments, SettingsGroup {
  @Option(
    help: ArgumentHelp(
      "Only records at or after a time, or within a duration before the newest one, and traces that ended then.",
      valueName: "time|duration"))
  var since: String?

  @Option(help: ArgumentHelp("Only records before a time, and traces that ended before it.", valueName: "time"))
  var until: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only records for which this holds, and traces with such a record.", valueName: "expression"))
  var expression: String?

  func add(to settings: inout RunSettings) {
    settings.since = since
    settings.until = until
    settings.condition = expression
    settings.conditionSubject = .record
  }
}

/// A span of the traces.
struct TraceSpanOptions: ParsableArguments, SettingsGroup {
  @Option(
    help: ArgumentHelp(
      "Only traces that ended at or after a time, or within a duration before the newest record.",
      valueName: "time|duration"))
  var since: String?

  @Option(help: ArgumentHelp("Only traces that ended before a time.", valueName: "time"))
  var until: String?

  func add(to settings: inout RunSettings) {
    settings.since = since
    settings.until = until
  }
}

/// Traces for which something holds.
struct TraceConditionOptions: ParsableArguments, SettingsGroup {
  @Option(name: .customLong("where"), help: ArgumentHelp("Only traces for which this holds.", valueName: "expression"))
  var expression: String?

  func add(to settings: inout RunSettings) {
    settings.condition = expression
    settings.conditionSubject = .trace
  }
}
