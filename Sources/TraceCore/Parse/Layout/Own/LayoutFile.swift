package import Config

/// What a file of layouts holds: the layouts, names that its logs have for known fields, and sample lines that show what the
/// layouts read.
package struct LayoutFile: Sendable {
  /// A line, and what is to be read in it.
  package struct Sample: Sendable {
    /// Name of the layout that is to fit; for formats with several expressions, of any of them.
    package var layouts: [String]
    package var text: String
    /// A line that the layout must not fit.
    package var fits: Bool
    /// Fields by name, as skein prints them; nil for "has none".
    package var expected: [Expectation]
    package var line: Int
    package var column: Int
  }

  package struct Expectation: Sendable {
    package var name: String
    package var value: String?
    /// Nothing read is fine, too.
    package var orMissing = false
    package var line: Int
    package var column: Int
  }

  /// As the user named it.
  package var path: String
  package var definitions: [LayoutDefinition] = []
  /// `fields:` of all its layouts.
  package var map = FieldMap()
  package var samples: [Sample] = []
  /// `place:` of each layout, for those that are built in.
  package var places: [Int?] = []
  /// What was read and has no meaning here, in words; not mistakes.
  package var remarks: [ConfigurationProblem] = []

  package init(path: String) { self.path = path }

  /// Reads a file of layouts, or one of lnav's formats, which are JSON.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> LayoutFile {
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(LnavReader.withoutComments(text), path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    guard let first = documents.first else {
      throw ConfigurationProblems([
        ConfigurationProblem(path: path, line: 1, column: 1, "there is nothing in this file")
      ])
    }
    if LnavReader.isFormat(first) { return try LnavReader.read(first, path: path) }
    return try LayoutFileReader.read(documents, path: path)
  }
}
