internal import Glibc

/// The system calls of the program, wrapped: EINTR is retried, errors are thrown, nothing else is decided.
package enum Syscalls {
  /// Opens for reading without waiting (a FIFO without a writer would block) and without leaking into children.
  package static func open(_ path: String) throws(SystemError) -> FileDescriptor {
    while true {
      let number = unsafe Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      if number >= 0 { return FileDescriptor(owning: number) }
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// A new file in `folder` that has no name and goes away with its descriptor; mode 0600.
  package static func openUnnamed(in folder: String) throws(SystemError) -> FileDescriptor {
    // O_TMPFILE of <fcntl.h>, a macro that Swift does not see: __O_TMPFILE | O_DIRECTORY.
    let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
    let number = unsafe Glibc.open(folder, unnamed | O_RDWR | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// Writes all of `bytes` where the file stands.
  package static func write(_ file: borrowing FileDescriptor, _ bytes: Span<UInt8>) throws(SystemError) {
    let number = file.number
    var failure: SystemError?
    unsafe bytes.withUnsafeBytes { buffer in
      var at = 0
      while at < buffer.count, let base = buffer.baseAddress {
        let count = unsafe Glibc.write(number, base + at, buffer.count - at)
        if count >= 0 {
          at += count
          continue
        }
        let error = SystemError.last()
        if error.code != EINTR {
          failure = error
          return
        }
      }
    }
    if let failure { throw failure }
  }

  package static func status(of file: borrowing FileDescriptor) throws(SystemError) -> FileStatus {
    var raw = stat()
    guard unsafe fstat(file.number, &raw) == 0 else { throw .last() }
    return FileStatus(raw)
  }

  /// Follows symbolic links unless told not to.
  package static func status(of path: String, followingLinks: Bool = true) throws(SystemError) -> FileStatus {
    var raw = stat()
    let code = unsafe followingLinks ? stat(path, &raw) : lstat(path, &raw)
    guard code == 0 else { throw .last() }
    return FileStatus(raw)
  }

  /// One read from where the file is. 0 is the end.
  package static func read(_ file: Int32, into room: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      let count = unsafe Glibc.read(file, room.baseAddress, room.count)
      if count >= 0 { return count }
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// One read at `offset` of a regular file. 0 is the end.
  package static func read(
    _ file: Int32, at offset: Int64, into room: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    while true {
      let count = unsafe pread(file, room.baseAddress, room.count, off_t(offset))
      if count >= 0 { return count }
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// Waits until a read would not block: there are bytes, or a writer that was there has gone. (A FIFO that nobody has
  /// opened for writing yet is neither.)
  package static func waitUntilReadable(_ file: borrowing FileDescriptor) throws(SystemError) {
    var request = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&request, 1, -1) < 0 {
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// As above, for at most so long; false if nothing came.
  package static func isReadable(_ file: borrowing FileDescriptor, within milliseconds: Int32) throws(SystemError)
    -> Bool
  {
    var request = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
    while true {
      let count = unsafe poll(&request, 1, milliseconds)
      if count >= 0 { return count > 0 }
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// Turns waiting on again for a file opened without.
  package static func setBlocking(_ file: borrowing FileDescriptor) throws(SystemError) {
    let flags = fcntl(file.number, F_GETFL)
    guard flags >= 0, fcntl(file.number, F_SETFL, flags & ~O_NONBLOCK) == 0 else { throw .last() }
  }

  /// Names in a folder without `.` and `..`, in byte order; nil stands for a name that is not UTF-8.
  package static func names(in folder: String) throws(SystemError) -> [String?] {
    guard let handle = unsafe opendir(folder) else { throw .last() }
    defer { unsafe _ = closedir(handle) }
    var names: [String?] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(handle) else {
        let error = SystemError.last()
        if error.code != 0 { throw error }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(validatingCString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { a, b in
      guard let a, let b else { return a != nil && b == nil }
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    }
  }

  /// The path without links, `.` and `..`.
  package static func realPath(_ path: String) throws(SystemError) -> String {
    guard let resolved = unsafe realpath(path, nil) else { throw .last() }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Paths that fit a shell pattern, in byte order; names that are not UTF-8 are left out.
  package static func paths(matching pattern: String) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, GLOB_NOSORT, nil, &found) == 0, let list = unsafe found.gl_pathv else { return [] }
    var paths: [String] = []
    for i in 0..<Int(unsafe found.gl_pathc) {
      if let entry = unsafe list[i], let path = unsafe String(validatingCString: entry) { paths.append(path) }
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
