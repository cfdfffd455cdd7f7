internal import Analysis
internal import Config
internal import Patterns
internal import RulePack
internal import TraceCore

/// Reads what an item of a checklist asks for: a command, a file, a signature, a log.
struct CheckReader {
  let path: String
  private(set) var problems: [ConfigurationProblem] = []

  init(path: String) { self.path = path }

  // MARK: run

  /// `[pytest, -q]`, or a mapping with `command`; nil where no command is filled in yet.
  mutating func command(_ node: YAMLNode) -> CommandCheck? {
    guard case .mapping = node.value else { return words(node).map { CommandCheck(words: $0) } }
    var mapping = MappingReader(node, path: path, what: "'run'")
    var check = CommandCheck(words: [])
    if let value = mapping.value("command"), let words = words(value) { check.words = words }
    if let value = mapping.value("exit") {
      if let code = value.integer, 0...255 ~= code {
        check.exitCode = Int32(code)
      } else {
        mapping.fail(value, "'exit' is the expected exit code, from 0 to 255")
      }
    }
    if let value = mapping.value("within"), let limit = within(value, &mapping) {
      check.limit = limit
      if limit > CommandCheck.longestLimit { mapping.fail(value, "'within' is at most 24h") }
    }
    check.folder = mapping.name("in")
    problems += mapping.finish()
    return check.words.isEmpty ? nil : check
  }

  private mutating func words(_ node: YAMLNode) -> [String]? {
    var nodes = [node]
    if case .sequence(let items) = node.value { nodes = items }
    var words: [String] = []
    for item in nodes {
      guard let word = item.text else {
        fail(item, "a command is a list of words, as [pytest, -q]; this is \(item.kind)")
        return nil
      }
      if word.contains("\0") { fail(item, "a word of a command has no NUL in it") }
      words.append(word)
    }
    guard let first = words.first else { return nil }
    if case .scalar = node.value, first.contains(where: \.isWhitespace) {
      let parts = first.split(whereSeparator: \.isWhitespace).joined(separator: ", ")
      fail(node, "a command is a list of words, and no shell reads it: [\(parts)] (or [sh, -c, '…'] for a shell)")
    } else if first.isEmpty {
      fail(node, "the command begins with an empty word; its first word is the program")
    }
    return words
  }

  /// `5m`, `5 min`, `within 5 min`: nanoseconds.
  private func within(_ node: YAMLNode, _ mapping: inout MappingReader) -> Int64? {
    var text = (node.text ?? "")[...]
    if text.hasPrefix("within ") { text = text.dropFirst("within ".count) }
    if text.hasSuffix("min") { text = text.dropLast(2) }
    if let duration = OptionValue.duration(String(text)), duration > 0 { return duration }
    mapping.fail(node, "this is a duration with its unit, as 60s or 5 min")
    return nil
  }

  // MARK: file

  /// A path, or a mapping with `path`; nil where none is filled in yet.
  mutating func file(_ node: YAMLNode) -> FileCheck? {
    var mapping: MappingReader
    switch node.value {
    case .scalar(let text, _):
      if text.contains("\0") { fail(node, "a path has no NUL in it") }
      return text.isEmpty ? nil : FileCheck(path: text)
    default: mapping = MappingReader(node, path: path, what: "'file' (or a path alone)")
    }
    var check = FileCheck(path: mapping.name("path") ?? "")
    check.exists = mapping.bool("exists") ?? true
    check.isNotEmpty = mapping.bool("not_empty") ?? false
    check.newerThan = mapping.duration("newer_than")
    for (key, isPattern, isWanted) in [
      ("contains", false, true), ("not_contains", false, false), ("matches", true, true), ("not_matches", true, false),
    ] {
      for content in mapping.nodes(key) {
        let text = content.text ?? ""
        if isPattern, let fault = CheckReader.fault(inPattern: text) {
          mapping.fail(content, "'\(key)': \(fault)")
        } else if text.isEmpty {
          mapping.fail(content, "'\(key)' is empty: every file has that in it")
        }
        check.contents.append(FileCheck.Content(text, isPattern: isPattern, isWanted: isWanted))
      }
    }
    if let value = mapping.value("mode") {
      if let mode = value.text.flatMap({ UInt32($0, radix: 8) }), mode <= 0o7777 {
        check.mode = mode
      } else {
        mapping.fail(value, "'mode' is the permissions that it may have at most, in octal: 0600")
      }
    }
    let isAsked = check.isNotEmpty || check.newerThan != nil || !check.contents.isEmpty || check.mode != nil
    if !check.exists, isAsked, let value = mapping.value("exists") {
      mapping.fail(value, "with 'exists: false' there is no file, and nothing else can be asked of it")
    }
    problems += mapping.finish()
    return check.path.isEmpty ? nil : check
  }

