internal import TraceCore

/// Reads rules as Sigma has them.
struct SigmaReader {
  let path: String
  let pack: String
  private(set) var problems: [PackProblem] = []

  init(path: String, pack: String) {
    self.path = path
    self.pack = pack
  }

  /// Whether the document is a Sigma rule and not a pack.
  static func isSigma(_ node: YAMLNode) -> Bool {
    guard case .mapping(let members) = node.value else { return false }
    let keys = members.compactMap(\.key.text)
    return !keys.contains("rules") && (keys.contains("detection") || keys.contains("logsource") || keys.contains("correlation"))
  }

  mutating func rule(_ node: YAMLNode) -> Rule? {
    problems.append(PackProblem(node, in: path, "Sigma rules are not read yet"))
    return nil
  }
}
