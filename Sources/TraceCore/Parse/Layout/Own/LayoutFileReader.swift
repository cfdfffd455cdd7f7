internal import Config
internal import Patterns

/// Reads a file of layouts (`layouts/*.yml`, `--layout FILE`), with everything wrong in it reported at once.
struct LayoutFileReader {
  private let path: String
  private var file: LayoutFile
  private var problems: [ConfigurationProblem] = []

  private init(path: String) {
    self.path = path
    file = LayoutFile(path: path)
  }

  static func read(_ documents: [YAMLNode], path: String) throws(ConfigurationProblems) -> LayoutFile {
    var reader = LayoutFileReader(path: path)
    for document in documents { reader.read(document) }
    guard reader.problems.isEmpty else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return reader.file
  }

  private mutating func read(_ document: YAMLNode) {
    var mapping = MappingReader(document, path: path, what: "a file of layouts")
    _ = mapping.text("description")
    if let list = mapping.required("layouts", "a list of layouts") {
      if case .sequence(let items) = list.value {
        for item in items { layout(item) }
        if items.isEmpty { mapping.fail(list, "'layouts' is empty: it needs at least one layout (- name: …)") }
      } else {
        mapping.fail(list, "'layouts' is a list (- name: …), not \(list.kind)")
      }
    }
    problems += mapping.finish()
  }

  private mutating func layout(_ node: YAMLNode) {
    var mapping = MappingReader(node, path: path, what: "a layout")
    let name = mapping.requiredText("name", "orders")
    if let name { check(name, node, &mapping) }
    _ = mapping.text("description")
    let place = mapping.value("place")
    if let place, place.integer == nil {
      mapping.fail(place, "'place' is a number: the strictest layout has the lowest")
    }
    let times = timeFormats(&mapping)
    let levels = levels(&mapping)
    fields(&mapping)
    let format = mapping.value("format")
    let regex = mapping.value("regex")
    let samples = mapping.value("samples")
    if let form = form(format, regex, node, &mapping) {
      let source: String
      switch form {
      case .format(let text): source = text
      case .pattern(let matcher): source = matcher.regex.pattern
      case .json: source = "one JSON object a line"
      }
      if !levels.isEmpty, case .format = form {
        mapping.fail(node, "'levels' belongs to a regular expression; a format's own levels are known")
      }
      file.definitions.append(
        LayoutDefinition(name: name ?? "", form: form, source: source, timeFormats: times, levels: levels))
      file.places.append(place?.integer)
      compile(format ?? regex ?? node, &mapping)
    }
    if let samples { self.samples(samples, name ?? "", &mapping) }
    problems += mapping.finish()
  }

