internal import Glibc
internal import TraceCore

/// What a system call said when it failed.
package struct SystemError: Error, Equatable, Sendable {
  /// The errno.
  package let code: Int32

  package init(code: Int32) { self.code = code }

  static func last() -> SystemError { SystemError(code: errno) }

  /// No bytes at the moment, on a descriptor that does not wait.
  var wouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }

  /// The system's own words.
  package var text: String {
    var words = [CChar](repeating: 0, count: 256)
    guard unsafe strerror_r(code, &words, words.count) == 0 else { return "error \(code)" }
    return String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// An open file that is closed when it goes out of scope (standard input is not ours and stays open).
struct FileDescriptor: ~Copyable {
  let number: Int32
  private let isOwned: Bool

  init(owning number: Int32) {
    self.number = number
    isOwned = true
  }

  private init(borrowing number: Int32) {
    self.number = number
    isOwned = false
  }

  static var standardInput: FileDescriptor { FileDescriptor(borrowing: 0) }

  deinit {
    // Linux has closed it even where it reports EINTR: never again.
    if isOwned { _ = close(number) }
  }
}

/// What the system knows about a file.
package struct FileStatus: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case regular
    case folder
    case fifo = "FIFO"
    case socket
    case characterDevice = "character device"
    case blockDevice = "block device"
    case link = "symbolic link"
    case unknown = "special file"
  }
  package let kind: Kind
  /// Bytes.
  package let size: Int64
  /// Nanoseconds since 1970.
  package let modified: Int64
  package let identity: FileIdentity
}

/// Which file it is, whatever it is called: equal while both exist means the same file.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64
}

/// The system calls of this module, all of them, wrapped: EINTR is retried, errors are thrown, nothing else is decided.
enum Syscalls {
  /// Opens for reading without waiting (a FIFO without a writer would block) and without leaking into children.
  static func open(_ path: String) throws(SystemError) -> FileDescriptor {
    while true {
      let number = unsafe Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
      if number >= 0 { return FileDescriptor(owning: number) }
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// A new file in `folder` that has no name and goes away with its descriptor; mode 0600.
  static func openUnnamed(in folder: String) throws(SystemError) -> FileDescriptor {
    // O_TMPFILE of <fcntl.h>, a macro that Swift does not see: __O_TMPFILE | O_DIRECTORY.
    let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
    let number = unsafe Glibc.open(folder, unnamed | O_RDWR | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw .last() }
    return FileDescriptor(owning: number)
  }

  /// Writes all of `bytes` where the file stands.
  static func write(_ file: borrowing FileDescriptor, _ bytes: Span<UInt8>) throws(SystemError) {
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

  static func status(of file: borrowing FileDescriptor) throws(SystemError) -> FileStatus {
    var raw = stat()
    guard unsafe fstat(file.number, &raw) == 0 else { throw .last() }
    return FileStatus(raw)
  }

  /// Follows symbolic links unless told not to.
  static func status(of path: String, followingLinks: Bool = true) throws(SystemError) -> FileStatus {
    var raw = stat()
    let code = unsafe followingLinks ? stat(path, &raw) : lstat(path, &raw)
    guard code == 0 else { throw .last() }
    return FileStatus(raw)
  }

  /// One read from where the file stands. 0 is the end.
  static func read(_ file: borrowing FileDescriptor, into block: Block, atMost limit: Int) throws(SystemError) -> Int {
    let number = file.number
    return unsafe try block.append(atMost: limit) { (room: UnsafeMutableRawBufferPointer) throws(SystemError) in
      while true {
        let count = unsafe Glibc.read(number, room.baseAddress, room.count)
        if count >= 0 { return count }
        let error = SystemError.last()
        if error.code != EINTR { throw error }
      }
    }
  }

  /// One read at `offset` of a regular file. 0 is the end.
  static func read(
    _ file: borrowing FileDescriptor, at offset: Int64, into block: Block, atMost limit: Int
  ) throws(SystemError) -> Int {
    let number = file.number
    return unsafe try block.append(atMost: limit) { (room: UnsafeMutableRawBufferPointer) throws(SystemError) in
      while true {
        let count = unsafe pread(number, room.baseAddress, room.count, off_t(offset))
        if count >= 0 { return count }
        let error = SystemError.last()
        if error.code != EINTR { throw error }
      }
    }
  }

  /// Waits until a read would not block: there are bytes, or a writer that was there has gone. (A FIFO that nobody has
  /// opened for writing yet is neither.)
  static func waitUntilReadable(_ file: borrowing FileDescriptor) throws(SystemError) {
    var request = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&request, 1, -1) < 0 {
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// As above, for at most so long; false if nothing came.
  static func isReadable(_ file: borrowing FileDescriptor, within milliseconds: Int32) throws(SystemError) -> Bool {
    var request = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
    while true {
      let count = unsafe poll(&request, 1, milliseconds)
      if count >= 0 { return count > 0 }
      let error = SystemError.last()
      if error.code != EINTR { throw error }
    }
  }

  /// Milliseconds of a clock that only runs forward.
  static var monotonicMilliseconds: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Nanoseconds since 1970, of the clock that files are dated with.
  static var wallNanoseconds: Int64 {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return 0 }
    return Int64(time.tv_sec).times(EventTime.nanosecondsPerSecond).plus(Int64(time.tv_nsec))
  }

  /// Turns waiting on again for a file opened without.
  static func setBlocking(_ file: borrowing FileDescriptor) throws(SystemError) {
    let flags = fcntl(file.number, F_GETFL)
    guard flags >= 0, fcntl(file.number, F_SETFL, flags & ~O_NONBLOCK) == 0 else { throw .last() }
  }

  /// Names in a folder without `.` and `..`, in byte order; nil stands for a name that is not UTF-8.
  static func names(in folder: String) throws(SystemError) -> [String?] {
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
  static func realPath(_ path: String) throws(SystemError) -> String {
    guard let resolved = unsafe realpath(path, nil) else { throw .last() }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Paths that fit a shell pattern, in byte order; names that are not UTF-8 are left out.
  static func paths(matching pattern: String) -> [String] {
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

extension FileStatus {
  fileprivate init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFLNK: .link
      default: .unknown
      }
    size = Int64(raw.st_size)
    // A file may say that it is of any year.
    modified = Int64(raw.st_mtim.tv_sec).times(EventTime.nanosecondsPerSecond).plus(Int64(raw.st_mtim.tv_nsec))
    identity = FileIdentity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
  }
}
