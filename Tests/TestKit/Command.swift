internal import Glibc

/// Runs the `skein` that was built with the tests, as a user would: arguments, standard input, exit status, both outputs.
///
/// The binary is the one beside the test program, whatever folder the build goes to. Output goes through files, so that
/// neither side can wait for the other; input that does not come from a file is written into a pipe.
package enum Command {
  /// Where standard input comes from.
  package enum Input: Sendable {
    /// /dev/null.
    case nothing
    /// A pipe with these bytes.
    case bytes([UInt8])
    /// A pipe into which this chunk is written so many times: large input that nobody holds in memory.
    case repeated([UInt8], times: Int)
    /// A file, opened for reading.
    case file(String)
  }

  /// Where standard output goes.
  package enum Output: Sendable {
    case collected
    /// A file or device, opened for writing.
    case file(String)
    /// A pipe that nobody reads any more.
    case closedPipe
    /// A pipe whose reader takes one line and goes: `| head -1`.
    case firstLine
  }

  /// What a run left behind.
  package struct Result: Sendable {
    /// Exit code, or 128 + the signal that ended it.
    package var status: Int32
    /// Standard output if it was `collected`, its beginning with `firstLine`.
    package var output: [UInt8]
    package var errors: String
    /// Standard output as text; invalid UTF-8 replaced.
    package var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs `skein` to its end.
  ///
  /// - Parameters:
  ///   - environment: added to PATH and TMPDIR; nothing else of the test's own environment is passed on.
  ///   - memoryLimit: bytes of private memory that the program may have (`ulimit -d`). What it asks for beyond fails, and it
  ///     dies. The peak in `rusage` is no use here: a child starts with that of the program that made it.
  package static func run(
    _ arguments: [String], stdin: Input = .nothing, stdout: Output = .collected, environment: [String: String] = [:],
    memoryLimit: Int? = nil
  ) throws(FileFault) -> Result {
    let running = try start(
      arguments, stdin: stdin, stdout: stdout, environment: environment, memoryLimit: memoryLimit)
    return try running.finish()
  }

  /// Starts `skein` and leaves it running; `finish` or `kill` must follow.
  package static func start(
    _ arguments: [String], stdin: Input = .nothing, stdout: Output = .collected, environment: [String: String] = [:],
    memoryLimit: Int? = nil
  ) throws(FileFault) -> Running {
    try Running(
      arguments, stdin: stdin, stdout: stdout, environment: environment, memoryLimit: memoryLimit)
  }

  /// Absolute path of the binary.
  package static let path: String = {
    var name = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &name, name.count - 1)
    let program = String(decoding: name.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/skein"
  }()
}

extension Command {
  /// A `skein` that was started.
  package final class Running {
    /// Held from the making of pipes to the start of the child that gets their ends.
    nonisolated(unsafe) private static let spawning: UnsafeMutablePointer<pthread_mutex_t> = {
      let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
      unsafe pthread_mutex_init(mutex, nil)
      return unsafe mutex
    }()

    private let child: pid_t
    private let folder: TemporaryFolder
    private let input: Input
    /// The end of the pipe that this side writes, or -1.
    private var inputEnd: Int32 = -1
    /// The end of the pipe that this side reads, or -1.
    private var outputEnd: Int32 = -1
    private let isCollected: Bool

    fileprivate init(
      _ arguments: [String], stdin: Input, stdout: Output, environment: [String: String], memoryLimit: Int?
    ) throws(FileFault) {
      // A child that ends early must not end the tests when they go on writing.
      _ = signal(SIGPIPE, SIG_IGN)
      // A pipe's end that another test's child inherits before it is marked would stay open as long as that child lives.
      unsafe pthread_mutex_lock(Running.spawning)
      defer { unsafe pthread_mutex_unlock(Running.spawning) }
      folder = try TemporaryFolder()
      input = stdin
      var ends: [Int32] = []
      defer { for end in ends { close(end) } }
      func open(_ path: String, _ flags: Int32) throws(FileFault) -> Int32 {
        let number = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw FileFault(path: path, what: "cannot be opened: \(reason())") }
        ends.append(number)
        return number
      }
      func pipe() throws(FileFault) -> (reading: Int32, writing: Int32) {
        var pair: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&pair) == 0 else { throw FileFault(path: "pipe", what: reason()) }
        for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (pair[0], pair[1])
      }
      let standardInput: Int32
      switch stdin {
      case .nothing: standardInput = try open("/dev/null", O_RDONLY)
      case .file(let path): standardInput = try open(path, O_RDONLY)
      case .bytes, .repeated:
        let pair = try pipe()
        ends.append(pair.reading)
        inputEnd = pair.writing
        standardInput = pair.reading
      }
      let standardOutput: Int32
      var isCollected = false
      switch stdout {
      case .collected:
        standardOutput = try open(folder.path("out"), O_WRONLY | O_CREAT | O_APPEND)
        isCollected = true
      case .file(let path): standardOutput = try open(path, O_WRONLY)
      case .closedPipe, .firstLine:
        let pair = try pipe()
        ends.append(pair.writing)
        standardOutput = pair.writing
        if case .closedPipe = stdout { close(pair.reading) } else { outputEnd = pair.reading }
      }
      self.isCollected = isCollected
      let standardError = try open(folder.path("err"), O_WRONLY | O_CREAT | O_APPEND)
      // posix_spawn cannot set limits.
      let limited = memoryLimit.map { ["/bin/sh", "-c", "ulimit -d \($0 >> 10) && exec \"$0\" \"$@\""] } ?? []
      child = try Running.spawn(
        limited + [Command.path] + arguments, environment: environment, standardInput, standardOutput, standardError)
    }

    deinit {
      if inputEnd >= 0 { close(inputEnd) }
      if outputEnd >= 0 { close(outputEnd) }
    }

    /// Writes some of its standard input; false once nobody reads it.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
      var at = 0
      while at < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(inputEnd, $0.baseAddress! + at, $0.count - at) }
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        at += count
      }
      return true
    }

    /// Sends a signal; `finish` then tells how it ended.
    package func kill(_ signal: Int32) { _ = Glibc.kill(child, signal) }

    /// Gives it the rest of its input and waits for its end.
    package func finish() throws(FileFault) -> Result {
      switch input {
      case .bytes(let bytes): write(bytes)
      case .repeated(let chunk, let times):
        for _ in 0..<times where !write(chunk) { break }
      case .nothing, .file: break
      }
      return try wait()
    }

    /// Ends its input where it stands and waits for its end.
    package func wait() throws(FileFault) -> Result {
      if inputEnd >= 0 {
        close(inputEnd)
        inputEnd = -1
      }
      var output = readLine()
      var status: Int32 = 0
      while unsafe waitpid(child, &status, 0) < 0 {
        guard errno == EINTR else { throw FileFault(path: Command.path, what: "cannot be waited for: \(reason())") }
      }
      if isCollected { output = try readFile(folder.path("out")) }
      let signal = status & 0x7f
      return Result(
        status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: output,
        errors: String(decoding: try readFile(folder.path("err")), as: UTF8.self))
    }

    /// The first line of a pipe, which is closed then.
    private func readLine() -> [UInt8] {
      guard outputEnd >= 0 else { return [] }
      var line: [UInt8] = []
      var byte: UInt8 = 0
      while line.last != UInt8(ascii: "\n"), unsafe read(outputEnd, &byte, 1) == 1 { line.append(byte) }
      close(outputEnd)
      outputEnd = -1
      return line
    }

    private static func spawn(
      _ command: [String], environment: [String: String], _ input: Int32, _ output: Int32, _ errors: Int32
    ) throws(FileFault) -> pid_t {
      var variables = environment
      // No settings of the machine's own; a test that is about them says which.
      if variables["SKEIN_CONFIG"] == nil { variables["SKEIN_CONFIG"] = "none" }
      for name in ["PATH", "TMPDIR", "LD_LIBRARY_PATH"] where variables[name] == nil {
        if let value = unsafe getenv(name) { variables[name] = unsafe String(cString: value) }
      }
      var actions = unsafe posix_spawn_file_actions_t()
      unsafe posix_spawn_file_actions_init(&actions)
      defer { unsafe posix_spawn_file_actions_destroy(&actions) }
      unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
      unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
      var attributes = posix_spawnattr_t()
      unsafe posix_spawnattr_init(&attributes)
      defer { unsafe posix_spawnattr_destroy(&attributes) }
      // Signals that are ignored or blocked here are not to be there by inheritance.
      var signals = sigset_t()
      unsafe sigemptyset(&signals)
      unsafe posix_spawnattr_setsigmask(&attributes, &signals)
      for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGQUIT] { unsafe sigaddset(&signals, signal) }
      unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
      unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
      var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
      var settings = unsafe variables.sorted { $0.key < $1.key }.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
      defer {
        unsafe (arguments + settings).forEach { unsafe free($0) }
      }
      var child = pid_t()
      let failure = unsafe posix_spawn(&child, command[0], &actions, &attributes, &arguments, &settings)
      guard failure == 0 else {
        throw FileFault(path: command[0], what: "cannot be started: \(unsafe String(cString: strerror(failure)))")
      }
      return child
    }
  }
}
