internal import Application
internal import Config
internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// Which rules a command applies.
struct RuleOptions: ParsableArguments, SettingsGroup {
  @Option(
    name: .customLong("rules"),
    help: ArgumentHelp("A file of rules, or a folder of them. Can be given several times.", valueName: "file|folder"),
    completion: .file())
  var paths: [String] = []

  @Option(
    help: ArgumentHelp("Built-in packs: all, none, or names separated by commas.", valueName: "names"))
  var packs = "all"

  @Option(
    help: ArgumentHelp("A file of suppressions. Can be given several times.", valueName: "file"), completion: .file())
  var suppressions: [String] = []

  func add(to settings: inout RunSettings) {
    settings.packs = packs
    settings.rules = paths
    settings.suppressions = suppressions
  }

  /// - Parameter raisesAll: see `RuleSet`.
  func load(raisesAll: Bool = false) throws(Failure) -> RuleSet {
    let builtin: [String]? =
      switch packs {
      case "all": nil
      case "none": []
      default: packs.split(separator: ",").map(String.init)
      }
    return try RuleOptions.load(paths, builtin: builtin, suppressions: suppressions, raisesAll: raisesAll)
  }

  /// One rule about lines, ready to be searched for.
  func load(only id: String) throws(Failure) -> ScanRules {
    let all = try load()
    do throws(ConfigurationProblems) {
      if let set = try all.only(id) { return ScanRules(set: set, lines: RuleLoader.lines(set)) }
    } catch {
      throw Failure(.problems(error))
    }
    switch all.rules.first(where: { $0.id == id })?.condition {
    case .correlation(let condition):
      throw Failure(
        .usage,
        "--rule: '\(id)' is about several records; one record can be hit by: \(condition.rules.joined(separator: ", "))"
      )
    case .trace: throw Failure(.usage, "--rule: '\(id)' is about whole traces; skein traces --where finds those")
    case .line, nil:
      let near = NameSuggestion.closest(to: id, in: all.rules.map(\.id)).map { " (did you mean '\($0)'?)" } ?? ""
      throw Failure(.usage, "--rule: there is no rule '\(id)'\(near); skein rules list shows all")
    }
  }

  /// Rules from files and folders; without any, the packs that are built in.
  static func load(_ paths: [String], raisesAll: Bool = false) throws(Failure) -> RuleSet {
    try load(paths, builtin: paths.isEmpty ? nil : [], suppressions: [], raisesAll: raisesAll)
  }

  /// Rules by one word: names of packs that are built in (with commas, or all), a file or a folder; with those of `paths`.
  static func load(
    pack: String, with paths: [String], suppressions: [String], raisesAll: Bool = false
  ) throws(Failure) -> RuleSet {
    let names = pack.split(separator: ",").map(String.init)
    let isBuiltIn = names.allSatisfy { name in EmbeddedPacks.all.contains { $0.name == name } }
    if pack == "all" || isBuiltIn {
      return try load(paths, builtin: pack == "all" ? nil : names, suppressions: suppressions, raisesAll: raisesAll)
    }
    let files: [String]
    do throws(SourceError) {
      files = try ConfigurationFile.files(pack, endings: [".yml", ".yaml"])
    } catch {
      let near =
        NameSuggestion.closest(to: pack, in: EmbeddedPacks.all.map(\.name)).map { " (did you mean '\($0)'?)" } ?? ""
      throw Failure(
        .usage, "'\(pack)' is neither a pack that is built in\(near) nor a file or folder of rules: \(error.message)")
    }
    if files == [pack] && ![".yml", ".yaml"].contains(where: pack.hasSuffix) {
      throw Failure(.usage, "'\(pack)' is no file of rules (.yml): name the rules first, then the logs")
    }
    return try load([pack] + paths, builtin: [], suppressions: suppressions, raisesAll: raisesAll)
  }

  private static func load(
    _ paths: [String], builtin: [String]?, suppressions: [String], raisesAll: Bool
  ) throws(Failure) -> RuleSet {
    do throws(RuleLoader.Failure) {
      let set = try RuleLoader.load(
        paths: paths, builtin: builtin, suppressions: suppressions, raisesAll: raisesAll)
      guard !set.rules.isEmpty else {
        throw RuleLoader.Failure.usage("there are no rules: give a file of rules, or leave --packs out")
      }
      return set
    } catch {
      throw Failure(error)
    }
  }
}

extension Failure {
  /// Problems shown at once at most.
  private static let mostProblems = 20

  init(_ error: RuleLoader.Failure) {
    switch error {
    case .source(let error): self.init(error)
    case .usage(let message): self.init(.usage, message)
    case .problems(let found):
      let shown = found.problems.prefix(Failure.mostProblems).map { $0.description }
      let more = found.problems.count - shown.count
      self.init(
        .usage, "the rules have mistakes:\n" + shown.joined(separator: "\n") + (more > 0 ? "\n… and \(more) more" : ""))
    }
  }
}