  private func check(_ name: String, _ node: YAMLNode, _ mapping: inout MappingReader) {
    let isName =
      !name.isEmpty && name.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F }
    if !isName { mapping.fail(node, "'name' is a name of a-z, 0-9, - and _; '\(name)' is not") }
    if ["json", "logfmt", "generic", "wrapped", "syslog", "syslog5424"].contains(name) {
      mapping.fail(node, "'\(name)' is the name of a layout that is built in: choose another")
    }
    if file.definitions.contains(where: { $0.name == name }) {
      mapping.fail(node, "two layouts are named '\(name)': rename one")
    }
  }

  // MARK: Parts

  private func form(
    _ format: YAMLNode?, _ regex: YAMLNode?, _ node: YAMLNode, _ mapping: inout MappingReader
  ) -> LayoutDefinition.Form? {
    switch (format, regex) {
    case (nil, nil):
      if case .mapping = node.value {
        mapping.fail(
          node, "a layout has a 'format', as its program's configuration has it, or a 'regex' with named groups")
      }
      return nil
    case (.some, .some(let regex)):
      mapping.fail(regex, "a layout has a 'format' or a 'regex', not both")
      return nil
    case (.some(let format), nil):
      guard let text = mapping.text(of: format, "format") else { return nil }
      return .format(text)
    case (nil, .some(let regex)):
      guard let text = mapping.text(of: regex, "regex") else { return nil }
      do throws(PatternError) {
        let compiled = try Regex(text)
        if let problem = LayoutFileReader.problem(of: compiled) {
          mapping.fail(regex, problem)
          return nil
        }
        return .pattern(CaptureMatcher(compiled))
      } catch {
        mapping.fail(regex, "'regex': \(error.description)")
        return nil
      }
    }
  }

  /// Why a regular expression is no layout; nil if it is one.
  static func problem(of regex: Regex) -> String? {
    if regex.captureNames.isEmpty {
      return "'regex' has no named group, as (?<time>\\S+ \\S+): nothing of the line would be known"
    }
    if regex.matchesNothing {
      return "'regex' fits an empty line, and so every one: begin it with ^ and a part that must be there"
    }
    return nil
  }

  /// Compiles the last layout, so that what is wrong with it is said here.
  private func compile(_ node: YAMLNode, _ mapping: inout MappingReader) {
    guard let definition = file.definitions.last, case .format(let text) = definition.form else { return }
    do throws(LayoutSource.Problem) {
      _ = try LayoutSource.compile(text, name: definition.name, catalog: FieldCatalog(map: file.map))
    } catch {
      mapping.fail(node, "'format': \(error.message)")
    }
  }

  private func timeFormats(_ mapping: inout MappingReader) -> [TimeFormat] {
    mapping.nodes("time").compactMap { node in
      do throws(TimeFormat.Problem) {
        let format = try TimeFormat(strptime: node.text ?? "")
        if !format.isComplete { mapping.fail(node, "'time': '\(format.text)' has no date and clock time") }
        return format
      } catch {
        mapping.fail(node, "'time': \(error.message)")
        return nil
      }
    }
  }

  /// `fields: { took: duration_ms }`: the log's name, and a field with its unit.
  private mutating func fields(_ mapping: inout MappingReader) {
    guard let node = mapping.value("fields") else { return }
    guard case .mapping(let members) = node.value else {
      return mapping.fail(node, "'fields' is a mapping (took: duration_ms), not \(node.kind)")
    }
    for member in members {
      guard let name = member.key.text, let target = member.value.text else {
        mapping.fail(member.value, "'fields' names a field for each name of the log: took: duration_ms")
        continue
      }
      var parts = target.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
      if parts.count == 1, target.hasPrefix("duration_") { parts = ["duration", String(target.dropFirst(9))] }
      do throws(FieldMap.Problem) {
        try file.map.read("\(parts.first ?? "")=\(name)\(parts.count > 1 ? ":" + parts[1] : "")")
      } catch {
        mapping.fail(member.value, error.message)
      }
    }
  }

  private func levels(_ mapping: inout MappingReader) -> [String: Level] {
    guard let node = mapping.value("levels") else { return [:] }
    guard case .mapping(let members) = node.value else {
      mapping.fail(node, "'levels' is a mapping (W: warning), not \(node.kind)")
      return [:]
    }
    var levels: [String: Level] = [:]
    for member in members {
      guard let word = member.key.text, let level = member.value.text.flatMap(Level.init(text:)) else {
        mapping.fail(
          member.value,
          "'\(member.value.text ?? member.value.kind)' is no level; levels are "
            + Level.allCases.dropFirst().map(\.name).joined(separator: ", "))
        continue
      }
      levels[word] = level
    }
    return levels
  }

  // MARK: Samples

  private mutating func samples(_ node: YAMLNode, _ layout: String, _ mapping: inout MappingReader) {
    guard case .sequence(let items) = node.value else {
      return mapping.fail(node, "'samples' is a list (- line: …), not \(node.kind)")
    }
    for item in items {
      if let text = item.text {
        file.samples.append(
          LayoutFile.Sample(
            layouts: [layout], text: text, fits: true, expected: [], line: item.line, column: item.column))
        continue
      }
      guard case .mapping(let members) = item.value else {
        mapping.fail(item, "a sample is a mapping (line: …, level: …), not \(item.kind)")
        continue
      }
      var sample = LayoutFile.Sample(
        layouts: [layout], text: "", fits: true, expected: [], line: item.line, column: item.column)
      var hasLine = false
      for member in members {
        switch member.key.text {
        case "line":
          hasLine = member.value.text != nil
          sample.text = member.value.text ?? ""
        case "fits":
          sample.fits = member.value.bool ?? true
          if member.value.bool == nil { mapping.fail(member.value, "'fits' is true or false") }
        case .some(let name):
          guard let text = member.value.text else {
            mapping.fail(member.value, "'\(name)' is a text, not \(member.value.kind)")
            continue
          }
          sample.expected.append(
            LayoutFile.Expectation(
              name: name, value: member.value.isNull ? nil : text, line: member.value.line, column: member.value.column)
          )
        case nil: mapping.fail(member.key, "a key must be a text, not \(member.key.kind)")
        }
      }
      if hasLine {
        file.samples.append(sample)
      } else {
        mapping.fail(item, "'line' is missing: the line as the log has it")
      }
    }
  }
}

extension Level {
  /// A level by its name or any word for it.
  package init?(text: String) {
    let bytes = ContiguousArray(text.utf8)
    guard let level = Level(word: bytes.span, from: 0, to: bytes.count) else { return nil }
    self = level
  }
}
