internal import Platform
internal import TraceCore

/// The state of following one log: the file that is read now, those that come after it, and those that may still be written
/// into although they were left.
///
/// Beginning is in `FollowCore+Start`, what is done about rotations in `+Rotation`, about cuts in `+Truncation`, about bytes
/// that come late in `+Late`. It never waits and asks the clock only for how long something has been so.
final class FollowCore {
  /// What stands under the name that is followed.
  enum Active: Equatable {
    /// With the time of the last change of its folder: rotations may come and go while it is away.
    case missing(since: Int64)
    case denied
    case file(FileIdentity)
    case other(FileStatus.Kind)

    var isMissing: Bool { if case .missing = self { true } else { false } }
  }

  /// What is followed; of a series the newest file of it.
  var path: String
  /// What people call the log.
  let display: String
  /// There is no file of one name: each day, or hour, has its own (`app-2026-11-23.log`).
  let isSeries: Bool
  /// When the folder was looked at for a newer file of the series: its last change, the time of the clock, and whether it was
  /// looked at again some time later (what comes within one tick of the file system's clock changes no time).
  var searched: (change: Int64, at: Int64, isSettled: Bool)?
  let clock: () -> Int64
  /// What is known of folders; shared by all logs that are followed.
  let folders: FolderIndex
  /// Of a log with many files, what the last listing has found.
  var facts: [String: ListedFile.Facts] = [:]
  let options: StreamFollower.Options
  /// Until the beginning has succeeded.
  var beginning: FollowStart?

  var current: FollowedFile?
  /// What comes after `current`, in order; at most `queueLimit`, each kept open.
  var queue: [FollowedFile] = []
  static let queueLimit = 32
  /// The rest of a listing that was longer than the queue.
  var backlog: Backlog?
  struct Backlog {
    let listing: RotationListing
    /// The first file that is not in the queue yet.
    var next: Int
    /// What stood under the name when it was listed.
    let active: Active?
    /// The file before which lines may be lost, or -1; and whether that may be so before all of them, by their names.
    var mayLoseAt = -1
    var mayLoseAfterAll = false
  }
  /// Where rotations were found that are neither beside the log nor beside what a link points at (logrotate's `olddir`).
  var oldFolders: [RotationListing.Place] = []
  /// Read to their end and left, at most `mostLeft`; watched for late bytes.
  var left: [Left] = []
  static let mostLeft = 64
  struct Left {
    let file: FollowedFile
    var since: Int64
    /// When bytes were seen that nobody has read.
    var lateSince: Int64?
  }
  /// What was read or passed over before this run, oldest first.
  var known: [FileMark] = []
  /// What was given in this run, in order.
  private(set) var history: [Given] = []
  struct Given {
    let sequence: Int
    let number: Int
    var mark: FileMark
  }
  /// Copies that were passed over, to be reported with the next generation.
  var passedOver: [LedgerNote] = []
  /// Whether the next generation comes after a gap: it continues no line.
  var isBehindGap = false
  private var lastSequence = 0
  private var lastNumber = 0
  /// The last one that was given, whether it has ended or not: the listing is read from there on.
  var last: FollowedFile?

  var active: Active?
  /// What `active` was when the folder was listed; nil if it must be listed again.
  var listedFor: Active?
  private var events: [FollowEvent] = []
  var lookedAt: Int64

  init(
    path: String, display: String, isSeries: Bool, from: FollowStart, clock: @escaping () -> Int64,
    options: StreamFollower.Options, folders: FolderIndex
  ) {
    self.folders = folders
    self.path = path
    self.isSeries = isSeries
    self.display = display
    self.clock = clock
    self.options = options
    beginning = from
    lookedAt = clock()
  }

  func tell(_ kind: FollowEvent.Kind, _ text: String, bytes: Int64 = -1, note: LedgerNote? = nil) {
    events.append(FollowEvent(kind, path: display, text: text, bytes: bytes, note: note))
  }

  func takeEvents() -> [FollowEvent] {
    defer { events.removeAll() }
    return events
  }

  func newNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  // MARK: one generation after another

  func next() throws(SourceError) -> FollowedFile? {
    if let current, !current.isEnded { return nil }
    if queue.isEmpty {
      try look(clock())
      // A look may have put something at the end of a file that is not read any more.
      guard !queue.isEmpty else { return nil }
    }
    let file = queue.removeFirst()
    lastSequence += 1
    file.sequence = lastSequence
    current = file
    last = file
    return file
  }

  /// Whether a newer file has lines while the current one is still read; for `Options.grace` at most.
  func isLeaving(_ now: Int64) -> Bool {
    guard let current, !current.isEnded, let since = current.supersededSince else { return false }
    return now - since <= options.grace
  }

  /// Ends the current file where it was read to; what it was stays known.
  func end(_ file: FollowedFile, now: Int64, isWatched: Bool) {
    file.end()
    history.append(Given(sequence: file.sequence, number: file.number, mark: file.mark(isOpen: false)))
    if history.count > 4 * FollowPosition.knownLimit { history.removeFirst(2 * FollowPosition.knownLimit) }
    if isWatched {
      left.append(Left(file: file, since: now, lateSince: nil))
      // Of many that were read one after the other the newest: nobody writes into those before them.
      if left.count > FollowCore.mostLeft, let first = left.firstIndex(where: { $0.lateSince == nil }) {
        left.remove(at: first)
      }
    }
    if current === file { current = nil }
  }

  // MARK: positions

  /// Where reading stands once `consumed` bytes of `file` are taken over: what was given before it is known, what was given
  /// after it is not.
  func position(consumed: Int64, of file: FollowedFile) -> FollowPosition {
    var marks = known.filter { !$0.isSame(as: file) }
    var numbers: [Int: Int] = [:]
    let open = Set(left.map(\.file.number) + (current.map { [$0.number] } ?? []) + queue.map(\.number))
    for given in history where given.sequence < file.sequence && given.number != file.number {
      var mark = given.mark
      mark.isOpen = open.contains(given.number)
      if let at = numbers[given.number] {
        marks[at] = mark
      } else {
        numbers[given.number] = marks.count
        marks.append(mark)
      }
    }
    let consumed = max(file.start, consumed)
    return FollowPosition(
      identity: file.held.identity, head: file.head, offset: consumed, tail: file.bytes(before: consumed),
      known: Array(marks.suffix(FollowPosition.knownLimit)))
  }

  /// Beside the target of a link.
  var realPlace: RotationListing.Place?
}

extension FileMark {
  /// Whether this is of the very file, in a state that has become it.
  fileprivate func isSame(as file: FollowedFile) -> Bool {
    identity == file.held.identity && headLength <= file.head.count && FileMark.hash(file.head, headLength) == headHash
  }
}
