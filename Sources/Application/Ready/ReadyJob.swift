package import Analysis
internal import Config
internal import LogSource
package import Pipeline
internal import Platform
internal import Report
internal import RulePack
internal import TraceCore

/// `skein ready`: does the checks of a checklist one after the other, in its order.
package struct ReadyJob {
  /// What decides the answers beside the checklist.
  package struct Options {
    package var settings = RunSettings()
    /// Logs for the items that name none of their own; empty for those of the checklist.
    package var files: [String] = []
    /// Titles of sections and items; empty for all.
    package var only: [String] = []
    /// Nanoseconds since 1970 to which ages are measured.
    package var now: Int64
    /// As it was given, for the page.
    package var command = ""
    package var limits = CommandRun.Limits()
    /// Monotonic nanoseconds.
    package var clock: () -> Int64 = { Clock.monotonicNanoseconds }

    package init(now: Int64) { self.now = now }
  }

  private let path: String
  private let digest: String
  private let folder: ChecklistFolder
  private let options: Options
  private let name: String
  private let sections: [Checklist.Section]
  private let leftOut: Int
  private let answers: LogAnswers

  /// Reads the checklist and its gates; every mistake in them is an error here, before anything is run.
  package init(_ path: String, _ options: Options) throws(Failure) {
    self.path = path
    self.options = options
    folder = ChecklistFolder(of: path)
    let bytes: [UInt8]
    do throws(SourceError) {
      bytes = try ConfigurationFile.read(path)
    } catch {
      throw Failure(error)
    }
    digest = SHA256.text(of: bytes)
    let checklist: Checklist
    do throws(ConfigurationProblems) {
      checklist = try ChecklistReader.read(bytes, path: path)
    } catch {
      throw Failure(error, what: "the checklist has mistakes")
    }
    name = checklist.name
    sections = try ReadyJob.chosen(options.only, of: checklist)
    leftOut = checklist.items.count - sections.reduce(0) { $0 + $1.items.count }
    let checks = sections.flatMap(\.items).compactMap { item -> LogCheck? in
      if case .log(let check) = item.check { check } else { nil }
    }
    let folder = self.folder
    answers = LogAnswers(
      options.settings, folder: folder,
      usual: options.files.isEmpty ? checklist.logs.map { folder.path(of: $0) } : options.files,
      gates: try ReadyJob.gates(of: checks, checklist: path, folder), checks: checks)
  }

  /// The sections with the items that were named.
  private static func chosen(_ only: [String], of checklist: Checklist) throws(Failure) -> [Checklist.Section] {
    guard !only.isEmpty else { return checklist.sections }
    let names = checklist.sections.map(\.title) + checklist.items.map(\.title)
    for wanted in only where !names.contains(where: { $0.lowercased() == wanted.lowercased() }) {
      let near = NameSuggestion.closest(to: wanted, in: names).map { " (did you mean '\($0)'?)" } ?? ""
      throw Failure(.usage, "--only: the checklist has no section and no item '\(wanted)'\(near)")
    }
    let wanted = Set(only.map { $0.lowercased() })
    return checklist.sections.compactMap { section in
      if wanted.contains(section.title.lowercased()) { return section }
      let items = section.items.filter { wanted.contains($0.title.lowercased()) }
      return items.isEmpty ? nil : Checklist.Section(title: section.title, items: items)
    }
  }

  /// The gates that items name, by their path in the checklist.
  private static func gates(
    of checks: [LogCheck], checklist: String, _ folder: ChecklistFolder
  ) throws(Failure) -> [String: GateDefinition] {
    var gates: [String: GateDefinition] = [:]
    var problems: [ConfigurationProblem] = []
    for check in checks {
      guard case .gate(let path, let line, let column, let rollback) = check.question else { continue }
      func fail(_ message: String) {
        problems.append(ConfigurationProblem(path: checklist, line: line, column: column, message))
      }
      if gates[path] == nil {
        do throws(RuleLoader.Failure) {
          gates[path] = try GateReader.read(path: folder.path(of: path))
        } catch {
          switch error {
          case .problems(let found): problems += found.problems
          case .source(let error): fail("the gate cannot be read: \(error.message)")
          case .usage(let message): fail("the gate cannot be read: \(message)")
          }
        }
      }
      if rollback != nil, let gate = gates[path], gate.versionField == nil {
        fail("'rollback' needs to know the new version, and the gate '\(path)' has no 'version_field'")
      }
    }
    guard problems.isEmpty else {
      throw Failure(ConfigurationProblems(problems), what: "the checklist has mistakes")
    }
    return gates
  }

  // MARK: Doing it

  /// Does all that was chosen.
  ///
  /// - Returns: what was found, and the first log that could not be read.
  package func run() throws(Failure) -> (result: ReadyResult, failure: Failure?) {
    let commands = sections.flatMap(\.items).contains { if case .run(.some) = $0.check { true } else { false } }
    // Commands are in groups of their own, so that nobody else would stop them.
    let stop = commands ? try StopSignals() : nil
    var found: [ReadyResult.Section] = []
    for section in sections {
      var items: [ReadyResult.Item] = []
      for item in section.items {
        items.append(ReadyResult.Item(item, try result(of: item)))
        if stop?.take() == true {
          throw Failure(.data, "interrupted at '\(item.title)': no page was written")
        }
      }
      found.append(ReadyResult.Section(title: section.title, items: items))
    }
    let result = ReadyResult(
      name: name, path: path, digest: digest, time: options.now, sections: found, leftOut: leftOut, only: options.only,
      command: options.command, readings: answers.readings)
    return (result, answers.failure)
  }

  private func result(of item: Checklist.Item) throws(Failure) -> ItemResult {
    switch item.check {
    case .run(nil), .file(nil), .log(nil):
      return ItemResult(
        .unknown, "nobody has filled it in yet", advice: "Write it under '\(item.check.kind)' in the checklist.")
    case .run(.some(let check)):
      if Terminal.errorIsTerminal {
        Terminal.writeError("\(item.title): \(check.words.map(ShellWord.quoted).joined(separator: " "))\n")
      }
      return check.result(in: folder, limits: options.limits, clock: options.clock, shouldStop: { StopSignals.isAsked })
    case .file(.some(let check)): return check.result(in: folder, now: options.now)
    case .manual(let check): return check.result(now: options.now)
    case .log(.some(let check)): return try answers.result(of: check)
    }
  }
}
