internal import Foundation

/// What the person who started the bench sees of it on the way.
enum Progress {
  /// A line on stderr.
  static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
