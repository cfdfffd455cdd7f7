import Foundation

/// The JSON that a command wrote, and facts about it: `total.requests`, `routes[GET /a].p50_ms`, `traces[0].level`.
///
/// Of several objects (one a line) a path begins with the object: `[1].trace.reopened`. A name in brackets is the element
/// that has this text as one of its values, else a number is its index. `#` at the end counts the elements.
struct Facts {
  private let root: Any

  init(_ output: String) throws {
    if let one = try? JSONSerialization.jsonObject(with: Data(output.utf8)) {
      root = one
    } else {
      root = try output.split(separator: "\n").map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
    }
  }

  /// The value at a path as canonical JSON text, or why there is none.
  func value(at path: String) throws -> String {
    var here = root
    for step in try Facts.steps(path) {
      switch step {
      case .key("#"):
        guard let list = here as? [Any] else { throw CaseProblem("no list at \(path)") }
        here = list.count as NSNumber
      case .key(let key):
        guard let object = here as? [String: Any], let value = object[key] else {
          throw CaseProblem("there is no '\(key)' of \(path)")
        }
        here = value
      case .element(let name):
        guard let list = here as? [Any] else { throw CaseProblem("no list before [\(name)] of \(path)") }
        let named = list.first { element in
          (element as? [String: Any])?.values.contains { $0 as? String == name } == true
        }
        if let named {
          here = named
        } else if let index = Int(name), list.indices.contains(index) {
          here = list[index]
        } else {
          throw CaseProblem("no element [\(name)] of \(path), the list has \(list.count)")
        }
      }
    }
    return try Facts.canonical(here)
  }

  /// Everything but what may differ between files and a pipe: `ledger.sources`, and the file that a record stands in.
  func comparable() throws -> String {
    var root = Facts.withoutSources(root)
    // A document has the command line that made it.
    if var document = root as? [String: Any] {
      document["commands"] = nil
      root = document
    }
    return try Facts.canonical(root)
  }

  /// JSON text with sorted keys: equal values have equal text.
  static func canonical(_ value: Any) throws -> String {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
  }

  /// The same for a value as a case has it.
  static func canonical(text: String) throws -> String {
    do {
      return try canonical(JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
    } catch {
      throw CaseProblem("'\(text)' is not JSON (text stands in double quotes)")
    }
  }

  private enum Step {
    case key(String)
    case element(String)
  }

  private static func steps(_ path: String) throws -> [Step] {
    var steps: [Step] = []
    var rest = path[...]
    while let first = rest.first {
      if first == "[" {
        guard let close = rest.firstIndex(of: "]") else { throw CaseProblem("'\(path)' lacks a ]") }
        steps.append(.element(String(rest[rest.index(after: rest.startIndex)..<close])))
        rest = rest[rest.index(after: close)...]
      } else {
        if first == "." { rest.removeFirst() }
        let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
        steps.append(.key(String(rest[..<end])))
        rest = rest[end...]
      }
    }
    return steps
  }

  private static func withoutSources(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(withoutSources) }
    guard var object = value as? [String: Any] else { return value }
    object["sources"] = nil
    object["path"] = nil
    return object.mapValues(withoutSources)
  }
}
