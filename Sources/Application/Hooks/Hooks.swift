internal import Glibc
internal import Platform

/// Runs commands when something happened: each in a process of its own, with the event's JSON on its standard input, a few
/// at a time, each for a limited time.
///
/// Nothing here waits but `finish`: a caller calls `poll` when one of `descriptors` can be read or `due` has come, and often
/// enough else. What a command writes and how it ends is told, never taken as an instruction. No shell is involved, and no
/// text of a log reaches an argument or the environment.
package final class Hooks {
  package struct Limits: Sendable {
    /// Nanoseconds that a command may run; then its group gets SIGTERM.
    var time: Int64 = 10_000_000_000
    /// Nanoseconds from SIGTERM to SIGKILL.
    var grace: Int64 = 2_000_000_000
    /// Commands that run at once, at least 1.
    var atOnce = 4
    /// Events that wait; more push the oldest out.
    var queue = 100
    /// Bytes that are kept of what a command writes.
    var output = 4_096
  }

  /// What a command is told.
  package struct Event: Sendable, Equatable {
    /// As in the JSON's `event`: `finding`, `verdict`. Verdicts go before others and are pushed out last.
    var kind: String
    /// The JSON's `event_id`.
    var id: String
    /// `P0` ... `P3`, for a finding.
    var severity: String?
    /// `pass`, `fail`, `inconclusive`, for a verdict.
    var state: String?
    /// Written to standard input; already redacted.
    var json: [UInt8]
  }

  package struct Result: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
      case ended(ChildProcess.Ending)
      /// Stopped after its time.
      case timedOut
      /// An errno in words.
      case notStarted(String)
      /// Pushed out of a full queue, or still waiting at the end.
      case dropped
    }

    /// As it was given.
    var command: String
    var eventID: String
    var outcome: Outcome
    /// What it wrote to both outputs, the first bytes.
    var output: [UInt8] = []
    /// Bytes that it wrote.
    var written: Int64 = 0
    /// Nanoseconds.
    var duration: Int64 = 0

    /// Whether it did what it was there for.
    var isSuccess: Bool { outcome == .ended(.exited(0)) }
  }

  private struct Waiting {
    let command: HookCommand
    let event: Event
  }

  private struct Running {
    let work: Waiting
    var process: ChildProcess
    let start: Int64
    /// When the next signal is sent, and which.
    var deadline: Int64
    var isTimedOut = false
    var isKilled = false
    var unwritten: ArraySlice<UInt8>
    var output: [UInt8] = []
    var written: Int64 = 0
  }

  private let limits: Limits
  private let clock: () -> Int64
  private var waiting: [Waiting] = []
  private var running: [Running] = []
  private var results: [Result] = []

  /// - Parameter clock: monotonic nanoseconds.
  package init(_ limits: Limits = Limits(), clock: @escaping () -> Int64 = { Clock.monotonicNanoseconds }) {
    self.limits = limits
    self.clock = clock
    ChildProcess.prepare()
  }

  /// Stops what still runs: nobody would tell of it.
  deinit {
    for i in running.indices {
      running[i].process.signalGroup(SIGKILL)
      _ = running[i].process.reap()
      running[i].process.closeInput()
      running[i].process.closeOutput()
    }
  }

  /// Nothing runs and nothing waits.
  package var isIdle: Bool { waiting.isEmpty && running.isEmpty }

  /// Outputs of running commands, to be polled for reading. One that closes tells of an end.
  package var descriptors: [Int32] { running.map(\.process.output).filter { $0 >= 0 } }

  /// When `poll` has something to do at the latest, in nanoseconds of the clock; nil: nothing runs. An end may show only by
  /// asking (the output was closed, or is held by a grandchild; the input is full), so this is never far away.
  package var due: Int64? { running.isEmpty ? nil : min(running.map(\.deadline).min() ?? .max, clock() + 100_000_000) }

  /// Has `command` run for `event`, now or when its turn comes.
  package func run(_ command: HookCommand, for event: Event) {
    if waiting.count >= max(limits.queue, 0) {
      // A verdict makes room for itself before it gives room to others.
      let oldest = waiting.firstIndex { $0.event.kind != "verdict" } ?? (event.kind == "verdict" ? 0 : nil)
      guard let oldest, !waiting.isEmpty else { return drop(Waiting(command: command, event: event)) }
      drop(waiting.remove(at: oldest))
    }
    waiting.append(Waiting(command: command, event: event))
    startMore()
  }

  /// Goes on with everything; returns what has ended since the last call, in the order in which it ended.
  package func poll() -> [Result] {
    let now = clock()
    var i = 0
    while i < running.count {
      exchange(&running[i])
      enforce(&running[i], now)
      guard running[i].process.hasEnded else {
        i += 1
        continue
      }
      // Read before: what was written last is in the pipe.
      exchange(&running[i])
      var done = running.remove(at: i)
      // It has gone; what it has started in its group goes with it, and may be deaf to SIGTERM.
      done.process.signalGroup(done.isTimedOut ? SIGKILL : SIGTERM)
      let ending = done.process.reap()
      done.process.closeInput()
      done.process.closeOutput()
      results.append(
        Result(
          command: done.work.command.text, eventID: done.work.event.id,
          outcome: done.isTimedOut ? .timedOut : .ended(ending),
          output: done.output, written: done.written, duration: max(now - done.start, 0)))
    }
    startMore()
    defer { results = [] }
    return results
  }

  /// The end of the run: waits for what runs and what still waits, but for new ones no longer than one may run; what has not
  /// started by then is dropped. `sleep` waits until one of the descriptors can be read, for so many nanoseconds at most.
  package func finish(sleep: ([Int32], Int64) -> Void = Syscalls.waitForAny) -> [Result] {
    var all = poll()
    let last = clock() + limits.time
    while !isIdle {
      if clock() >= last {
        waiting.forEach(drop)
        waiting = []
      }
      if !running.isEmpty { sleep(descriptors, 20_000_000) }
      all += poll()
    }
    return all + poll()
  }

  // MARK: One command

  private func startMore() {
    while running.count < max(limits.atOnce, 1), !waiting.isEmpty {
      let work = waiting.remove(at: waiting.firstIndex { $0.event.kind == "verdict" } ?? 0)
      let event = work.event
      let now = clock()
      let started = ChildProcess.start(
        work.command.words,
        variables: ["SKEIN_EVENT": event.kind, "SKEIN_SEVERITY": event.severity, "SKEIN_STATE": event.state])
      switch started {
      case .success(let process):
        running.append(
          Running(work: work, process: process, start: now, deadline: now + limits.time, unwritten: event.json[...]))
        exchange(&running[running.count - 1])
      case .failure(let failure):
        results.append(
          Result(command: work.command.text, eventID: event.id, outcome: .notStarted(failure.text)))
      }
    }
  }

  /// Gives it what it takes and takes what it gives.
  private func exchange(_ running: inout Running) {
    if running.process.input >= 0 {
      if !running.unwritten.isEmpty {
        // A command need not read its input.
        let taken = running.process.write(running.unwritten) ?? running.unwritten.count
        running.unwritten = running.unwritten.dropFirst(taken)
      }
      if running.unwritten.isEmpty { running.process.closeInput() }
    }
    guard running.process.output >= 0 else { return }
    guard let bytes = running.process.read() else { return running.process.closeOutput() }
    running.written += Int64(bytes.count)
    running.output += bytes.prefix(max(limits.output - running.output.count, 0))
  }

  private func enforce(_ running: inout Running, _ now: Int64) {
    guard now >= running.deadline, !running.isKilled else { return }
    if running.isTimedOut {
      running.process.signalGroup(SIGKILL)
      running.isKilled = true
      running.deadline = .max
    } else {
      running.process.signalGroup(SIGTERM)
      // A stopped one would not hear of it.
      running.process.signalGroup(SIGCONT)
      running.isTimedOut = true
      running.deadline = now + limits.grace
    }
  }

  private func drop(_ work: Waiting) {
    results.append(Result(command: work.command.text, eventID: work.event.id, outcome: .dropped))
  }
}
