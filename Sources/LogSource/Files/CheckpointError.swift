package import Platform

/// Why a run cannot go on from a checkpoint; a case per situation. `message` says what, which path, and what to do.
package enum CheckpointError: Error, Equatable, Sendable {
  /// Not what was written: cut short, or changed.
  case damaged(path: String)
  /// No checkpoint at all.
  case foreign(path: String)
  /// Of a version of skein that keeps something else; `program` is that version.
  case otherVersion(path: String, program: String, ours: String)
  /// Of a run that was asked something else.
  case otherOptions(path: String, theirs: String, ours: String)
  case permissionDenied(path: String)
  /// A folder, a symbolic link, a device.
  case notAFile(path: String, FileStatus.Kind)
  case readFailed(path: String, reason: String)
  /// Another follower writes it.
  case inUse(path: String)

  /// For people: one or two sentences, without `error:`.
  package var message: String {
    switch self {
    case .damaged(let path):
      return
        "\(path) is damaged: its checksum does not match its bytes; remove it to start over, or restore a copy"
    case .foreign(let path):
      return "\(path) is not a checkpoint of skein and was not touched; name another file"
    case .otherVersion(let path, let program, let ours):
      return
        "\(path) was written by skein \(program), whose state differs from that of skein \(ours); "
        + "continue with that version, or remove it to start over"
    case .otherOptions(let path, let theirs, let ours):
      return
        "\(path) was written by a run with other options (\(CheckpointError.shown(theirs)); now "
        + "\(CheckpointError.shown(ours))); use the same, or name another file"
    case .permissionDenied(let path):
      return "\(path): permission denied; read it as the user who wrote it"
    case .notAFile(let path, .link):
      return "\(path) is a symbolic link, which is not followed; name the file that it points to"
    case .notAFile(let path, let kind):
      return "\(path) is a \(kind.rawValue), not a checkpoint; name a file"
    case .readFailed(let path, let reason):
      return "\(path): cannot be read: \(reason)"
    case .inUse(let path):
      return "\(path) is the checkpoint of another skein that is running; end that one, or name another file"
    }
  }

  private static func shown(_ options: String) -> String {
    options.isEmpty ? "none" : options.count <= 200 ? options : options.prefix(200) + "…"
  }
}
