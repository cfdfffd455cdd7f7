internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Report
internal import TraceCore

// What a project says once for all runs: option before environment before file.

/// A command that reads logs.
protocol LogCommand: ParsableCommand {
  var input: InputOptions { get set }
  /// What decides what the run counts.
  var settings: RunSettings { get }
  /// Takes the value of a project's option, if the command has it and it was not given.
  ///
  /// - Returns: whether it did.
  mutating func take(_ value: ProjectSettings.Value) -> Bool
}

/// What was taken from the environment and from `.skein.yml`.
struct TakenSettings: Decodable {
  var values: [ProjectSettings.Value] = []

  init() {}

  /// It is never on the command line.
  init(from decoder: any Decoder) {}
}

extension LogCommand {
  /// Takes from the environment and from the project's file what the command line does not say and the command has.
  mutating func takeSettings() throws(Failure) {
    var known: [ProjectSettings] = [ProjectSettings(environment: Terminal.environment)]
    if let file = try ProjectSettings.file(beside: input.files) { known.append(file) }
    for name in ProjectSettings.single + ProjectSettings.several {
      guard let value = known.lazy.compactMap({ $0.value(name) }).first else { continue }
      if take(value) { input.taken.values.append(value) }
    }
  }

  /// Says on a terminal what was taken from where.
  func noteSettings() {
    guard !input.taken.values.isEmpty, Terminal.errorIsTerminal else { return }
    for value in input.taken.values {
      Terminal.writeError("settings: \(Escape.terminal(value.text)) (\(Escape.terminal(value.origin)))\n")
    }
  }
}

extension ProjectSettings.Value {
  /// Whether the option was not given, so that the value counts.
  fileprivate func set(_ option: inout String?) -> Bool {
    guard option == nil else { return false }
    option = values.first
    return true
  }

  fileprivate func set(_ option: inout [String]) -> Bool {
    guard option.isEmpty else { return false }
    option = values
    return true
  }
}

extension InputOptions {
  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    switch value.name {
    case "tz": value.set(&tz)
    case "id": value.set(&id)
    case "layout": value.set(&layout)
    case "time_format": value.set(&timeFormat)
    case "max_line": value.set(&maxLine)
    case "layout_files": value.set(&layoutFile)
    case "map": value.set(&map)
    default: false
    }
  }
}

extension RequestSourceOptions {
  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    value.name == "requests_from" && value.set(&requestsFrom)
  }
}

extension LifeOptions {
  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    switch value.name {
    case "idle": value.set(&idle)
    case "max_open": value.set(&maxOpen)
    default: false
    }
  }
}

extension ThreadOptions {
  mutating func take(_ value: ProjectSettings.Value) -> Bool { value.name == "threads" && value.set(&threads) }
}

extension ProjectSettings {
  // MARK: The file

  /// The settings that belong to the logs: those beside them, else those in or above the working folder.
  static func file(beside logs: [String]) throws(Failure) -> ProjectSettings? {
    if let named = Terminal.environment("SKEIN_CONFIG"), !named.isEmpty {
      return named == "none" ? nil : try read(in: named)
    }
    let found = ProjectFile.beside(logs, name: ProjectSettings.fileName)
    if found.count > 1 {
      throw Failure(
        .usage,
        "\(found[0]) and \(found[1]) both stand beside logs that are read: give the options on the command line, or name one "
          + "with SKEIN_CONFIG")
    }
    let above = Terminal.workingFolder.flatMap { ProjectFile.above($0, name: ProjectSettings.fileName) }
    return try (found.first ?? above).map { (path) throws(Failure) in try read(in: path) }
  }

  private static func read(in path: String) throws(Failure) -> ProjectSettings {
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
