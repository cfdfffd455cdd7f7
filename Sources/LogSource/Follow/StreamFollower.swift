internal import Platform

/// Follows one log: its generations one after another, each until it is certain that nothing more comes to it.
///
/// A renamed file is read to its end through the descriptor that is open already, and left once the newer one has bytes and
/// it was quiet for `Options.quiet`, or after `Options.grace`; what is written into it later is given late. A file that was
/// cut is told by what stands before the place that was reached, not by its size alone. It never waits, starts no thread, and
/// asks no clock but the one it is given.
package final class StreamFollower {
  /// All in nanoseconds of the clock.
  package struct Options: Sendable, Equatable {
    /// How long a rotated file must not have grown to be left.
    package var quiet: Int64 = 1_000_000_000
    /// How long a file that goes on growing is read after the newer one got bytes.
    package var grace: Int64 = 10_000_000_000
    /// How long a file that was left is watched for late bytes, from the last one on.
    package var lateWindow: Int64 = 60_000_000_000
    /// How often rotations are looked for while there is still something to read.
    package var glance: Int64 = 1_000_000_000

    package init() {}
  }

  /// What people call the stream.
  package let display: String
  /// What is opened; `-` for standard input.
  package var path: String { core?.path ?? display }
  /// Where an earlier run stood, if following began there: still the place as long as nothing was taken over.
  package let startPosition: FollowPosition?
  private let core: FollowCore?
  private let pipe: LivePipe?
  private var isPipeGiven = false

  /// - Parameters:
  ///   - path: the active file; it need not be there yet.
  ///   - display: what people call it.
  ///   - isSeries: `path` is one of several files that are written one after the other, each under its own name; the log is
  ///     called `display`.
  ///   - clock: nanoseconds of a clock that only runs forward.
  ///   - folders: shared by followers, so that a folder is listed once for all of them.
  package init(
    path: String, display: String, isSeries: Bool = false, from: FollowStart, clock: @escaping () -> Int64,
    options: Options = .init(), folders: FolderListings = .init()
  ) {
    self.display = display
    startPosition = if case .position(let position) = from { position } else { nil }
    core = FollowCore(
      path: path, display: display, isSeries: isSeries, from: from, clock: clock, options: options,
      folders: folders.index)
    pipe = nil
  }

  /// Standard input, or a FIFO that was named.
  init(pipe: LivePipe) {
    display = pipe.display
    startPosition = nil
    core = nil
    self.pipe = pipe
  }

  /// Whether there is never another generation: a pipe was given.
  package var isFinished: Bool { pipe != nil && isPipeGiven }

  /// Whether a newer file has lines, and the one that is read is not left yet (`Options.quiet`).
  package func isLeaving(_ now: Int64) -> Bool { core?.isLeaving(now) ?? false }

  /// What poll(2) can wait for: a pipe's descriptor; nil for files.
  package var descriptor: Int32? { pipe?.descriptor }

  /// The next generation once the one before has ended; nil while there is none. Opens the first too. Never blocks.
  package func next() throws(SourceError) -> FollowedGeneration? {
    if let pipe {
      guard !isPipeGiven, try pipe.isIdentified() else { return nil }
      isPipeGiven = true
      return FollowedGeneration(pipe)
    }
    guard let core, let file = try core.next() else { return nil }
    return FollowedGeneration(file, core)
  }

  /// Takes what happened since last asked.
  package func takeEvents() -> [FollowEvent] { core?.takeEvents() ?? [] }

  /// Where reading stands if `consumed` (decompressed) bytes of `generation` from its file's beginning were taken over for
  /// good. Of a pipe there is nothing to come back to: only the count.
  package func position(consumed: Int64, of generation: FollowedGeneration) -> FollowPosition {
    guard let core, let file = generation.followed else {
      return FollowPosition(
        identity: FileIdentity(device: 0, inode: 0), head: [], offset: consumed, tail: [], known: [])
    }
    return core.position(consumed: consumed, of: file)
  }
}
