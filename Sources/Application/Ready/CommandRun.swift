internal import Glibc
package import Platform

/// A command of a checklist: runs it to its end, or to its limit, and keeps the end of what it writes.
///
/// Its standard input is empty, both outputs go one way, and no shell is involved. At its limit its whole group is stopped;
/// what it leaves running when it ends by itself is left alone, as a shell would.
package struct CommandRun {
  package enum Outcome: Equatable, Sendable {
    case ended(ChildProcess.Ending)
    /// Stopped at its limit.
    case timedOut
    /// Why, in the system's words.
    case notStarted(String)
    /// Stopped since skein itself was to end.
    case interrupted
  }

  package struct Limits: Sendable {
    /// Nanoseconds from SIGTERM to SIGKILL.
    package var grace: Int64 = 1_000_000_000
    /// Bytes of the output that are kept, the last ones.
    package var kept = 8_192
    /// Nanoseconds between two looks.
    package var look: Int64 = 20_000_000

    package init() {}
  }

  package private(set) var outcome = Outcome.interrupted
  /// The last bytes of both outputs together.
  package private(set) var tail: [UInt8] = []
  /// Bytes that were written in all.
  package private(set) var written: Int64 = 0

  /// - Parameters:
  ///   - words: the program and its arguments; not empty.
  ///   - folder: where it runs; nil for skein's own.
  ///   - limit: nanoseconds.
  ///   - clock: monotonic nanoseconds.
  package init(
    _ words: [String], folder: String?, limit: Int64, limits: Limits = Limits(),
    clock: () -> Int64 = { Clock.monotonicNanoseconds }, shouldStop: () -> Bool = { false }
  ) {
    ChildProcess.prepare()
    let deadline = clock().addingReportingOverflow(limit)
    switch ChildProcess.start(words, variables: [:], folder: folder) {
    case .failure(let failure): outcome = .notStarted(failure.text)
    case .success(var process):
      process.closeInput()
      var stopped: Outcome?
      var killAt = deadline.overflow ? Int64.max : deadline.partialValue
      while !process.hasEnded {
        if process.output >= 0, !read(&process, limits) { process.closeOutput() }
        let now = clock()
        if stopped == nil, shouldStop() || now >= killAt {
          stopped = now >= killAt ? .timedOut : .interrupted
          killAt = now + limits.grace
          process.signalGroup(SIGTERM)
          // A stopped one would not hear of it.
          process.signalGroup(SIGCONT)
        } else if stopped != nil, now >= killAt {
          process.signalGroup(SIGKILL)
        }
        Syscalls.waitForAny(process.output >= 0 ? [process.output] : [], atMost: limits.look)
      }
      // What was written last is in the pipe. Whoever still holds it and goes on writing is not waited for.
      for _ in 0..<64 where process.output >= 0 {
        let before = written
        if !read(&process, limits) { process.closeOutput() }
        if written == before { break }
      }
      if stopped != nil { process.signalGroup(SIGKILL) }
      let ending = process.reap()
      process.closeOutput()
      outcome = stopped ?? .ended(ending)
    }
  }

  /// False: nobody writes any more.
  private mutating func read(_ process: inout ChildProcess, _ limits: Limits) -> Bool {
    guard let bytes = process.read() else { return false }
    written += Int64(bytes.count)
    tail += bytes
    if tail.count > limits.kept { tail.removeFirst(tail.count - limits.kept) }
    return true
  }

  // MARK: As evidence

  private static let mostLines = 12
  private static let longestLine = 400

  /// The last lines of its output, as text.
  package var lines: [String] {
    // A carriage return alone begins a line of a terminal anew, as progress bars do.
    var lines = tail.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }[...]
    if written > Int64(tail.count), lines.count > 1 { lines = lines.dropFirst() }
    return lines.suffix(CommandRun.mostLines).map { line in
      let text = String(decoding: line, as: UTF8.self)
      return text.count > CommandRun.longestLine ? String(text.prefix(CommandRun.longestLine)) + "…" : text
    }
  }

  /// Bytes before `lines`, roughly: those that a reader is not shown.
  package var omitted: Int64 {
    let shown = lines.reduce(0) { $0 + Int64($1.utf8.count) + 1 }
    return max(0, written - shown)
  }
}
