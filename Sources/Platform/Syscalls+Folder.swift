internal import Glibc

/// Files by their name in a folder that is open: nobody can exchange the folder in the meantime.
extension Syscalls {
  private static func owned(_ number: Int32) throws(SystemError) -> FileDescriptor {
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// Makes a folder that only its owner can use, where there is none.
  package static func makeFolder(_ path: String) throws(SystemError) {
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last() }
  }

  /// Makes a folder for what is to be shared, as the umask says, where there is none.
  package static func makeSharedFolder(_ path: String) throws(SystemError) {
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else { throw .last() }
  }

  /// A folder that is not a link.
  package static func openOwnFolder(_ path: String) throws(SystemError) -> FileDescriptor {
    try owned(unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  /// A file in a folder for reading, never through a link and never waiting.
  package static func open(_ name: String, in folder: borrowing FileDescriptor) throws(SystemError) -> FileDescriptor {
    try owned(unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
  }

  package static func status(of name: String, in folder: borrowing FileDescriptor) throws(SystemError) -> FileStatus {
    var raw = stat()
    guard unsafe fstatat(folder.number, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last() }
    return FileStatus(raw)
  }

  /// The first `count` bytes of a file; fewer where it ends before.
  package static func read(_ file: borrowing FileDescriptor, count: Int) throws(SystemError) -> [UInt8] {
    let number = file.number
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let got = unsafe Glibc.read(number, base + filled, count - filled)
        if got > 0 {
          filled += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          failure = .last()
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Sets a file's time to now.
  package static func touch(_ file: borrowing FileDescriptor) throws(SystemError) {
    guard futimens(file.number, nil) == 0 else { throw .last() }
  }

  /// Names in a folder, in byte order; those that are not UTF-8 are left out.
  package static func names(in folder: borrowing FileDescriptor) throws(SystemError) -> [String] {
    let again = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard again >= 0 else { throw .last() }
    guard let handle = unsafe fdopendir(again) else {
      let error = SystemError.last()
      _ = close(again)
      throw error
    }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(validatingCString: $0) }
      }
      if let name { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
