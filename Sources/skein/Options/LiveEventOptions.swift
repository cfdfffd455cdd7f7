internal import Application
internal import Config
internal import Analysis
internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import RulePack
internal import TraceCore

/// What `follow` and `gate` tell: windows, marks, versions, rules.
struct LiveEventOptions: ParsableArguments {
  @OptionGroup var rules: RuleOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(help: ArgumentHelp("Length of a window. (default: 10s, or the gate's)", valueName: "duration"))
  var every: String?

  @Option(
    name: .customLong("version-field"),
    help: ArgumentHelp(
      "The field that names the release: figures by version, a mark where one appears.", valueName: "field"))
  var versionField: String?

  @Option(
    name: .customLong("new-version"),
    help: ArgumentHelp(
      "The version that a gate judges. (default: the one whose share of the traffic grows)", valueName: "name"))
  var newVersion: String?

  @Option(help: ArgumentHelp("A mark at the first record read. Can be given several times.", valueName: "text"))
  var mark: [String] = []

  /// Applies the options to a plan.
  ///
  /// - Parameter gate: if there is one.
  func apply(to plan: inout RunPlan, gate: GateDefinition?, _ settings: RunSettings) throws(Failure) {
    var live = LiveOptions()
    live.marks = mark
    live.versionField = versionField ?? gate?.versionField
    if let gate { live.window = gate.window }
    if let every { live.window = try RunSettings.duration(every, option: "--every") }
    plan.groupBy = live.versionField
    if let gate {
      if let condition = settings.condition {
        guard !gate.objectives.contains(where: \.isAboutUnfinished) else {
          throw Failure(
            .usage,
            "--where is asked of closing records, and an objective of the gate is about requests without one "
              + "(unfinished): leave one of them out")
        }
        live.selection = condition
      }
      live.gate = GatePlan(definition: gate)
    }
    if rules.packs != "none" || !rules.paths.isEmpty {
      let set = try rules.load()
      plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    }
    plan.live = live
    try plan.checkConditions()
  }

  /// Applies a file of alerts: what opens an incident, and whose budgets are watched.
  static func apply(_ alerts: AlertSettings?, to plan: inout RunPlan) throws(Failure) {
    guard let alerts else { return }
    plan.live?.alertSeverity = alerts.leastSeverity
    plan.live?.objectives = alerts.objectives
    try plan.checkConditions()
  }

  /// What decides what is counted and is no setting of every run, as it was given.
  var words: [String] {
    var words: [String] = []
    for (name, value) in [
      ("--every", every), ("--version-field", versionField), ("--new-version", newVersion),
    ] {
      if let value { words += [name, value] }
    }
    return words
  }

  /// `--mark`, which changes no figure.
  var markWords: [String] { mark.flatMap { ["--mark", $0] } }

  /// The gate of a file, with what the options say of it.
  func gate(_ path: String) throws(Failure) -> GateDefinition {
    var definition = try LiveEventOptions.read(path)
    guard let newVersion else { return definition }
    if definition.versionField == nil { definition.versionField = versionField }
    guard definition.versionField != nil else {
      throw Failure(
        .usage, "--new-version: which field names a version? Give --version-field, or `version_field` in the gate")
    }
    definition.version = newVersion
    return definition
  }

  /// Reads a gate; every mistake in it is an error here.
  static func read(_ path: String) throws(Failure) -> GateDefinition {
    do throws(RuleLoader.Failure) {
      return try GateReader.read(path: path)
    } catch {
      if case .problems(let found) = error {
        throw Failure(.usage, "the gate has mistakes:\n" + found.problems.map(\.description).joined(separator: "\n"))
      }
      throw Failure(error)
    }
  }
}

/// Where a gate's result is written.
struct GateOutputOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output"), .customLong("summary")],
    help: ArgumentHelp(
      "Write the gate's result as Markdown: a file, or a folder for gate_YYYYMMDD_HHMMSS.md.", valueName: "file|folder"),
    completion: .file())
  var output: String?
}
