internal import Glibc
internal import Platform
internal import TraceCore

/// Keeps a checkpoint for one follower: two that wrote the same one would each undo what the other has counted.
///
/// A lock of the system (flock) on a file beside it, `<checkpoint>.lock`: it goes with the process that holds it, however that
/// ends. The file stays. Where a file system knows no locks nothing is kept.
package final class CheckpointLock {
  private let file: FileDescriptor

  /// Takes the lock; never waits.
  package init(checkpoint path: String) throws(CheckpointError) {
    let name = path + ".lock"
    do throws(SystemError) {
      let file = try Syscalls.openLock(name)
      guard try Syscalls.lock(file) else { throw SystemError(code: EWOULDBLOCK) }
      self.file = file
    } catch {
      switch error.code {
      case EWOULDBLOCK: throw .inUse(path: path)
      case EACCES, EPERM: throw .permissionDenied(path: name)
      case ELOOP: throw .notAFile(path: name, .link)
      case EISDIR: throw .notAFile(path: name, .folder)
      default: throw .readFailed(path: name, reason: error.text)
      }
    }
  }
}
