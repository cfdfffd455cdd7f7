internal import Config
internal import Patterns

/// Reads a format file of lnav (https://docs.lnav.org/en/latest/formats.html), which is JSON: its expressions, the form of its
/// times, its levels, and which groups are the body, the operation id and the duration.
///
/// What only shows or colours is passed over. What would change how a line is read and is not supported, is refused by name.
struct LnavReader {
  private let path: String
  private var file: LayoutFile
  private var problems: [ConfigurationProblem] = []

  /// Keys that say how a line is shown, which files it is looked for in, or what is asked about it: no line is read otherwise.
  private static let shown: Set<String> = [
    "title", "description", "url", "$schema", "hide-extra", "line-format", "highlights", "tags", "partitions",
    "multiline",
    "search-table", "ordered-by-time", "file-pattern", "mime-types", "max-unrecognized-lines", "thread-id-field",
    "src-file-field", "src-line-field", "src-location-field", "action", "opid", "convert-to-local-time", "module-field",
    "module-format", "start-ts-field", "body-field-hidden", "aliases", "watch-expressions", "sql", "lnav",
    "duration-divisor",
    "timestamp-divisor", "describe",
  ]

  /// Keys whose meaning is missing here.
  private static let refused: [String: String] = [
    "converter": "the file would have to go through another program first",
    "level-pointer": "levels by a pointer into JSON",
    "subsecond-field": "fractions of a second in a field of their own",
    "subsecond-units": "fractions of a second in a field of their own",
    "inherits": "formats that are built on others",
    "start-timestamp-field": "a record's own first time",
    "timestamp-point-of-reference": "times that count from another",
  ]

  /// Names of groups in lnav's own formats, which are those of W3C's extended log file format.
  private static let names: [(name: String, field: StandardField)] = [
    ("cs_method", .method), ("cs_uri_stem", .path), ("sc_status", .status),
  ]

  /// Forms that lnav knows by itself and that are not among skein's own, since they look like other things.
  private static let usualTimes: [TimeFormat] = [
    "%m%d %H:%M:%S.%f", "%Y%m%d %H:%M:%S.%f", "%y%m%d %H%M%S", "%y%m%d %H:%M:%S", "%y/%m/%d %H:%M:%S", "%m.%d %H:%M:%S",
    "%a %b %d %H:%M:%S:%f %Y", "%Y-%m-%d %H:%M:%S:%f %z", "%Y-%m-%d %H:%M:%S:%f", "%Y-%m-%d %k:%M:%S",
    "%m/%d/%Y %I:%M:%S:%f %p %Z", "%Y-%m-%dT%I:%M:%S %p %Z", "%d/%b/%Y %H:%M:%S", "%a %b %d %H:%M:%S %Z %Y", "%s",
  ].compactMap { try? TimeFormat(lnav: $0) }

  private init(path: String) {
    self.path = path
    file = LayoutFile(path: path)
  }

  /// Whether a document is one of lnav's: it says so, or its members have expressions under `regex`.
  static func isFormat(_ document: YAMLNode) -> Bool {
    guard case .mapping(let members) = document.value else { return false }
    return members.contains { member in
      if member.key.text == "$schema" { return member.value.text?.contains("lnav") == true }
      guard case .mapping(let parts) = member.value.value else { return false }
      return parts.contains { ["regex", "json", "file-type"].contains($0.key.text) }
    }
  }

  /// lnav's files may have comments, which JSON has not; each byte of them becomes a blank.
  static func withoutComments(_ text: [UInt8]) -> [UInt8] {
    guard text.first(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) == 0x7B else { return text }
    var out = text
    var i = 0
    var inString = false
    while i < out.count {
      if inString {
        if out[i] == 0x5C { i += 1 } else if out[i] == 0x22 { inString = false }
      } else if out[i] == 0x22 {
        inString = true
      } else if out[i] == 0x09 {
        // A tab is no indentation in YAML.
        out[i] = 0x20
      } else if out[i] == 0x2F, i + 1 < out.count, out[i + 1] == 0x2F {
        while i < out.count, out[i] != 0x0A {
          out[i] = 0x20
          i += 1
        }
      } else if out[i] == 0x2F, i + 1 < out.count, out[i + 1] == 0x2A {
        while i < out.count, !(out[i] == 0x2A && i + 1 < out.count && out[i + 1] == 0x2F) {
          if out[i] != 0x0A { out[i] = 0x20 }
          i += 1
        }
        for j in i..<min(i + 2, out.count) { out[j] = 0x20 }
      }
      i += 1
    }
    return out
  }

