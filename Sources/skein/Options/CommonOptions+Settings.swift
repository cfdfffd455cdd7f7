internal import ArgumentParser
internal import Config
internal import LogSource
internal import Report
internal import TraceCore

// What a project says once for all runs: option before environment before file.

/// A command that reads logs.
protocol LogCommand: ParsableCommand {
  var common: CommonOptions { get set }
}

extension StatsCommand: LogCommand {}
extension TracesCommand: LogCommand {}
extension ShowCommand: LogCommand {}
extension ScanCommand: LogCommand {}
extension FilterCommand: LogCommand {}
extension TemplatesCommand: LogCommand {}
extension FollowCommand: LogCommand {}
extension GateCommand: LogCommand {}
extension ReportCommand: LogCommand {}
extension DiffCommand: LogCommand {}
extension FillCommand: LogCommand {}
extension DoctorCommand: LogCommand {}
extension RulesBacktestCommand: LogCommand {}

/// What was taken from the environment and from `.skein.yml`.
struct TakenSettings: Decodable {
  var values: [ProjectSettings.Value] = []

  init() {}

  /// It is never on the command line.
  init(from decoder: any Decoder) {}
}

extension CommonOptions {
  /// Takes from the environment and from the project's file what the command line does not say.
  ///
  /// - Parameter logs: the arguments in which logs may be named.
  mutating func takeSettings(logs: [String]) throws(Failure) {
    var known: [ProjectSettings] = [ProjectSettings(environment: Terminal.environment)]
    if let file = try CommonOptions.settingsFile(beside: logs) { known.append(file) }
    for name in ProjectSettings.single + ProjectSettings.several {
      guard let value = known.lazy.compactMap({ $0.value(name) }).first else { continue }
      if try take(value) { taken.values.append(value) }
    }
  }

  /// Whether the option was not given, so that the value counts.
  private mutating func take(_ value: ProjectSettings.Value) throws(Failure) -> Bool {
    func set(_ option: inout String?) -> Bool {
      guard option == nil else { return false }
      option = value.values.first
      return true
    }
    switch value.name {
    case "tz": return set(&tz)
    case "id": return set(&id)
    case "layout": return set(&layout)
    case "time_format": return set(&timeFormat)
    case "requests_from": return set(&requestsFrom)
    case "idle": return set(&idle)
    case "max_open": return set(&maxOpen)
    case "max_line": return set(&maxLine)
    case "threads":
      guard threads == nil else { return false }
      guard let number = value.values.first.flatMap({ Int($0) }) else {
        throw Failure(.usage, "\(value.origin): threads: '\(value.values.first ?? "")' is not a number from 1 to 256")
      }
      threads = number
      return true
    case "layout_files":
      guard layoutFile.isEmpty else { return false }
      layoutFile = value.values
      return true
    case "map":
      guard map.isEmpty else { return false }
      map = value.values
      return true
    default: return false
    }
  }

  /// Says on a terminal what was taken from where.
  func noteSettings() {
    guard !taken.values.isEmpty, Terminal.errorIsTerminal else { return }
    for value in taken.values {
      Terminal.writeError("settings: \(Escape.terminal(value.text)) (\(Escape.terminal(value.origin)))\n")
    }
  }

  // MARK: The file

  /// The settings that belong to the logs: those beside them, else those in or above the working folder.
  private static func settingsFile(beside logs: [String]) throws(Failure) -> ProjectSettings? {
    if let named = Terminal.environment("SKEIN_CONFIG"), !named.isEmpty {
      return named == "none" ? nil : try settings(in: named)
    }
    let found = ProjectFile.beside(logs, name: ProjectSettings.fileName)
    if found.count > 1 {
      throw Failure(
        .usage,
        "\(found[0]) and \(found[1]) both stand beside logs that are read: give the options on the command line, or name one "
          + "with SKEIN_CONFIG")
    }
    let above = Terminal.workingFolder.flatMap { ProjectFile.above($0, name: ProjectSettings.fileName) }
    return try (found.first ?? above).map { (path) throws(Failure) in try settings(in: path) }
  }

  private static func settings(in path: String) throws(Failure) -> ProjectSettings {
    let bytes: [UInt8]
    do throws(SourceError) { bytes = try ConfigurationFile.read(path) } catch { throw Failure(error) }
    do throws(ConfigurationProblems) {
      return try ProjectSettings.read(bytes, path: path)
    } catch {
      throw Failure(error, what: "the settings have mistakes")
    }
  }
}

extension ProjectSettings.Value {
  /// As it would stand on the command line.
  var text: String { "\(name)=\(values.joined(separator: ","))" }
}
