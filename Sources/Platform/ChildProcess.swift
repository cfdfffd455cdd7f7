internal import CShims
internal import Glibc

/// A process that was started with a pipe to its standard input and one from both its outputs, in a process group of its own.
///
/// Neither pipe waits. Whoever holds it must `reap` it; what it started itself is in its group unless it went elsewhere.
/// Descriptors of skein's own do not reach it: all of them close on exec.
package struct ChildProcess {
  /// How a process ended.
  package enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// Also the number of its group.
  package let number: Int32
  /// -1 once closed.
  package private(set) var input: Int32
  package private(set) var output: Int32

  /// Ends of processes are to be waited for, whatever the program inherited. Once, before the first start.
  package static func prepare() { _ = signal(SIGCHLD, SIG_DFL) }

  /// - Parameters:
  ///   - words: the program, looked up in PATH unless it has a slash, and its arguments.
  ///   - variables: set in its environment, or (nil) not there; everything else is inherited.
  ///   - folder: in which it runs, and from which a program with a slash in its name is looked up; nil for skein's own.
  /// - Returns: the process, or the errno of what failed.
  package static func start(
    _ words: [String], variables: [String: String?], folder: String? = nil
  ) -> Result<ChildProcess, StartFailure> {
    var toChild: [Int32] = [-1, -1]
    var fromChild: [Int32] = [-1, -1]
    var code = unsafe skein_pipe(&toChild)
    guard code == 0 else { return .failure(StartFailure(code: code)) }
    code = unsafe skein_pipe(&fromChild)
    guard code == 0 else {
      toChild.forEach { _ = Glibc.close($0) }
      return .failure(StartFailure(code: code))
    }
    _ = fcntl(toChild[1], F_SETFL, O_NONBLOCK)
    _ = fcntl(fromChild[0], F_SETFL, O_NONBLOCK)
    var child = pid_t()
    code = spawn(words, variables, folder, toChild[0], fromChild[1], &child)
    _ = Glibc.close(toChild[0])
    _ = Glibc.close(fromChild[1])
    guard code == 0 else {
      _ = Glibc.close(toChild[1])
      _ = Glibc.close(fromChild[0])
      return .failure(StartFailure(code: code))
    }
    return .success(ChildProcess(number: child, input: toChild[1], output: fromChild[0]))
  }

  package struct StartFailure: Error, Equatable {
    /// An errno.
    let code: Int32
    package var text: String { unsafe String(cString: strerror(code)) }
  }

  private static func spawn(
    _ words: [String], _ variables: [String: String?], _ folder: String?, _ input: Int32, _ output: Int32,
    _ child: inout pid_t
  ) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    if let folder {
      let code = unsafe skein_spawn_in(&actions, folder)
      if code != 0 { return code }
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What skein ignores or handles is as usual in the child.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU] {
      unsafe sigaddset(&signals, signal)
    }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    var settings = unsafe environment(variables) + [nil]
    defer {
      unsafe (arguments + settings).forEach { unsafe free($0) }
    }
    return unsafe posix_spawnp(&child, words[0], &actions, &attributes, &arguments, &settings)
  }

  /// `NAME=value` of the process byte for byte, with some others; to be freed.
  private static func environment(_ variables: [String: String?]) -> [UnsafeMutablePointer<CChar>?] {
    var out = unsafe [UnsafeMutablePointer<CChar>?]()
    var at = unsafe environ
    while let entry = unsafe at.pointee {
      let name = unsafe String(cString: entry).prefix { $0 != "=" }
      if variables[String(name)] == nil { unsafe out.append(strdup(entry)) }
      unsafe at += 1
    }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      if let value { unsafe out.append(strdup("\(name)=\(value)")) }
    }
    return unsafe out
  }

  /// Gives it some of `bytes`; how many it took. Nil: it reads no more.
  package func write(_ bytes: ArraySlice<UInt8>) -> Int? { Syscalls.writeAvailable(bytes, to: input) }

  /// What it has written; nil: nobody writes any more.
  package func read() -> [UInt8]? { Syscalls.readAvailable(output) }

  package mutating func closeInput() {
    if input >= 0 { _ = Glibc.close(input) }
    input = -1
  }

  package mutating func closeOutput() {
    if output >= 0 { _ = Glibc.close(output) }
    output = -1
  }

  /// Whether it has ended; it is not reaped by that, so that its number stays its own.
  package var hasEnded: Bool {
    var information = unsafe siginfo_t()
    let code = unsafe waitid(P_PID, id_t(number), &information, WEXITED | WNOHANG | WNOWAIT)
    // An error means that there is nothing to wait for.
    return unsafe code != 0 || information.si_signo == SIGCHLD
  }

  /// Sends a signal to its group. Only before `reap`: the number is someone else's after it.
  package func signalGroup(_ signal: Int32) { _ = kill(-number, signal) }

  /// How it ended; waits for that.
  package func reap() -> Ending {
    var status: Int32 = 0
    while unsafe waitpid(number, &status, 0) < 0 {
      if errno != EINTR { return .exited(-1) }
    }
    // <bits/waitstatus.h>: the low seven bits are the signal, the next byte the exit status.
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }
}