  static func read(_ document: YAMLNode, path: String) throws(ConfigurationProblems) -> LayoutFile {
    var reader = LnavReader(path: path)
    if case .mapping(let members) = document.value {
      for member in members where member.key.text != "$schema" {
        if let name = member.key.text { reader.format(name, member.value) }
      }
    }
    if reader.problems.isEmpty, reader.file.definitions.isEmpty {
      reader.problems.append(ConfigurationProblem(document, in: path, "there is no format in this file"))
    }
    guard reader.problems.isEmpty else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return reader.file
  }

  // MARK: One format

  private mutating func format(_ name: String, _ node: YAMLNode) {
    var mapping = MappingReader(node, path: path, what: "a format")
    for (key, reason) in LnavReader.refused.sorted(by: { $0.key < $1.key }) {
      if let value = mapping.value(key) {
        mapping.fail(value, "'\(key)' is not supported: \(reason)")
      }
    }
    for key in LnavReader.shown { _ = mapping.value(key) }
    let levelGroup = fields(&mapping)
    let formats = timeFormats(&mapping)
    let levels = levels(&mapping)
    let type = mapping.text("file-type")
    let isJSON = mapping.bool("json") == true || type == "json"
    if let type, !["text", "json", "logfmt"].contains(type), let value = mapping.value("file-type") {
      mapping.fail(value, "'file-type' \(type) is not supported")
    }
    let expressions = mapping.value("regex")
    let samples = mapping.value("sample")
    let values = mapping.value("value")
    if let values { self.values(values, &mapping) }
    var layouts: [String] = []
    if isJSON || type == "logfmt" {
      if type == "logfmt" {
        mapping.fail(node, "'file-type' logfmt needs no format here: such lines are read as they are")
      } else {
        if !levels.isEmpty, let value = mapping.value("level") {
          mapping.fail(value, "'level' of a JSON format is not supported: words and numbers of its own")
        }
        file.definitions.append(LayoutDefinition(name: "json", form: .json, source: "one JSON object a line"))
        file.places.append(nil)
        layouts.append("json")
      }
    } else if let expressions {
      layouts = self.expressions(expressions, name, formats, levels, levelGroup, &mapping)
    } else if case .mapping = node.value {
      mapping.fail(node, "'regex' is missing: a format has expressions, or \"json\": true")
    }
    if let samples { self.samples(samples, layouts, &mapping) }
    problems += mapping.finish()
  }

  private mutating func expressions(
    _ node: YAMLNode, _ name: String, _ formats: [TimeFormat], _ levels: [LayoutDefinition.LevelPattern],
    _ levelGroup: String?,
    _ mapping: inout MappingReader
  ) -> [String] {
    guard case .mapping(let members) = node.value else {
      mapping.fail(node, "'regex' is a mapping of expressions, not \(node.kind)")
      return []
    }
    var layouts: [String] = []
    for member in members {
      var pattern = MappingReader(member.value, path: path, what: "an expression")
      _ = pattern.value("description")
      if pattern.bool("module-format") == true {
        // It only takes off what another format stands in.
        file.remarks.append(
          ConfigurationProblem(member.key, in: path, "'module-format': the inner format is not looked for"))
      }
      if let value = pattern.required("pattern", "^(?<timestamp>\\\\S+) (?<body>.*)$"), let text = value.text {
        do throws(PatternError) {
          let regex = try Regex(text)
          if let problem = LayoutFileReader.problem(of: regex) {
            pattern.fail(value, problem)
          } else {
            let label = members.count == 1 ? name : "\(name)/\(member.key.text ?? "")"
            var definition = LayoutDefinition(
              name: label, form: .pattern(CaptureMatcher(regex)), source: text, timeFormats: formats)
            definition.levelPatterns = levels
            definition.levelGroup = levelGroup
            definition.fallbackFormats = LnavReader.usualTimes
            file.definitions.append(definition)
            file.places.append(nil)
            layouts.append(label)
          }
        } catch {
          pattern.fail(value, "'pattern': \(error.description)")
        }
      }
      mapping.add(pattern.finish())
    }
    return layouts
  }

  // MARK: Parts

