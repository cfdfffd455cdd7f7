package import LogSource
package import Pipeline
internal import Platform
internal import Report
internal import RulePack
package import TraceCore

/// Writes the state of following into a file every few seconds, and takes it from there after a restart.
package final class CheckpointKeeper {
  /// Nanoseconds between two writes.
  private static let interval: Int64 = 5 * EventTime.nanosecondsPerSecond
  /// A write that takes long is done less often: a twentieth of the time goes into it at most.
  private static let share: Int64 = 20

  private let file: CheckpointFile
  private let path: String
  private var lock: CheckpointLock?
  /// Why the state could not be written the last time; nil if it was.
  private var failure: OutputError?
  /// The last write came to nothing: the driver had no state of its own then, or the disk no room.
  package private(set) var isLate = false
  /// Lines that ended earlier runs; forgotten once the checkpoint lies after them.
  package let journal: FaultJournal
  /// The journal holds lines that were not met yet.
  package var isJournalNeeded = false
  /// What starts over, as a sentence.
  private let startingOver: String
  private var due: Int64
  private var hasWarned = false

  /// - Parameters:
  ///   - options: everything that decides what a run counts.
  ///   - startingOver: how to, for errors.
  package init(path: String, options: [String], startingOver: String) {
    self.startingOver = startingOver
    file = CheckpointFile(path: path, program: ProgramVersion.text, options: EventID.make(options))
    self.path = path
    journal = FaultJournal(checkpoint: path)
    // What was read first is kept at once: until then a restart knows of nothing.
    due = Clock.monotonicNanoseconds
  }

  /// Makes sure that this run can keep its state there, and no other run does.
  package func begin() throws(Failure) {
    do throws(OutputError) {
      try AtomicFile.check(path)
    } catch {
      throw Failure(.data, "--checkpoint: \(error.message)")
    }
    do throws(CheckpointError) {
      lock = try CheckpointLock(checkpoint: path)
    } catch {
      throw Failure(.data, "--checkpoint: \(error.message)")
    }
    isJournalNeeded = !journal.read().isEmpty
    Terminal.keepFaults(in: journal.path)
  }

  /// Writes the state for the last time: it has to be kept.
  package func finish(_ driver: FollowDriver) throws(Failure) {
    try write(driver)
    if let failure {
      throw Failure(.data, "--checkpoint: \(failure.message); the next run continues from the previous state")
    }
  }

  /// The state of an earlier run; nil without one.
  package func read() throws(Failure) -> Block? {
    do throws(CheckpointError) {
      return try file.read()
    } catch {
      throw Failure(.data, "\(CheckpointKeeper.message(error)); \(startingOver)")
    }
  }

  private static func message(_ error: CheckpointError) -> String {
    // The file has only a digest of the options, which tells nobody anything.
    guard case .otherOptions(let path, _, _) = error else { return error.message }
    return
      "\(path) was written by a run with other files, or with other options or another gate: what it counted is not what this one "
      + "would have; use the same, or name another file"
  }

  /// Whether a write is due.
  package func isDue(at now: Int64) -> Bool { now >= due }

  /// Writes the driver's state; where it has none now, a little later.
  package func write(_ driver: FollowDriver) throws(Failure) {
    let begin = Clock.monotonicNanoseconds
    let state: Block
    do throws(StateError) {
      state = try driver.saved()
    } catch {
      (due, isLate) = (begin + EventTime.nanosecondsPerSecond / 10, true)
      return
    }
    do throws(OutputError) {
      try file.write(state.bytes)
      (hasWarned, failure, isLate) = (false, nil, false)
      if !isJournalNeeded { journal.remove() }
    } catch {
      (failure, isLate) = (error, true)
      // Following goes on: the last checkpoint is still good, and the disk may have room again later.
      if !hasWarned { Terminal.writeError("skein: \(error.message)\n") }
      hasWarned = true
    }
    let end = Clock.monotonicNanoseconds
    due = end + max(CheckpointKeeper.interval, (end - begin) * CheckpointKeeper.share)
  }
}
