package import Analysis
package import Config
internal import TraceCore

/// Reads a checklist from YAML, with everything wrong in it reported at once.
///
/// It looks at no other file: whether a gate can be read is found where the checks are done.
package struct ChecklistReader {
  private static let mostItems = 1_000

  private let path: String
  private var problems: [ConfigurationProblem] = []

  private init(path: String) { self.path = path }

  /// - Parameter path: as the user named it, for messages.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> Checklist {
    var reader = ChecklistReader(path: path)
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    guard let document = documents.first else {
      throw ConfigurationProblems([
        ConfigurationProblem(
          path: path, line: 1, column: 1,
          "there is nothing in this file; skein ready --example prints a checklist to begin with")
      ])
    }
    if documents.count > 1 {
      reader.problems.append(
        ConfigurationProblem(documents[1], in: path, "a file holds one checklist; put the other in its own"))
    }
    let checklist = reader.checklist(document)
    guard reader.problems.isEmpty else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return checklist
  }

  private mutating func checklist(_ document: YAMLNode) -> Checklist {
    var mapping = MappingReader(document, path: path, what: "a checklist")
    let name = mapping.text("name") ?? fileName
    let logs = mapping.names("logs")
    var titles = Titles(path: path)
    let sections = list(
      "sections", "[{title: Tests, items: […]}]", "a checklist has sections (- title: Tests)", &mapping
    ).map { section($0, &titles) }
    let checklist = Checklist(name: name, logs: logs, sections: sections)
    if let list = mapping.value("sections"), checklist.items.count > Self.mostItems {
      mapping.fail(list, "there are more than \(Self.mostItems) items")
    }
    problems += mapping.finish() + titles.problems
    return checklist
  }

  private var fileName: String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.split(separator: ".").first.map(String.init) ?? last
  }

  /// The nodes of a list that must be there and not empty.
  private func list(_ key: String, _ example: String, _ empty: String, _ mapping: inout MappingReader) -> [YAMLNode] {
    guard let list = mapping.required(key, example) else { return [] }
    guard case .sequence(let items) = list.value else {
      mapping.fail(list, "'\(key)' is a list, not \(list.kind): \(empty)")
      return []
    }
    if items.isEmpty { mapping.fail(list, "this list is empty, and nothing is no pass: \(empty)") }
    return items
  }

  private mutating func section(_ node: YAMLNode, _ titles: inout Titles) -> Checklist.Section {
    var mapping = MappingReader(node, path: path, what: "a section")
    let title = titles.take(mapping.required("title", "Tests"), "section", &mapping)
    let items = list(
      "items", "[{title: Unit tests pass, run: [make, test]}]", "a section has items (- title: Unit tests pass)",
      &mapping
    ).compactMap { item($0, &titles) }
    problems += mapping.finish()
    return Checklist.Section(title: title, items: items)
  }

  // MARK: An item

  private static let kinds = ["run", "file", "manual", "log"]
  private static let itemKeys: Set<String> = ["title", "why", "how", "run", "file", "manual", "log"]

  private mutating func item(_ node: YAMLNode, _ titles: inout Titles) -> Checklist.Item? {
    var mapping = MappingReader(node, path: path, what: "an item")
    let title = titles.take(mapping.required("title", "Unit tests pass"), "item", &mapping)
    let (why, how) = (mapping.text("why"), mapping.text("how"))
    var given: [(kind: String, key: YAMLNode, value: YAMLNode?)] = []
    var members: [YAMLNode.Member] = []
    if case .mapping(let found) = node.value { members = found }
    for kind in Self.kinds {
      let value = mapping.value(kind)
      if let member = members.first(where: { $0.key.text == kind }) { given.append((kind, member.key, value)) }
    }
    var check: Checklist.Check?
    if let one = given.first, given.count == 1 {
      check = self.check(one.kind, one.value)
    } else if let second = given.max(by: { ($0.key.line, $0.key.column) < ($1.key.line, $1.key.column) }) {
      mapping.fail(second.key, "an item has one check, and '\(second.kind)' is one more: make it an item of its own")
    } else if !members.isEmpty, !mapping.misspells(Self.kinds, among: Self.itemKeys) {
      mapping.fail(
        node, "this item checks nothing: give it one of \(Self.kinds.joined(separator: ", ")) (empty, it is unknown)")
    }
    problems += mapping.finish()
    return check.map { Checklist.Item(title: title, why: why, how: how, check: $0) }
  }

  private mutating func check(_ kind: String, _ value: YAMLNode?) -> Checklist.Check {
    var reader = CheckReader(path: path)
    defer { problems += reader.problems }
    switch kind {
    case "run": return .run(value.flatMap { reader.command($0) })
    case "file": return .file(value.flatMap { reader.file($0) })
    case "manual": return .manual(value.map { reader.manual($0) } ?? ManualCheck())
    default: return .log(value.flatMap { reader.log($0) })
    }
  }

  /// Sections and items are called by their titles, so each has one of its own.
  private struct Titles {
    let path: String
    private var lines: [String: Int] = [:]
    private(set) var problems: [ConfigurationProblem] = []

    init(path: String) { self.path = path }

    mutating func take(_ node: YAMLNode?, _ what: String, _ mapping: inout MappingReader) -> String {
      guard let node, let text = mapping.text(of: node, "title") else { return "" }
      if let first = lines[what + " " + text.lowercased()] {
        problems.append(
          ConfigurationProblem(
            node, in: path, "another \(what) is called '\(text)', on line \(first): --only could not tell them apart"))
      }
      lines[what + " " + text.lowercased()] = node.line
      if text.contains(where: \.isNewline) || text.allSatisfy(\.isWhitespace) {
        mapping.fail(node, "a title is one line of text")
      }
      return text
    }
  }
}
