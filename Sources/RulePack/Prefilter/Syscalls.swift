internal import Glibc
internal import TraceCore

/// What a system call of this module said when it failed.
struct CallError: Error, Equatable {
  /// The errno.
  let code: Int32

  static func last() -> CallError { CallError(code: errno) }

  /// The system's own words.
  var text: String {
    var words = [CChar](repeating: 0, count: 256)
    guard unsafe strerror_r(code, &words, words.count) == 0 else { return "error \(code)" }
    return String(decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// The system calls of this module, wrapped: EINTR is retried, errors are thrown, nothing else is decided.
enum Syscalls {
  /// A descriptor that is closed when it goes out of scope.
  struct Descriptor: ~Copyable {
    let number: Int32

    init(owning number: Int32) throws(CallError) {
      guard number >= 0 else { throw .last() }
      self.number = number
    }

    // Linux has closed it even where it reports EINTR.
    deinit { _ = close(number) }
  }

  struct Status {
    let isRegular: Bool
    let owner: UInt32
    /// Whether others than the owner may write to it.
    let isSharedForWriting: Bool
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int64
  }

  static var user: UInt32 { geteuid() }
  static var process: Int32 { getpid() }

  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(validatingCString: value)
  }

  /// Makes a folder that only its owner can use, where there is none.
  static func makeFolder(_ path: String) throws(CallError) {
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last() }
  }

  /// A folder that is not a link.
  static func openFolder(_ path: String) throws(CallError) -> Descriptor {
    try Descriptor(owning: unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  /// A file in a folder for reading, never through a link and never waiting.
  static func open(_ name: String, in folder: borrowing Descriptor) throws(CallError) -> Descriptor {
    try Descriptor(owning: unsafe openat(folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
  }

  /// A file that was not there before, for its owner alone.
  static func create(_ name: String, in folder: borrowing Descriptor) throws(CallError) -> Descriptor {
    try Descriptor(
      owning: unsafe openat(folder.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600))
  }

  static func status(of file: borrowing Descriptor) throws(CallError) -> Status {
    var raw = stat()
    guard unsafe fstat(file.number, &raw) == 0 else { throw .last() }
    return Status(raw)
  }

  static func status(of name: String, in folder: borrowing Descriptor) throws(CallError) -> Status {
    var raw = stat()
    guard unsafe fstatat(folder.number, name, &raw, AT_SYMLINK_NOFOLLOW) == 0 else { throw .last() }
    return Status(raw)
  }

  /// The first `count` bytes of a file; fewer where it ends before.
  static func read(_ file: borrowing Descriptor, count: Int) throws(CallError) -> [UInt8] {
    let number = file.number
    var failure: CallError?
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

  /// Writes all of `bytes`, and has them on the disk when it returns.
  static func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws(CallError) {
    let number = file.number
    var failure: CallError?
    unsafe bytes.withUnsafeBytes { buffer in
      var at = 0
      while at < buffer.count, let base = buffer.baseAddress {
        let count = unsafe Glibc.write(number, base + at, buffer.count - at)
        if count >= 0 {
          at += count
        } else if errno != EINTR {
          failure = .last()
          return
        }
      }
    }
    if let failure { throw failure }
    guard fsync(number) == 0 else { throw .last() }
  }

  static func rename(_ name: String, to other: String, in folder: borrowing Descriptor) throws(CallError) {
    guard unsafe renameat(folder.number, name, folder.number, other) == 0 else { throw .last() }
  }

  static func remove(_ name: String, in folder: borrowing Descriptor) throws(CallError) {
    guard unsafe unlinkat(folder.number, name, 0) == 0 else { throw .last() }
  }

  /// Sets a file's time to now.
  static func touch(_ file: borrowing Descriptor) throws(CallError) {
    guard unsafe futimens(file.number, nil) == 0 else { throw .last() }
  }

  /// Names in a folder, in byte order; those that are not UTF-8 are left out.
  static func names(in folder: borrowing Descriptor) throws(CallError) -> [String] {
    let again = unsafe openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard again >= 0 else { throw .last() }
    guard let handle = unsafe fdopendir(again) else {
      let error = CallError.last()
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

extension Syscalls.Status {
  fileprivate init(_ raw: stat) {
    isRegular = raw.st_mode & S_IFMT == S_IFREG
    owner = raw.st_uid
    isSharedForWriting = raw.st_mode & 0o022 != 0
    size = Int(raw.st_size)
    modified = Int64(raw.st_mtim.tv_sec).times(1_000_000_000).plus(Int64(raw.st_mtim.tv_nsec))
  }
}
