package import Config
internal import Patterns
internal import TraceCore

/// Reads a file of redactions: what is replaced beside what is built in, and what of that is not. Everything wrong in it is
/// reported at once.
package struct RedactionReader {
  private let path: String
  private var problems: [ConfigurationProblem] = []

  private init(path: String) { self.path = path }

  /// - Parameter path: as the user named it, for messages.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> RedactionRules.File {
    var reader = RedactionReader(path: path)
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    if documents.isEmpty {
      reader.problems.append(
        ConfigurationProblem(
          path: path, line: 1, column: 1, "there is nothing in this file; write `redactions: []` for none"))
    }
    var file = RedactionRules.File()
    for document in documents { reader.read(document, into: &file) }
    guard reader.problems.isEmpty else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return file
  }

  private mutating func read(_ document: YAMLNode, into file: inout RedactionRules.File) {
    var mapping = MappingReader(document, path: path, what: "a file of redactions")
    let list = mapping.value("redactions")
    let disabled = mapping.nodes("disable")
    mapping.refuseTwice(disabled, "disable")
    for node in disabled {
      guard let name = node.text else { continue }
      if RedactionRules.builtinKinds.contains(name) {
        file.disabled.append(name)
      } else {
        let near =
          NameSuggestion.closest(to: name, in: RedactionRules.builtinKinds).map { "; did you mean '\($0)'?" } ?? ""
        mapping.fail(
          node,
          "'disable' names what is built in: \(RedactionRules.builtinKinds.joined(separator: ", ")); '\(name)' is not\(near)"
        )
      }
    }
    if let list {
      if case .sequence(let items) = list.value {
        for item in items {
          if let rule = rule(item) { file.custom.append(rule) }
        }
      } else {
        mapping.fail(list, "'redactions' is a list (- name: …), not \(list.kind)")
      }
    } else if disabled.isEmpty, case .mapping = document.value, mapping.value("redactions") == nil {
      if !mapping.misspells(["redactions", "disable"], among: ["redactions", "disable"]) {
        mapping.fail(
          document, "'redactions' is missing; write for example `redactions: [{name: customer, pattern: 'C-\\d{6}'}]`")
      }
    }
    problems += mapping.finish()
  }

  private mutating func rule(_ node: YAMLNode) -> RedactionRules.Custom? {
    var mapping = MappingReader(node, path: path, what: "a redaction")
    let name = mapping.requiredText("name", "customer")
    if let name, !PackReader.isName(name) || name.utf8.first.map({ $0 &- 0x61 < 26 }) != true {
      mapping.fail(node, "'name' is a name of a-z, 0-9 and -, and begins with a letter; '\(name)' is not")
    }
    let source = mapping.required("pattern", "'C-\\d{6}'")
    let regex = source.flatMap { pattern($0, &mapping) }
    let group = mapping.text("group")
    if let regex, let group, regex.group(named: group) == nil, let place = mapping.value("group") {
      let names = regex.captureNames.map(\.name)
      mapping.fail(
        place,
        "'group': the pattern has no group named '\(group)'; "
          + (names.isEmpty
            ? "name one with (?<\(group)>…), or leave 'group' out" : "it has \(names.joined(separator: ", "))"))
    }
    let replacement = mapping.text("replace")
    if let regex, let replacement, let place = mapping.value("replace") { check(replacement, regex, place, &mapping) }
    let found = mapping.finish()
    problems += found
    guard found.isEmpty, let name, let regex else { return nil }
    return RedactionRules.Custom(name: name, pattern: regex, group: group, replacement: replacement)
  }

  private func pattern(_ node: YAMLNode, _ mapping: inout MappingReader) -> Regex? {
    guard let text = node.text else {
      mapping.fail(node, "'pattern' is a text, not \(node.kind)")
      return nil
    }
    do throws(PatternError) {
      let regex = try Regex(text)
      if regex.matchesNothing {
        mapping.fail(
          node, "'pattern' matches an empty text, so there is nothing to replace: make a part of it required")
        return nil
      }
      return regex
    } catch {
      let caret = String(repeating: " ", count: error.column - 1) + "^"
      mapping.fail(node, "'pattern' is not valid: \(error.description)\n  \(text)\n  \(caret)")
      return nil
    }
  }

  /// A document that is redacted again must stay as it is.
  private func check(_ replacement: String, _ regex: Regex, _ place: YAMLNode, _ mapping: inout MappingReader) {
    let bytes = Array(replacement.utf8)
    if case .match = regex.firstMatch(in: bytes.span, from: 0, to: bytes.count, scratch: MatchScratch()) {
      mapping.fail(place, "'replace' is matched by the pattern itself: give text that it does not match")
    }
  }
}
