/// Something wrong in a file that says what to do (rules, layouts, settings): what, where, and what to do.
package struct ConfigurationProblem: Error, Sendable, Equatable {
  /// As the user named it.
  package var path: String
  /// From 1; 0 where the file as a whole is meant.
  package var line: Int
  package var column: Int
  /// One sentence, without a full stop.
  package var message: String

  package init(path: String, line: Int = 0, column: Int = 0, _ message: String) {
    self.path = path
    self.line = line
    self.column = column
    self.message = message
  }

  package init(_ node: YAMLNode, in path: String, _ message: String) {
    self.init(path: path, line: node.line, column: node.column, message)
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  /// `file:line:column: message`, as compilers write it.
  package var description: String { line > 0 ? "\(path):\(line):\(column): \(message)" : "\(path): \(message)" }
}

/// Everything wrong in the files that were read: a run needs all of them right, and a person wants to hear all at once.
package struct ConfigurationProblems: Error, Sendable, Equatable {
  package var problems: [ConfigurationProblem]

  package init(_ problems: [ConfigurationProblem]) { self.problems = problems }
}
