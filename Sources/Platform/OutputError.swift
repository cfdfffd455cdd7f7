internal import Glibc

/// Why a file could not be written; a case per situation. `message` says what, which path, and what to do.
package enum OutputError: Error, Equatable, Sendable {
  case folderMissing(path: String, folder: String)
  case permissionDenied(path: String, folder: String)
  case readOnly(path: String)
  case noSpace(path: String)
  /// There is something of that name that is no file: a folder, a symbolic link, a device.
  case notAFile(path: String, FileStatus.Kind)
  case writeFailed(path: String, reason: String)

  /// For people: one or two sentences, without `error:`.
  package var message: String {
    switch self {
    case .folderMissing(let path, let folder):
      return
        "\(path) cannot be written: there is no folder \(folder); make it (mkdir -p \(folder)) or name another file"
    case .permissionDenied(let path, let folder):
      return
        "\(path) cannot be written: no permission in \(folder), where a new file has to be made beside it; "
        + "name a file in a folder of your own"
    case .readOnly(let path):
      return "\(path) cannot be written: the file system is read-only; name a file on another one"
    case .noSpace(let path):
      return "\(path) cannot be written: there is no space left; what was there before is untouched"
    case .notAFile(let path, .link):
      return "\(path) is a symbolic link, which is not written through; name the file that it points to"
    case .notAFile(let path, let kind):
      return "\(path) is a \(kind.rawValue), not a file to be written; name a file"
    case .writeFailed(let path, let reason):
      return "\(path) cannot be written: \(reason); what was there before is untouched"
    }
  }

  /// What a failed call means, for a file in `folder`.
  package init(_ error: SystemError, path: String, folder: String) {
    switch error.code {
    case ENOENT, ENOTDIR: self = .folderMissing(path: path, folder: folder)
    case EACCES, EPERM: self = .permissionDenied(path: path, folder: folder)
    case EROFS: self = .readOnly(path: path)
    case ENOSPC, EDQUOT: self = .noSpace(path: path)
    case EISDIR: self = .notAFile(path: path, .folder)
    default: self = .writeFailed(path: path, reason: error.text)
    }
  }
}
