/// A project's options: `.skein.yml` beside its logs or above the working folder, and `SKEIN_*` of the environment.
///
/// Says what stands there and where; which of two wins, and what a value means, is up to who asks. Reads no file itself.
package struct ProjectSettings: Sendable {
  /// One option that was given.
  package struct Value: Sendable, Equatable {
    /// As in the file: `max_open`.
    package var name: String
    /// One, but for names that can be given several times.
    package var values: [String]
    /// `SKEIN_TZ`, or `/srv/.skein.yml:3:5`.
    package var origin: String

    package init(name: String, values: [String], origin: String) {
      self.name = name
      self.values = values
      self.origin = origin
    }
  }

  /// Name of the file.
  package static let fileName = ".skein.yml"
  /// Names that take one value.
  package static let single = [
    "tz", "id", "layout", "time_format", "requests_from", "idle", "max_open", "max_line", "threads",
  ]
  /// Names that take several.
  package static let several = ["layout_files", "map"]

  package private(set) var values: [Value] = []

  package init() {}

  package func value(_ name: String) -> Value? { values.first { $0.name == name } }

  /// What the environment says; an empty variable says nothing.
  ///
  /// - Parameter variable: looks one up.
  package init(environment variable: (String) -> String?) {
    for name in ProjectSettings.single + ProjectSettings.several {
      let key = "SKEIN_" + name.uppercased()
      guard let text = variable(key), !text.isEmpty else { continue }
      // Names of fields have no commas in them, and `map` is read with them.
      let parts = name == "layout_files" ? text.split(separator: ",").map { String($0) } : [text]
      values.append(Value(name: name, values: parts, origin: key))
    }
  }

  /// Reads a file.
  ///
  /// - Parameter path: as it is shown; layout files are looked for from its folder.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> ProjectSettings {
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    var settings = ProjectSettings()
    var problems: [ConfigurationProblem] = []
    if documents.count > 1 {
      problems.append(ConfigurationProblem(documents[1], in: path, "there is a second document here: only one is read"))
    }
    if let document = documents.first, !document.isNull {
      var mapping = MappingReader(document, path: path, what: "a file of settings")
      for name in single {
        guard let node = mapping.value(name), let text = mapping.text(of: node, name) else { continue }
        settings.add(name, [name == "layout" ? beside(path, text) : text], node, path)
      }
      let files = mapping.nodes("layout_files")
      if let first = files.first {
        settings.add("layout_files", files.compactMap(\.text).map { besideAny(path, $0) }, first, path)
      }
      if let node = mapping.value("map") { settings.add("map", names(node, &mapping), node, path) }
      problems += mapping.finish()
    }
    guard problems.isEmpty else {
      throw ConfigurationProblems(problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return settings
  }

  private mutating func add(_ name: String, _ values: [String], _ node: YAMLNode, _ path: String) {
    guard !values.isEmpty else { return }
    self.values.append(Value(name: name, values: values, origin: "\(path):\(node.line):\(node.column)"))
  }

  /// `map: { status: code, duration: took:ms }`, `map: status=code`, or a list of those.
  private static func names(_ node: YAMLNode, _ mapping: inout MappingReader) -> [String] {
    guard case .mapping(let members) = node.value else { return mapping.nodes("map").compactMap(\.text) }
    var names: [String] = []
    for member in members {
      guard let field = member.key.text, let name = member.value.text else {
        mapping.fail(member.value, "'map' names a name of the log for each field: status: response_code")
        continue
      }
      names.append("\(field)=\(name)")
    }
    return names
  }

  /// A layout's file from the folder of the settings; a name or a format as it is.
  private static func beside(_ path: String, _ text: String) -> String {
    [".yml", ".yaml", ".json"].contains(where: text.hasSuffix) ? besideAny(path, text) : text
  }

  private static func besideAny(_ path: String, _ file: String) -> String {
    guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
    return String(path[...slash]) + file
  }
}
