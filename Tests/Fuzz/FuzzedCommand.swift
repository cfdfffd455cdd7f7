#if !SKEIN_LIBFUZZER
  import Foundation

  /// Runs a program over and over, in the current folder: about 1 ms a run beside what it does itself.
  struct FuzzedCommand {
    /// Rules are compiled once, not in each run.
    private let cache: String
    struct Outcome: Equatable {
      /// 128 and the signal where it ended by one, as a shell says it.
      var exitCode: Int32
      var output: [UInt8]

      /// It ended by a signal, by a fault of its own, or not in time.
      var isFault: Bool { exitCode == 70 || exitCode >= 128 }
    }

    private let path: String
    /// What a run writes; emptied before each.
    private let output: CInt
    private var attributes = unsafe posix_spawnattr_t()
    private var children = sigset_t()
    /// Seconds after which a run is killed.
    private static let longest = 60
    /// F_SETPIPE_SZ of Linux, which Swift does not import.
    private static let setPipeSize: CInt = 1_031

    init(_ path: String) throws {
      self.path = path
      cache = FileManager.default.currentDirectoryPath + "/cache"
      try FileManager.default.createDirectory(
        atPath: cache, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      output = unsafe open("output", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard output >= 0 else { throw POSIXError(.EIO) }
      unsafe sigemptyset(&children)
      // It is waited for until a time.
      unsafe sigaddset(&children, SIGCHLD)
      unsafe sigprocmask(SIG_BLOCK, &children, nil)
      var none = sigset_t()
      unsafe sigemptyset(&none)
      unsafe posix_spawnattr_init(&attributes)
      unsafe posix_spawnattr_setsigmask(&attributes, &none)
      unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    }

    /// - Parameter input: what it reads from a pipe, at most 1 MiB; nil: /dev/null.
    mutating func run(_ arguments: [String], input: [UInt8]? = nil) throws -> Outcome {
      ftruncate(output, 0)
      lseek(output, 0, SEEK_SET)
      var actions = unsafe posix_spawn_file_actions_t()
      unsafe posix_spawn_file_actions_init(&actions)
      defer { unsafe posix_spawn_file_actions_destroy(&actions) }
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
      unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
      let pipe = try input.map { try FuzzedCommand.pipe(holding: $0) }
      defer { if let pipe { close(pipe) } }
      if let pipe {
        unsafe posix_spawn_file_actions_adddup2(&actions, pipe, 0)
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      }
      var words = unsafe FuzzedCommand.strings([path] + arguments)
      var variables = unsafe FuzzedCommand.strings(["NO_COLOR=1", "PATH=/usr/bin:/bin", "XDG_CACHE_HOME=\(cache)"])
      defer { unsafe (words + variables).forEach { unsafe free($0) } }
      var child = pid_t()
      guard unsafe posix_spawn(&child, path, &actions, &attributes, &words, &variables) == 0 else {
        throw POSIXError(.ENOEXEC)
      }
      let code = try wait(for: child)
      return Outcome(exitCode: code, output: contents())
    }

    private mutating func wait(for child: pid_t) throws -> Int32 {
      var status: CInt = 0
      let start = ContinuousClock.now
      while true {
        let ended = unsafe waitpid(child, &status, WNOHANG)
        if ended == child { break }
        guard ended == 0 || errno == EINTR else { throw POSIXError(.ECHILD) }
        if start.duration(to: .now) > .seconds(FuzzedCommand.longest) { kill(child, SIGKILL) }
        var most = timespec(tv_sec: FuzzedCommand.longest + 1, tv_nsec: 0)
        unsafe sigtimedwait(&children, nil, &most)
      }
      return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    private static func strings(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
      unsafe words.map { unsafe strdup($0) } + [nil]
    }

    /// The end of a pipe from which all of the bytes can be read.
    private static func pipe(holding bytes: [UInt8]) throws -> CInt {
      var ends: [CInt] = [0, 0]
      guard unsafe Glibc.pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      _ = fcntl(ends[1], setPipeSize, 1 << 20)
      let written = unsafe bytes.isEmpty ? 0 : write(ends[1], bytes, bytes.count)
      close(ends[1])
      guard written == bytes.count else { throw POSIXError(.ENOSPC) }
      return ends[0]
    }

    private func contents() -> [UInt8] {
      let count = Int(lseek(output, 0, SEEK_END))
      guard count > 0 else { return [] }
      return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        unsafe filled = max(0, pread(output, buffer.baseAddress, count, 0))
      }
    }
  }
#endif
