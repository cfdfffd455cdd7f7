internal import Platform
internal import TraceCore

/// One file from one place on, until it is cut or read to its end: what a `FollowedGeneration` shows of it is given front to
/// back, once.
///
/// Before bytes are believed, what stands before them is compared with what was read there: a file that was cut and has grown
/// beyond the old place again does not pass.
final class FollowedFile {
  enum Reading: Equatable { case bytes(Int), nothing, truncated }
  enum Change { case none, more, truncated }

  let held: HeldFile
  let compression: Compression
  /// Equal for pieces of the same content: what was written late, or the rest after an interruption.
  let number: Int
  /// Place in the order in which generations are given.
  var sequence = 0
  /// Decompressed bytes before the first that is given.
  let start: Int64
  /// No more is given than up to here.
  let limit: Int64?
  let rotationMayLose: Bool
  /// Whether its first byte is the one after the last of the generation given before.
  let goesOn: Bool
  /// What is missing in front of it, as far as no event tells it.
  let notes: [LedgerNote]
  let modified: Int64
  let display: String

  /// Decompressed bytes of the file that were read.
  var offset: Int64
  /// First bytes of the file, up to `FileMark.headLimit`.
  var head: [UInt8]
  /// Last bytes before `offset`, up to `FileMark.tailLimit`.
  var tail: [UInt8]
  private(set) var isEnded = false
  /// Whether the file went on from nothing since: what stands in it is not what was read.
  private(set) var isCut = false
  var knownSize: Int64
  var lastGrowth: Int64
  /// When it was seen last that it still held what was known of it.
  var lookedAt: Int64
  /// Nanoseconds since 1970.
  var lastChange: Int64
  /// Since when there is something newer (nanoseconds of the clock); nil if there is not.
  var supersededSince: Int64?
  var hasToldRotation = false
  /// It was empty when it was found, and nobody knows yet whether it was cut before its first bytes were read.
  var isUnproven: Bool
  /// The last change of it that was looked into while it was empty.
  var provenChange: Int64
  var unpacked: (any ByteSource)?
  /// The bytes that were read last, to look back at.
  var recent = Block(capacity: 1024)
  var before = Block(capacity: 1)
  static let recentLimit = 256 * 1024

  init(
    _ held: HeldFile, compression: Compression, number: Int, start: Int64, limit: Int64? = nil, now: Int64,
    rotationMayLose: Bool = false, goesOn: Bool = true, notes: [LedgerNote] = [], display: String? = nil
  ) throws(SourceError) {
    // All that can fail stands before the first assignment.
    let status = try held.status()
    let head = try held.head(compression, limit: FileMark.headLimit)
    let tail =
      compression == .none
      ? try held.bytes(
        at: max(0, start - Int64(FileMark.tailLimit)), count: Int(min(start, Int64(FileMark.tailLimit)))) : []
    self.held = held
    self.compression = compression
    self.number = number
    self.start = start
    self.limit = limit
    self.rotationMayLose = rotationMayLose
    self.goesOn = goesOn
    self.notes = notes
    self.display = display ?? held.display
    self.head = head
    self.tail = tail
    offset = start
    modified = status.modified
    knownSize = status.size
    lastChange = status.modified
    lastGrowth = now
    lookedAt = now
    provenChange = status.modified
    isUnproven = head.isEmpty && start == 0 && compression == .none
    recent.append(copying: tail.span)
  }

  var bytesRead: Int64 { unpacked?.bytesRead ?? offset - start }
  var sourceNotes: [LedgerNote] { unpacked?.notes ?? [] }
  /// Whether nothing was read that has no newline after it.
  var isAtLineStart: Bool { offset == start || tail.last == 0x0A }

  func mark(isOpen: Bool) -> FileMark {
    FileMark(identity: held.identity, head: head, offset: offset, tail: tail, isOpen: isOpen)
  }

  /// Takes more of the first bytes in, where the file has grown since: to be known again by more.
  func extendHead() throws(SourceError) {
    guard compression == .none, !isCut, head.count < FileMark.headLimit else { return }
    let bytes = try held.bytes(at: 0, count: FileMark.headLimit)
    if bytes.starts(with: head) { head = bytes }
  }

  func end() { isEnded = true }

  /// Cut to nothing: nothing more comes from here.
  func cut() {
    isCut = true
    isEnded = true
  }

  // MARK: reading

  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Reading {
    var limit = limit
    if let end = self.limit {
      guard offset < end else { return .nothing }
      limit = min(limit, Int(min(end - offset, Int64(Int.max))))
    }
    let start = block.count
    let count: Int
    if compression == .none {
      do throws(SystemError) {
        count = try Syscalls.read(held.descriptor, at: offset, into: block, atMost: limit)
      } catch {
        throw SourceError(error, path: display)
      }
      if count > 0, try !isUnchanged() {
        block.truncate(to: start)
        return .truncated
      }
    } else {
      count = try source().read(into: block, atMost: limit)
    }
    guard count > 0 else { return .nothing }
    remember(block.bytes.extracting(start..<start + count))
    return .bytes(count)
  }

  /// Gives back the bytes that were read last but for the tail.
  func rest() {
    guard recent.count > tail.count || before.count > 0 else { return }
    before = Block(capacity: 1)
    let kept = tail
    recent = Block(capacity: max(1, kept.count))
    recent.append(copying: kept.span)
  }

  /// Up to `FileMark.tailLimit` bytes before a place that was read; fewer, or none, where they are not at hand any more.
  func bytes(before place: Int64) -> [UInt8] {
    let wanted = min(place, Int64(FileMark.tailLimit))
    guard wanted > 0, place <= offset else { return [] }
    if place == offset, Int64(tail.count) == wanted { return tail }
    let first = offset - Int64(recent.count + before.count)
    if place - wanted >= first {
      var bytes: [UInt8] = []
      for at in Int(place - wanted - first)..<Int(place - first) {
        let (old, new) = (before, recent)
        bytes.append(at < old.count ? old.bytes[at] : new.bytes[at - old.count])
      }
      return bytes
    }
    guard compression == .none, !isCut, let bytes = try? held.bytes(at: place - wanted, count: Int(wanted)),
      (try? isUnchanged()) == true
    else { return [] }
    return bytes
  }
}
