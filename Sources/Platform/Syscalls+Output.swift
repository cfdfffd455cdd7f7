internal import Glibc

/// The system calls that files are written with, wrapped as the others.
extension Syscalls {
  /// A folder for reading; links on the way to it are followed.
  package static func openFolder(_ path: String) throws(SystemError) -> FileDescriptor {
    let number = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// A file for reading, never through a link and never waiting.
  package static func openUnlinked(_ path: String) throws(SystemError) -> FileDescriptor {
    let number = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// A file that was not there before, for its owner alone.
  ///
  /// - Parameter isShared: for whom the umask says.
  package static func create(
    _ name: String, in folder: borrowing FileDescriptor, isShared: Bool = false
  ) throws(SystemError) -> FileDescriptor {
    let number = unsafe openat(
      folder.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, isShared ? 0o666 : 0o600)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// A file to lock, for its owner alone; made where it is not there.
  package static func openLock(_ path: String) throws(SystemError) -> FileDescriptor {
    let number = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// Whether the file is this process's alone now; also where the file system knows no locks.
  package static func lock(_ file: borrowing FileDescriptor) throws(SystemError) -> Bool {
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      let error = SystemError.last()
      switch error.code {
      case EINTR: continue
      case EWOULDBLOCK: return false
      case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL: return true
      default: throw error
      }
    }
    return true
  }

  /// Has what was written on the disk when it returns.
  package static func synchronize(_ file: borrowing FileDescriptor) throws(SystemError) {
    while fsync(file.number) != 0 {
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  package static func rename(_ name: String, to other: String, in folder: borrowing FileDescriptor) throws(SystemError)
  {
    guard unsafe renameat(folder.number, name, folder.number, other) == 0 else { throw .last() }
  }

  package static func remove(_ name: String, in folder: borrowing FileDescriptor) throws(SystemError) {
    guard unsafe unlinkat(folder.number, name, 0) == 0 else { throw .last() }
  }

  /// Whether there is a process of that number, of any user.
  package static func isRunning(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno != ESRCH }
}
