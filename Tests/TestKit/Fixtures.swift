/// The files under fixtures/, found from where this source file stands, so that tests run from any folder.
///
/// It reads whole files into memory: fixtures are a few megabytes. It is for tests only and knows nothing of logs.
package enum Fixtures {
  /// Absolute path of fixtures/, without a trailing slash.
  package static let root: String = {
    // …/Tests/TestKit/Fixtures.swift: three names up is the package.
    let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return package.joined(separator: "/") + "/fixtures"
  }()

  /// Absolute path of a file or folder under fixtures/, such as "logs/parkapi-text/app.log".
  package static func path(_ relative: String) -> String { root + "/" + relative }

  /// The bytes of a fixture; those inside if it is a gzip file.
  package static func bytes(_ relative: String) throws(FileFault) -> [UInt8] {
    try plainBytes(ofFile: path(relative))
  }

  /// The text of a fixture (invalid UTF-8 replaced); that inside if it is a gzip file.
  package static func text(_ relative: String) throws(FileFault) -> String {
    String(decoding: try bytes(relative), as: UTF8.self)
  }

  /// The rows of a CSV fixture, gzipped or not.
  package static func table(_ relative: String) throws(FileFault) -> CSVTable {
    CSVTable(parsing: try text(relative))
  }

  /// The bytes of any file, inflated if they start like gzip.
  package static func plainBytes(ofFile path: String) throws(FileFault) -> [UInt8] {
    let bytes = try readFile(path)
    guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
    guard let plain = gunzip(bytes) else { throw FileFault(path: path, what: "is not whole gzip data") }
    return plain
  }
}

/// A file that a test needs and cannot have.
package struct FileFault: Error, CustomStringConvertible, Equatable {
  /// The file, and what is wrong with it as the rest of a sentence.
  package var path: String
  package var what: String

  /// A fault of the file at `path`.
  package init(path: String, what: String) {
    self.path = path
    self.what = what
  }

  /// One line for a person.
  package var description: String { "\(path) \(what)" }
}
