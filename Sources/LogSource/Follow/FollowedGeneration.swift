internal import Platform
package import TraceCore

/// One generation being followed. `read` gives what is there; 0 means that there is no more for the moment (`isPaused`), or
/// never again (`isAtEnd`): then the follower has the next.
package final class FollowedGeneration: ByteSource {
  private enum Body {
    case file(FollowedFile, FollowCore)
    case pipe(LivePipe)
  }
  private let body: Body
  package private(set) var isPaused = false

  init(_ file: FollowedFile, _ core: FollowCore) { body = .file(file, core) }
  init(_ pipe: LivePipe) { body = .pipe(pipe) }

  /// What people call it: the name under which it was found.
  package var display: String {
    switch body {
    case .file(let file, _): file.display
    case .pipe(let pipe): pipe.display
    }
  }

  package var compression: Compression {
    switch body {
    case .file(let file, _): file.compression
    case .pipe(let pipe): pipe.compression
    }
  }

  /// When the file was changed last before it was opened, nanoseconds since 1970; 0 for a pipe.
  package var modified: Int64 {
    guard case .file(let file, _) = body else { return 0 }
    return file.modified
  }

  /// Decompressed bytes of the file in front of the first one that is given.
  package var startOffset: Int64 {
    guard case .file(let file, _) = body else { return 0 }
    return file.start
  }

  /// Whether a copytruncate may have lost lines in front of it.
  package var rotationMayLose: Bool {
    guard case .file(let file, _) = body else { return false }
    return file.rotationMayLose
  }

  /// Whether its first byte may continue a line that the generation before left unfinished. Not so after a gap, for late
  /// bytes, and after late bytes: such a line must be ended where it stands.
  package var continuesLine: Bool {
    guard case .file(let file, _) = body else { return false }
    return file.goesOn
  }

  package var isAtEnd: Bool {
    switch body {
    case .file(let file, _): file.isEnded
    case .pipe(let pipe): pipe.isEnded
    }
  }

  package var bytesRead: Int64 {
    switch body {
    case .file(let file, _): file.bytesRead
    case .pipe(let pipe): pipe.bytesRead
    }
  }

  /// What is missing in front of it, as far as no `FollowEvent` tells it: rotations that are not there or not to be read.
  package var openingNotes: [LedgerNote] {
    guard case .file(let file, _) = body else { return [] }
    return file.notes
  }

  /// What decompressing has to say once it has ended.
  package var notes: [LedgerNote] {
    switch body {
    case .file(let file, _): file.sourceNotes
    case .pipe(let pipe): pipe.notes
    }
  }

  /// Gives back what is only needed while bytes come.
  package func rest() {
    if case .file(let file, _) = body { file.rest() }
  }

  var followed: FollowedFile? {
    guard case .file(let file, _) = body else { return nil }
    return file
  }

  /// Up to `Generation.headLimit` first decompressed bytes of the file, wherever reading stands; of a pipe those that have
  /// come. Costs a read.
  package func head() throws(SourceError) -> [UInt8] {
    switch body {
    case .file(let file, _):
      let head = try file.held.head(file.compression, limit: Generation.headLimit)
      // Cut in the meantime: what is known of it.
      return head.starts(with: file.head) ? head : file.head
    case .pipe(let pipe): return pipe.head
    }
  }

  /// Never waits. An idle file costs two calls to the system.
  package func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    switch body {
    case .pipe(let pipe):
      let count = try pipe.read(into: block, atMost: limit)
      isPaused = count == 0 && !pipe.isEnded
      return count
    case .file(let file, let core):
      let count = try read(file, core, into: block, atMost: limit)
      isPaused = count == 0 && !file.isEnded
      return count
    }
  }

  private func read(
    _ file: FollowedFile, _ core: FollowCore, into block: Block, atMost limit: Int
  ) throws(SourceError) -> Int {
    guard !file.isEnded else { return 0 }
    let now = core.clock()
    if file.isUnproven {
      let status = try file.held.status()
      // Empty as before, and changed: filled, copied and cut since. (What was seen in it is asked for when it is cut.)
      if status.size > 0 || (file.knownSize == 0 && status.modified != file.provenChange) {
        file.provenChange = status.modified
        guard try core.prove(file, now) else { return 0 }
        file.isUnproven = status.size == 0
      }
    }
    // Nothing there: something may have come while it was looked at.
    for _ in 0..<2 {
      switch try file.read(into: block, atMost: limit) {
      case .bytes(let count):
        try core.glance(now)
        return count
      case .truncated:
        try core.truncated(file, now)
        return 0
      case .nothing:
        if file.compression != .none || file.limit != nil {
          core.end(file, now: now, isWatched: file.compression == .none)
          return 0
        }
        try core.look(now)
        if file.isEnded || file.unread == 0 { return 0 }
      }
    }
    return 0
  }
}
