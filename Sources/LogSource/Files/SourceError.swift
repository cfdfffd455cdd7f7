internal import Glibc
package import Platform

/// Why input could not be read; a case per situation. `message` says what, which path, and what to do.
package enum SourceError: Error, Equatable, Sendable {
  case notFound(path: String)
  /// A glob that the shell left as it was and that fits nothing.
  case nothingMatches(pattern: String)
  case permissionDenied(path: String)
  /// A folder in which nothing looks like a log; `skipped` names what was there and left out with a note.
  case folderWithoutLogs(path: String, skipped: [String])
  case unsupportedCompression(path: String, Compression)
  /// A folder where a file was expected, a FIFO that was not named, a socket, a device.
  case notReadable(path: String, FileStatus.Kind)
  case readFailed(path: String, reason: String)
  /// `-` stands twice among the arguments, or a second pass over standard input was tried.
  case readTwice(path: String)
  /// A pipe brought more than may be copied for a second pass.
  case spoolIsFull(path: String, limit: Int64)

  /// For people: one or two sentences, without `error:`.
  package var message: String {
    switch self {
    case .notFound(let path):
      return path.isEmpty
        ? "an empty file name was given; check the quotes and variables of the command line"
        : "\(path): there is no such file or folder"
    case .nothingMatches(let pattern):
      return "\(pattern): no file matches this pattern"
    case .permissionDenied(let path):
      return "\(path): permission denied; read it as a user who may (for example: sudo cat \(path) | skein …)"
    case .folderWithoutLogs(let path, let skipped):
      let others = skipped.isEmpty ? "" : " (left out: \(skipped.prefix(5).joined(separator: ", ")))"
      return "\(path): no log in this folder\(others); name the files themselves, or the folder that holds them"
    case .unsupportedCompression(let path, let compression):
      let command = compression.command ?? "cat"
      return path == StandardInput.path
        ? "standard input is \(compression.rawValue) data, which skein does not decompress; "
          + "put a decompressor before it: \(command) FILE | skein …"
        : "\(path) is \(compression.rawValue) data, which skein does not decompress; try: \(command) \(path) | skein …"
    case .notReadable(let path, let kind):
      switch kind {
      case .fifo:
        return "\(path) is a FIFO, and reading it takes the bytes out of it; name it itself if that is meant"
      case .folder:
        return "\(path) is a folder where a file was expected"
      default:
        return "\(path) is a \(kind.rawValue), not a log; name a file, a folder, a FIFO, or - for standard input"
      }
    case .readFailed(let path, let reason):
      return "\(path): cannot be read: \(reason)"
    case .spoolIsFull(let path, let limit):
      let name = path == StandardInput.path ? "standard input" : path
      return
        "\(name) brought more than the \(limit >> 30) GiB that are kept for a second pass; save it to a file and name that"
    case .readTwice(let path):
      let name = path == StandardInput.path ? "standard input" : path
      return "\(name) can be read only once; save it to a file and name that"
    }
  }

  /// What a failed call on `path` means.
  package init(_ error: SystemError, path: String) {
    switch error.code {
    case ENOENT, ENOTDIR: self = .notFound(path: path)
    case EACCES, EPERM: self = .permissionDenied(path: path)
    case ENXIO: self = .notReadable(path: path, .socket)
    case EISDIR: self = .notReadable(path: path, .folder)
    case EMFILE, ENFILE:
      self = .readFailed(path: path, reason: "\(error.text); raise the limit (ulimit -n) or name fewer files")
    default: self = .readFailed(path: path, reason: error.text)
    }
  }
}
