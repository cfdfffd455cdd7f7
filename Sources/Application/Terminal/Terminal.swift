internal import CShims
internal import Glibc
package import Report

/// Standard output and standard error: what they are, and writing to them whole.
package enum Terminal {
  /// What is to hold before anything is read: a fault of skein's own ends with 70 and says so, and a closed pipe must end the program quietly: writes then fail with EPIPE, which `write` turns into exit code 0.
  package static func prepare() {
    _ = signal(SIGPIPE, SIG_IGN)
    unsafe skein_fault_install(ProgramVersion.text)
  }

  /// Each log that is followed is kept open: of thousands more than a process usually may.
  package static func allowManyFiles() { skein_raise_files() }

  /// A fault of skein's own leaves in the file at `path` which line it was at.
  package static func keepFaults(in path: String) { unsafe skein_fault_journal(path) }

  package static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  package static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
  package static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Whether standard output goes to a file, so that nobody reads it yet.
  package static var outputIsFile: Bool {
    var status = stat()
    return unsafe fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Columns of the terminal on standard output; nil if it is none. `COLUMNS` wins, as in other tools.
  package static var width: Int? {
    if let text = environment("COLUMNS"), let columns = Int(text), columns > 0 { return columns }
    guard outputIsTerminal else { return nil }
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Seconds of a clock that only runs forward; for showing progress, never for a result.
  package static var monotonicSeconds: Double {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// The folder in which the program runs; nil where it has none any more.
  package static var workingFolder: String? {
    guard let path = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Whether the locale says that UTF-8 can be shown. A pipe gets UTF-8.
  package static var isUnicode: Bool {
    guard outputIsTerminal else { return true }
    let locale = environment("LC_ALL") ?? environment("LC_CTYPE") ?? environment("LANG") ?? ""
    return environment("TERM") != "linux" && (locale.isEmpty || locale.uppercased().contains("UTF"))
  }

  /// Writes all bytes to standard output. Ends the program if nobody reads them any more.
  package static func write(_ sink: inout TextSink) throws(Failure) {
    try sink.drain { (bytes: Span<UInt8>) throws(Failure) in try write(bytes) }
  }

  /// As above, bytes as they are.
  package static func write(_ bytes: Span<UInt8>) throws(Failure) { try write(bytes, to: STDOUT_FILENO) }

  /// Writes messages for people to standard error, which every message of the program comes through: what they quote of logs,
  /// of files of rules and gates, of names and arguments must do nothing to the terminal. All but line ends is escaped.
  package static func writeError(_ text: String) {
    var shown = text
    // A line end in an argument is no line end of the message.
    for argument in CommandLine.arguments where argument.contains(where: \.isNewline) {
      shown = shown.replacing(argument, with: Escape.terminal(argument))
    }
    let lines = shown.split(separator: "\n", omittingEmptySubsequences: false)
    writeControls(lines.map { Escape.terminal(String($0)) }.joined(separator: "\n"))
  }

  /// As it is: for the program's own escape sequences, and never with a text from outside.
  package static func writeControls(_ text: String) {
    let bytes = Array(text.utf8)
    // Nothing is left to be done if standard error itself fails.
    try? write(bytes.span, to: STDERR_FILENO)
  }

  private static func write(_ bytes: Span<UInt8>, to descriptor: Int32) throws(Failure) {
    var failure: Failure?
    unsafe bytes.withUnsafeBytes { buffer in
      var at = 0
      while at < buffer.count, let base = buffer.baseAddress {
        let written = unsafe Glibc.write(descriptor, base + at, buffer.count - at)
        if written >= 0 {
          at += written
        } else if errno == EPIPE {
          exit(0)
        } else if errno != EINTR && errno != EAGAIN {
          failure = unsafe Failure(.data, "cannot write the output: \(String(cString: strerror(errno)))")
          return
        }
      }
    }
    if let failure { throw failure }
  }
}