  private static func fault(inPattern text: String) -> String? {
    do throws(PatternError) {
      _ = try Regex(text, options: .multiline)
      return nil
    } catch {
      return error.description
    }
  }

  // MARK: manual

  mutating func manual(_ node: YAMLNode) -> ManualCheck {
    var mapping = MappingReader(node, path: path, what: "'manual'")
    var check = ManualCheck()
    check.who = mapping.text("who").flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    if let value = mapping.value("when") {
      if let text = value.text, let time = OptionValue.time(text) {
        check.when = ManualCheck.Signature(time: time, text: text)
      } else {
        mapping.fail(value, "'when' is a day or a time: 2026-11-23, or 2026-11-23T06:50:00Z")
      }
    }
    if let longest = mapping.duration("max_age") { check.longest = longest }
    check.note = mapping.text("note")
    problems += mapping.finish()
    return check
  }

  // MARK: log

  /// An expectation, or a mapping with `expect` or `gate`; nil where nothing is filled in yet.
  mutating func log(_ node: YAMLNode) -> LogCheck? {
    if case .mapping = node.value { return log(mapping: node) }
    var nodes = [node]
    if case .sequence(let items) = node.value { nodes = items }
    return nodes.isEmpty ? nil : LogCheck(.expect(nodes.compactMap { expectation($0) }))
  }

  private mutating func log(mapping node: YAMLNode) -> LogCheck? {
    var mapping = MappingReader(node, path: path, what: "'log'")
    let expected = mapping.nodes("expect")
    let gate = mapping.value("gate")
    let rollback = mapping.value("rollback")
    let from = mapping.value("from")
    var check = LogCheck(.expect(expected.compactMap { expectation($0) }))
    check.logs = mapping.names("logs")
    if let value = mapping.value("min_requests") {
      if let count = value.integer, 1...1_000_000_000 ~= count {
        check.leastRequests = Int64(count)
        if gate != nil { mapping.fail(value, "a gate has its own 'min_requests', in its file") }
      } else {
        mapping.fail(value, "'min_requests' is a whole number from 1 to 1000000000")
      }
    }
    if gate != nil, let first = expected.first {
      mapping.fail(first, "'expect' and 'gate' are two checks: make them two items")
    } else if let gate, let name = mapping.name("gate") {
      check.question = .gate(
        path: name, line: gate.line, column: gate.column, rollback: rollback.flatMap { within($0, &mapping) })
    } else if gate == nil, let rollback {
      mapping.fail(
        rollback, "'rollback' is measured from the fail of a gate: give 'gate', with a 'version_field' in it")
    }
    if let from {
      if gate == nil {
        mapping.fail(
          from, "'from' says when a gate began; a figure has its span in it: `error_rate from FROM..TO < 2 %`")
      } else if let time = from.text.flatMap(OptionValue.time) {
        check.from = time
      } else {
        mapping.fail(from, "'from' is a time, as 2026-11-23T06:50:00Z")
      }
    }
    problems += mapping.finish()
    return gate == nil && expected.isEmpty ? nil : check
  }

  private mutating func expectation(_ node: YAMLNode) -> Expectation? {
    guard let text = node.text else {
      fail(node, "an expectation is a text, as `error_rate < 2 %`, not \(node.kind)")
      return nil
    }
    do throws(Expectation.Fault) {
      return try Expectation(parsing: text)
    } catch {
      var quote = 0
      if case .scalar(_, isPlain: false) = node.value { quote = 1 }
      problems.append(
        ConfigurationProblem(path: path, line: node.line, column: node.column + quote + error.offset, error.message))
      return nil
    }
  }

  private mutating func fail(_ node: YAMLNode, _ message: String) {
    problems.append(ConfigurationProblem(node, in: path, message))
  }
}

extension MappingReader {
  /// The name of a file or folder.
  fileprivate mutating func name(_ key: String) -> String? {
    guard let value = value(key), let name = text(of: value, key) else { return nil }
    if name.contains("\0") || name.isEmpty {
      fail(value, "'\(key)' is a path; \(name.isEmpty ? "this is empty" : "a path has no NUL in it")")
    }
    return name
  }

  /// Names of files, folders, globs.
  mutating func names(_ key: String) -> [String] {
    let nodes = nodes(key)
    for node in nodes {
      if node.text == "-" {
        fail(node, "'\(key)' names files; standard input is given on the command line: skein ready LIST -")
      } else if node.text?.contains("\0") != false || node.text == "" {
        fail(node, "'\(key)' names files, folders or globs")
      }
    }
    return nodes.compactMap(\.text)
  }
}