  /// The keys that name a group, and the field that it is.
  ///
  /// - Returns: the group that says the level, where it has a meaning of its own.
  private mutating func fields(_ mapping: inout MappingReader) -> String? {
    var levelGroup: String?
    let keys: [(key: String, field: StandardField)] = [
      ("timestamp-field", .time), ("time-field", .time), ("level-field", .level), ("body-field", .message),
      ("opid-field", .requestID),
      ("duration-field", .duration),
    ]
    for (key, field) in keys {
      guard let value = mapping.value(key) else { continue }
      guard let name = value.text else {
        mapping.fail(value, "'\(key)' is a name, not \(value.kind)")
        continue
      }
      // A level that is a status is no name for the level.
      if field == .level, LnavReader.names.contains(where: { $0.name == name }) {
        levelGroup = name
        continue
      }
      map(FieldMap.Entry(field: field, name: name.split(separator: "/").joined(separator: ".")), value, &mapping)
    }
    return levelGroup
  }

  private mutating func map(_ entry: FieldMap.Entry, _ node: YAMLNode, _ mapping: inout MappingReader) {
    if FieldCatalog.plain[entry.name].standard == entry.field, entry.field != .requestID { return }
    do throws(FieldMap.Problem) {
      try file.map.add(entry)
    } catch {
      mapping.fail(node, error.message)
    }
  }

  private mutating func values(_ node: YAMLNode, _ mapping: inout MappingReader) {
    guard case .mapping(let members) = node.value else {
      return mapping.fail(node, "'value' is a mapping, not \(node.kind)")
    }
    let kinds: Set<String> = [
      "string", "integer", "float", "json", "xml", "quoted", "timestamp", "boolean", "text", "any", "struct",
    ]
    for member in members {
      guard let name = member.key.text else { continue }
      if let known = LnavReader.names.first(where: { $0.name == name }) {
        map(FieldMap.Entry(field: known.field, name: name), member.key, &mapping)
      }
      guard case .mapping(let parts) = member.value.value else { continue }
      for part in parts where part.key.text == "kind" {
        if let kind = part.value.text, !kinds.contains(kind) {
          mapping.fail(part.value, "'kind' \(kind) is not supported")
        }
      }
    }
  }

  private func timeFormats(_ mapping: inout MappingReader) -> [TimeFormat] {
    mapping.nodes("timestamp-format").compactMap { node in
      do throws(TimeFormat.Problem) {
        return try TimeFormat(lnav: node.text ?? "")
      } catch {
        mapping.fail(node, "'timestamp-format': \(error.message)")
        return nil
      }
    }
  }

  private func levels(_ mapping: inout MappingReader) -> [LayoutDefinition.LevelPattern] {
    guard let node = mapping.value("level") else { return [] }
    guard case .mapping(let members) = node.value else {
      mapping.fail(node, "'level' is a mapping of levels to expressions, not \(node.kind)")
      return []
    }
    var levels: [LayoutDefinition.LevelPattern] = []
    for member in members {
      let word = member.key.text ?? ""
      // lnav has debug2 … debug5 and stats.
      let name = String(word.prefix { $0.isLetter })
      guard let level = Level(text: name == "stats" ? "info" : name) else {
        mapping.fail(member.key, "'\(word)' is no level")
        continue
      }
      let texts: [YAMLNode] = if case .sequence(let items) = member.value.value { items } else { [member.value] }
      for item in texts {
        guard let text = item.text else {
          mapping.fail(item, "a level is an expression or a number, not \(item.kind)")
          continue
        }
        do throws(PatternError) {
          let regex = try Regex(item.integer == nil ? text : "^\(text)$")
          levels.append(LayoutDefinition.LevelPattern(level: level, matcher: CaptureMatcher(regex)))
        } catch {
          mapping.fail(item, "'level': \(error.description)")
        }
      }
    }
    return levels
  }

  private mutating func samples(_ node: YAMLNode, _ layouts: [String], _ mapping: inout MappingReader) {
    guard case .sequence(let items) = node.value else {
      return mapping.fail(node, "'sample' is a list, not \(node.kind)")
    }
    for item in items {
      var sample = MappingReader(item, path: path, what: "a sample")
      _ = sample.value("description")
      let level = sample.value("level")
      if let text = sample.requiredText("line", "2026-11-23T06:47:55.003Z info hello") {
        let expected = level.map { node in
          // fatal, debug2 and stats are words of lnav's; a line without a level is info there.
          let word = String((node.text ?? "").prefix { $0.isLetter })
          return LayoutFile.Expectation(
            name: "level", value: word == "stats" ? "info" : word, orMissing: word == "info", line: node.line,
            column: node.column)
        }
        file.samples.append(
          LayoutFile.Sample(
            layouts: layouts, text: text, fits: true, expected: expected.map { [$0] } ?? [], line: item.line,
            column: item.column))
      }
      mapping.add(sample.finish())
    }
  }
}
