internal import Analysis
internal import Config
internal import Pipeline
internal import RulePack
internal import TraceCore

// The objectives of a file of alerts: what is promised over weeks, as a gate writes it.

extension AlertSettingsReader {
  private static let example = "[{name: checkout, objective: error_rate < 2 %}]"

  mutating func objectives(_ mapping: inout MappingReader) -> [BudgetObjective] {
    guard let list = mapping.value("objectives") else { return [] }
    guard case .sequence(let items) = list.value, !items.isEmpty else {
      mapping.fail(list, "'objectives' is a list of objectives, as \(AlertSettingsReader.example)")
      return []
    }
    if items.count > BudgetObjective.most {
      mapping.fail(list, "'objectives' has \(items.count) entries; \(BudgetObjective.most) at most")
    }
    var objectives: [BudgetObjective] = []
    for item in items.prefix(BudgetObjective.most) {
      guard let objective = objective(item) else { continue }
      if objectives.contains(where: { $0.name == objective.name }) {
        mapping.fail(item, "there are two objectives '\(objective.name)': each has a name of its own")
      }
      objectives.append(objective)
    }
    let questions = objectives.reduce(0) { $0 + $1.conditions.count }
    if questions > GateDefinition.mostConditions {
      mapping.fail(
        list, "there are \(questions) conditions ('where' and ratio(…)); \(GateDefinition.mostConditions) at most")
    }
    return objectives
  }

  private mutating func objective(_ node: YAMLNode) -> BudgetObjective? {
    var mapping = MappingReader(node, path: path, what: "an objective")
    let name = name(&mapping)
    var objective = promise(&mapping)
    if let value = mapping.value("where") { objective = narrowed(objective, value, &mapping) }
    let window = window(&mapping)
    var severity: UInt8 = 1
    if let value = mapping.value("severity") {
      if let given = value.text.flatMap({ Severity($0) }) {
        severity = given.rawValue
      } else {
        mapping.fail(value, "'severity' of a burn is P0 to P3")
      }
    }
    let found = mapping.finish()
    problems += found
    guard found.isEmpty, let name, let objective, let window else { return nil }
    return BudgetObjective(name: name, objective: objective, window: window, severity: severity)
  }

  private func name(_ mapping: inout MappingReader) -> String? {
    guard let value = mapping.required("name", "checkout") else { return nil }
    let isName = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
    if let text = value.text, !text.isEmpty, text.count <= 60, text.allSatisfy(isName) { return text }
    mapping.fail(value, "'name' is at most 60 letters, digits, '-', '_' and '.', as checkout")
    return nil
  }

  /// `objective: error_rate < 2 %`, or `availability: 99.9 %`, which is the same turned around.
  private mutating func promise(_ mapping: inout MappingReader) -> Objective? {
    let availability = mapping.value("availability")
    guard let value = mapping.value("objective") else {
      if let availability { return available(availability, &mapping) }
      if mapping.problems.isEmpty {
        mapping.fail(
          mapping.node,
          "'objective' is missing; write for example `objective: error_rate < 2 %`, or `availability: 99.9 %`"
        )
      }
      return nil
    }
    if let availability { mapping.fail(availability, "'objective' and 'availability' say the same: give one") }
    guard let text = value.text else {
      mapping.fail(value, "'objective' is a text as `error_rate < 2 %`, not \(value.kind)")
      return nil
    }
    let objective: Objective
    do throws(ObjectiveReader.Fault) {
      objective = try ObjectiveReader.read(text)
    } catch {
      mapping.add([problem(value, error.offset, error.message)])
      return nil
    }
    guard BudgetObjective(name: "", objective: objective) != nil else {
      mapping.fail(
        value,
        "a budget is a share of requests: `error_rate < 2 %`, `p95 < 300 ms` (5 % may be slower), "
          + "`ratio(status = 429) < 1 %`; '\(text)' is none")
      return nil
    }
    return objective
  }

  private func available(_ value: YAMLNode, _ mapping: inout MappingReader) -> Objective? {
    let text = (value.text ?? "").filter { $0 != " " }
    if text.last == "%", let percent = Double(text.dropLast()), percent > 0, percent < 100 {
      return Objective(
        text: "availability > \(text.dropLast()) %", metric: .errorRate, comparison: .less,
        limit: .init(offset: (100 - percent) / 100))
    }
    mapping.fail(
      value, "'availability' is the share of requests that do not fail, above 0 % and below 100 %, as 99.9 %")
    return nil
  }

  private func narrowed(
    _ objective: Objective?, _ value: YAMLNode, _ mapping: inout MappingReader
  ) -> Objective? {
    guard let text = value.text else {
      mapping.fail(value, "'where' is a condition on requests, not \(value.kind)")
      return nil
    }
    guard var objective else { return nil }
    do throws(FilterError) {
      objective.condition = try FilterExpression(parsing: text)
      return objective
    } catch {
      mapping.add([problem(value, error.column - 1, "'where': \(error.message)")])
      return nil
    }
  }

  private func window(_ mapping: inout MappingReader) -> Int64? {
    guard let value = mapping.value("window") else { return BudgetObjective.usualWindow }
    if let window = value.text.flatMap(OptionValue.duration), window >= BudgetObjective.leastWindow,
      window <= BudgetObjective.longestWindow
    {
      return window
    }
    mapping.fail(value, "'window' is a duration with its unit, 1h to 90d, as 30d")
    return nil
  }

  /// A problem inside of a text: `offset` characters from its beginning.
  private func problem(_ node: YAMLNode, _ offset: Int, _ message: String) -> ConfigurationProblem {
    var quote = 0
    if case .scalar(_, isPlain: false) = node.value { quote = 1 }
    return ConfigurationProblem(path: path, line: node.line, column: node.column + quote + offset, message)
  }
}
