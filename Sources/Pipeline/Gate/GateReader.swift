package import Config
package import Analysis
internal import LogSource
internal import RulePack
internal import TraceCore

/// Reads a gate from YAML, with everything wrong in it told at once.
package struct GateReader {
  private static let mostStages = 100
  private static let mostObjectives = 100
  /// Looks of a stage at most.
  private static let mostWindows: Int64 = 100_000

  private let path: String
  private var problems: [ConfigurationProblem] = []

  private init(path: String) { self.path = path }

  /// The gate in a file.
  package static func read(path: String) throws(RuleLoader.Failure) -> GateDefinition {
    let text: [UInt8]
    do throws(SourceError) {
      text = try ConfigurationFile.read(path)
    } catch {
      throw .source(error)
    }
    do throws(ConfigurationProblems) {
      return try read(text, path: path)
    } catch {
      throw .problems(error)
    }
  }

  /// - Parameter path: as the user named it, for messages.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> GateDefinition {
    var reader = GateReader(path: path)
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    guard let document = documents.first else {
      throw ConfigurationProblems([
        ConfigurationProblem(path: path, line: 1, column: 1, "there is nothing in this file")
      ])
    }
    if documents.count > 1 {
      reader.problems.append(
        ConfigurationProblem(documents[1], in: path, "a file holds one gate; put the other in its own"))
    }
    let definition = reader.gate(document)
    guard reader.problems.isEmpty, let definition else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return definition
  }

  private mutating func gate(_ document: YAMLNode) -> GateDefinition? {
    var mapping = MappingReader(document, path: path, what: "a gate")
    var definition = GateDefinition(
      name: mapping.text("name") ?? fileName, stages: stages(&mapping), objectives: objectives(&mapping))
    if let window = mapping.duration("window") { definition.window = window }
    if let value = mapping.value("warm_up") {
      if let warmUp = value.text.flatMap(OptionValue.duration), warmUp >= 0 {
        definition.warmUp = warmUp
      } else {
        mapping.fail(value, "'warm_up' is a duration with its unit, as 10s or 0s")
      }
    }
    if let duration = mapping.duration("unfinished_after") { definition.unfinishedAfter = duration }
    if let count = whole("min_requests", 1...1_000_000_000, &mapping) { definition.minimumRequests = Int64(count) }
    if let count = whole("consecutive_failures", 1...100, &mapping) { definition.consecutiveFailures = count }
    if let value = mapping.value("confidence") {
      if let share = value.text.flatMap(Self.share), share > 0.5, share < 1 {
        definition.confidence = share
      } else {
        mapping.fail(value, "'confidence' is above 50 % and below 100 %, as 95 %")
      }
    }
    if let value = mapping.value("silence") {
      switch value.text {
      case "allowed": definition.allowsSilence = true
      case "inconclusive": definition.allowsSilence = false
      default:
        mapping.fail(value, "'silence' is inconclusive (traffic that stops does not pass) or allowed")
      }
    }
    if let value = mapping.value("include") { include(value, &definition, &mapping) }
    definition.versionField = mapping.text("version_field")
    definition.version = mapping.text("version")
    if let value = mapping.value("version"), definition.versionField == nil {
      mapping.fail(value, "'version' needs 'version_field': the field that names a request's version")
    }
    if let baseline = baseline(&mapping, versionField: definition.versionField) { definition.baseline = baseline }
    check(definition, &mapping)
    problems += mapping.finish()
    return definition
  }

  /// `include: [health_checks, static_files]`
  private func include(_ value: YAMLNode, _ definition: inout GateDefinition, _ mapping: inout MappingReader) {
    var items = [value]
    if case .sequence(let list) = value.value { items = list }
    for item in items {
      switch item.text {
      case "health_checks": definition.countsHealthChecks = true
      case "static_files": definition.countsStaticFiles = true
      default:
        mapping.fail(
          item, "'include' counts what is otherwise left out: health_checks, static_files, or both as a list")
      }
    }
  }

  private var fileName: String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.split(separator: ".").first.map(String.init) ?? last
  }

  private func whole(_ key: String, _ range: ClosedRange<Int>, _ mapping: inout MappingReader) -> Int? {
    guard let value = mapping.value(key) else { return nil }
    if let count = value.integer, range.contains(count) { return count }
    mapping.fail(value, "'\(key)' is a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// `10 %` or `10%` as 0.1.
  private static func share(_ text: String) -> Double? {
    guard text.last == "%" else { return nil }
    let number = text.dropLast()
    return Double(number.last == " " ? number.dropLast() : number).map { $0 / 100 }
  }

  // MARK: Stages

  private mutating func stages(_ mapping: inout MappingReader) -> [GateDefinition.Stage] {
    guard let list = mapping.required("stages", "[{for: 10m}]") else { return [] }
    guard case .sequence(let items) = list.value else {
      mapping.fail(list, "'stages' is a list (- for: 10m), not \(list.kind)")
      return []
    }
    if items.isEmpty { mapping.fail(list, "there is no stage; write for example `stages: [{for: 10m}]`") }
    if items.count > Self.mostStages { mapping.fail(list, "there are more than \(Self.mostStages) stages") }
    var stages: [GateDefinition.Stage] = []
    for (number, item) in items.prefix(Self.mostStages).enumerated() {
      if let stage = stage(item, number: number + 1) { stages.append(stage) }
    }
    return stages
  }

  private mutating func stage(_ node: YAMLNode, number: Int) -> GateDefinition.Stage? {
    var mapping = MappingReader(node, path: path, what: "a stage")
    var share: Double?
    var shareText: String?
    if let value = mapping.value("share") {
      share = value.text.flatMap(Self.share)
      shareText = value.text
      if !(share.map { $0 > 0 && $0 <= 1 } ?? false) {
        mapping.fail(value, "'share' is the new version's part of the traffic, above 0 % and at most 100 %, as 10 %")
      }
    }
    var span: (least: Int64, most: Int64)?
    if let value = mapping.required("for", "10m") { span = self.span(value, &mapping) }
    let name = mapping.text("name") ?? shareText ?? "stage \(number)"
    let found = mapping.finish()
    problems += found
    guard let span, found.isEmpty else { return nil }
    return GateDefinition.Stage(name: name, share: share, duration: span.least, longest: span.most)
  }

  /// `10m`, or `4m..12m`: at least and at most.
  private func span(_ value: YAMLNode, _ mapping: inout MappingReader) -> (least: Int64, most: Int64)? {
    if let span = value.text.flatMap(GateReader.span) { return span }
    mapping.fail(value, "'for' is a duration with its unit, as 10m, or the least and the most as 4m..12m")
    return nil
  }

  /// `10m`, or `4m..12m`; nil for anything else, also where the second is not the longer one.
  package static func span(_ text: String) -> (least: Int64, most: Int64)? {
    guard let dots = text.firstRange(of: "..") else {
      return OptionValue.duration(text).flatMap { $0 > 0 ? ($0, $0) : nil }
    }
    guard let least = OptionValue.duration(String(text[..<dots.lowerBound])),
      let most = OptionValue.duration(String(text[dots.upperBound...])), least > 0, most > least
    else { return nil }
    return (least, most)
  }

  // MARK: Objectives

  private mutating func objectives(_ mapping: inout MappingReader) -> [Objective] {
    guard let list = mapping.required("objectives", "[error_rate < 2 %]") else { return [] }
    guard case .sequence(let items) = list.value else {
      mapping.fail(list, "'objectives' is a list (- error_rate < 2 %), not \(list.kind)")
      return []
    }
    if items.isEmpty {
      mapping.fail(list, "there is no objective; write for example `objectives: [error_rate < 2 %]`")
    }
    if items.count > Self.mostObjectives { mapping.fail(list, "there are more than \(Self.mostObjectives) objectives") }
    return items.prefix(Self.mostObjectives).compactMap { item in
      if case .mapping = item.value { return objective(mapping: item) }
      return objective(item, "an objective")
    }
  }

  private mutating func objective(mapping node: YAMLNode) -> Objective? {
    var mapping = MappingReader(node, path: path, what: "an objective")
    let value = mapping.required("objective", "p95 < 300 ms")
    var objective = value.flatMap { self.objective($0, "'objective'") }
    if let condition = mapping.value("where") {
      guard let text = condition.text else {
        mapping.fail(condition, "'where' is a condition on requests, not \(condition.kind)")
        problems += mapping.finish()
        return nil
      }
      do throws(FilterError) {
        objective?.condition = try FilterExpression(parsing: text)
      } catch {
        problems.append(problem(condition, error.column - 1, "'where': \(error.message)"))
        objective = nil
      }
      if let value, case .findings = objective?.metric {
        mapping.fail(value, "findings are not requests: they cannot have a 'where'")
      }
    }
    for key in ["per", "by"] {
      guard let value = mapping.value(key) else { continue }
      if key == "by", mapping.value("per") != nil {
        mapping.fail(value, "'by' is another word for 'per': give one of them")
      } else if let part = value.text.flatMap(Objective.Part.init) {
        objective?.per = part
        if let fault = Self.fault(of: objective, per: part) { mapping.fail(value, fault) }
      } else {
        let near = value.text.flatMap { NameSuggestion.closest(to: $0, in: Objective.Part.allCases.map(\.rawValue)) }
        mapping.fail(
          value,
          "'\(key)' is route or instance; nothing else can be judged separately"
            + (near.map { "; did you mean \($0)?" } ?? ""))
      }
    }
    let found = mapping.finish()
    problems += found
    return found.isEmpty ? objective : nil
  }

  /// What cannot be told apart so.
  private static func fault(of objective: Objective?, per part: Objective.Part) -> String? {
    switch objective?.metric {
    case .findings: "findings are not requests: they cannot be judged by \(part.rawValue)"
    case .unfinishedRate where part == .instance: "a request without an end names no instance"
    default: nil
    }
  }

  private mutating func objective(_ node: YAMLNode, _ what: String) -> Objective? {
    guard let text = node.text, !node.isNull else {
      problems.append(ConfigurationProblem(node, in: path, "\(what) is a text as `error_rate < 2 %`, not \(node.kind)"))
      return nil
    }
    do throws(ObjectiveReader.Fault) {
      return try ObjectiveReader.read(text)
    } catch {
      problems.append(problem(node, error.offset, error.message))
      return nil
    }
  }

  /// A problem inside of a text: `offset` characters from its beginning.
  private func problem(_ node: YAMLNode, _ offset: Int, _ message: String) -> ConfigurationProblem {
    var quote = 0
    if case .scalar(_, isPlain: false) = node.value { quote = 1 }
    return ConfigurationProblem(path: path, line: node.line, column: node.column + quote + offset, message)
  }

  // MARK: Baseline

  private mutating func baseline(_ mapping: inout MappingReader, versionField: String?) -> GateDefinition.Baseline? {
    guard let value = mapping.value("baseline") else { return nil }
    let help = "'baseline' is absolute, version, {span: 10m} or {log: before.log}"
    switch value.value {
    case .scalar("absolute", _): return .absolute
    case .scalar("version", _):
      if versionField == nil {
        mapping.fail(value, "'baseline: version' needs 'version_field': the field that names a request's version")
      }
      return .version
    case .scalar(let text, _):
      let near = NameSuggestion.closest(to: text, in: ["absolute", "version"]).map { "; did you mean '\($0)'?" } ?? ""
      mapping.fail(value, "\(help); '\(text)' is not\(near)")
      return nil
    case .sequence:
      mapping.fail(value, "\(help), not a list")
      return nil
    case .mapping:
      var inner = MappingReader(value, path: path, what: "'baseline'")
      let span = inner.duration("span")
      let log = inner.text("log")
      let found = inner.finish()
      mapping.add(found)
      if let span, log == nil { return .span(span) }
      if let log, span == nil { return .log(log) }
      if found.isEmpty { mapping.fail(value, help) }
      return nil
    }
  }

  // MARK: What does not fit together

  private func check(_ definition: GateDefinition, _ mapping: inout MappingReader) {
    if definition.baseline == .absolute, mapping.value("baseline")?.text != nil || mapping.value("baseline") == nil,
      let relative = definition.objectives.first(where: { $0.limit.isRelative })
    {
      mapping.fail(
        mapping.value("baseline") ?? mapping.node,
        "'\(relative.text)' compares with a baseline, and there is none: give 'baseline' as {span: 10m}, "
          + "{log: before.log} or version"
      )
    }
    if definition.baseline == .version, let value = mapping.value("baseline"),
      let odd = definition.objectives.first(where: { $0.limit.isRelative && $0.isOfTheService })
    {
      mapping.fail(
        value, "'\(odd.text)' is about the whole service: it has no other version to compare with; use {span: 10m}")
    }
    if let list = mapping.value("stages"), case .sequence(let items) = list.value,
      items.count == definition.stages.count
    {
      for (node, stage) in zip(items, definition.stages) {
        if stage.duration <= definition.warmUp {
          mapping.fail(node, "this stage is over before its warm-up ('warm_up') is")
        } else if stage.longest / definition.window > Self.mostWindows {
          mapping.fail(node, "this stage has more than \(Self.mostWindows) windows ('window')")
        }
      }
    }
    if definition.requestConditions.count > GateDefinition.mostConditions, let list = mapping.value("objectives") {
      mapping.fail(
        list,
        "there are \(definition.requestConditions.count) conditions ('where' and ratio(…)); "
          + "\(GateDefinition.mostConditions) at most"
      )
    }
  }
}
