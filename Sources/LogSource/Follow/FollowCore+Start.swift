internal import Platform
internal import TraceCore

/// Where reading begins: at the front, at the end, with old rotations, or where an earlier run stood.
extension FollowCore {
  func begin(_ now: Int64) throws(SourceError) {
    if isSeries { goOnInSeries() }
    guard let from = beginning, var listing = takeListing() else { return }
    beginning = nil
    lookAtActive()
    if case .position(let position) = from, position.mark.headLength > 0, best(position.mark, in: listing.files) == nil,
      findOldFolder(of: position.mark), let wider = takeListing()
    {
      listing = wider
    }
    adopt(listing)
    listedFor = listing.isActiveDenied ? nil : active
    let files = listing.files
    let active = files.last.flatMap { $0.isActive ? $0 : nil }
    switch from {
    case .start, .end:
      known = files.filter { !$0.isActive }.map(FollowCore.mark)
      guard let active else { return }
      let start = from == .end ? try FollowCore.lastLineStart(of: active) : 0
      try append(active, start: start, now)
    case .rotations:
      try goOn(Backlog(listing: listing, next: 0, active: self.active, mayLoseAfterAll: true), now)
      if listing.isProvisional { listedFor = nil }
    case .position(let position):
      try resume(position, listing, now)
    }
  }

  /// Of a file that is passed over.
  static func mark(_ file: ListedFile) -> FileMark {
    var tail: [UInt8] = []
    let size = file.compression == .none ? file.status.size : Int64(file.head.count)
    if file.compression == .none {
      let length = min(size, Int64(FileMark.tailLimit))
      tail = (try? file.held().bytes(at: size - length, count: Int(length))) ?? []
    }
    return FileMark(identity: file.identity, head: file.head, offset: size, tail: tail, isOpen: false)
  }

  /// Behind the last newline: a line that is not finished yet is the next line. Looks back a mebibyte.
  private static func lastLineStart(of file: ListedFile) throws(SourceError) -> Int64 {
    guard file.compression == .none else { return 0 }
    let end = try file.held().status().size
    var at = end
    while at > 0, end - at < 1 << 20 {
      let count = min(at, 64 * 1024)
      let bytes = try file.held().bytes(at: at - count, count: Int(count))
      if let newline = bytes.lastIndex(of: 0x0A) { return at - count + Int64(newline) + 1 }
      at -= count
    }
    return at == 0 ? 0 : end
  }

  @discardableResult
  func append(
    _ file: ListedFile, start: Int64, _ now: Int64, rotationMayLose: Bool = false, goesOn: Bool = true,
    notes: [LedgerNote] = []
  ) throws(SourceError) -> FollowedFile {
    let followed = try FollowedFile(
      file.held(), compression: file.compression, number: newNumber(), start: start, now: now,
      rotationMayLose: rotationMayLose, goesOn: goesOn, notes: passedOver + notes)
    passedOver = []
    queue.append(followed)
    return followed
  }

  /// Whether the file at `i` holds nothing that another one of the listing does not hold as well; it is passed over then, and
  /// known.
  func isCopy(_ i: Int, of listing: RotationListing) -> Bool {
    guard !listing.files[i].isActive, let original = listing.original(of: i) else { return false }
    let file = listing.files[i]
    known.append(FollowCore.mark(file))
    passedOver.append(
      LedgerNote(
        .duplicate, "\(file.display) is the beginning of \(original.display), read once", bytes: file.status.size))
    return true
  }

  // MARK: an earlier run

  private func resume(_ position: FollowPosition, _ listing: RotationListing, _ now: Int64) throws(SourceError) {
    known = position.known
    let files = listing.files
    var mark = position.mark
    var taken: [Int: FileMark] = [:]
    // An empty file has told nothing: whatever stands in it now, or stood in it, is unknown.
    var found = mark.headLength > 0 ? best(mark, in: files) : nil
    if found == nil, let i = files.lastIndex(where: { $0.isCopy(of: position.head, before: position.offset) }),
      !files[i].isActive
    {
      // Cut right after it was copied: more was read than the copy holds.
      found = i
      mark.offset = files[i].isPacked ? Int64(files[i].head.count) : files[i].status.size
    }
    if let found { taken[found] = mark }
    // An empty one may be any file by now: it says only that what comes into it comes late.
    for other in position.known where other.headLength > 0 {
      // Of several pieces of one file the last one counts.
      if let i = best(other, in: files), i != found, taken[i].map({ $0.offset <= other.offset }) ?? true {
        taken[i] = other
      }
    }
    let floor = taken.keys.max() ?? -1
    for other in position.known where other.headLength == 0 && other.isOpen {
      if let i = best(other, in: files), i < floor, taken[i] == nil { taken[i] = other }
    }
    // Only what has the file's name and inode now, and another content, was cut; a renamed one loses nothing.
    let wasCut =
      files.indices.last.map { files[$0].isActive && files[$0].identity == position.identity && $0 != found } ?? false
    if found == nil, mark.headLength > 0 {
      let text =
        "\(display): the file that was read up to byte \(position.offset) is not there any more; "
        + "reading continues with the oldest one that is newer"
      let note = LedgerNote(.lost, text)
      tell(.lost, text, note: note)
      isBehindGap = true
    } else if let found, files[found].identity != position.identity {
      tell(
        .reread,
        "\(display): the file that was read up to byte \(position.offset) is \(files[found].display) now; "
          + "its rest is read")
    } else if let found, !files[found].isActive, isSeries {
      tell(.replaced, "the log has gone on from \(files[found].display) in the meantime; its rest is read first")
    } else if let found, !files[found].isActive {
      tell(.renamed, "\(display) was renamed to \(files[found].display) in the meantime; its rest is read")
    }
    for (i, file) in files.enumerated() {
      guard queue.count < FollowCore.queueLimit else {
        backlog = Backlog(listing: listing, next: i, active: active, mayLoseAfterAll: wasCut)
        return
      }
      if let mark = taken[i] {
        guard i == found || mark.isOpen else { continue }
        if i != found, !file.isActive, file.compression == .none, file.status.size <= mark.offset {
          // Nothing new; but more may come.
          let old = try FollowedFile(
            file.held(), compression: .none, number: newNumber(), start: mark.offset, now: now)
          old.end()
          left.append(Left(file: old, since: now, lateSince: nil))
          continue
        }
        known.removeAll { $0 == mark }
        try append(file, start: mark.offset, now, goesOn: i == found)
      } else if i > floor, !isDuplicate(file, of: position.known + [mark]), !isCopy(i, of: listing) {
        try append(
          file, start: 0, now,
          rotationMayLose: i > 0 && wasCut && !isSeries && listing.files[i - 1].name.mayLose,
          goesOn: !isBehindGap, notes: notes(before: i, of: listing))
        isBehindGap = false
      }
    }
    if listing.isProvisional { listedFor = nil }
  }

  /// The file that a mark was made of: the same one rather than a copy, a plain copy rather than a compressed one, the newest
  /// of those.
  func best(_ mark: FileMark, in files: [ListedFile]) -> Int? {
    let fitting = files.indices.filter { mark.fits(files[$0]) }
    func worth(_ i: Int) -> (Int, Int, Int) {
      (files[i].identity == mark.identity ? 1 : 0, files[i].compression == .none ? 1 : 0, i)
    }
    return fitting.max { worth($0) < worth($1) }
  }

  func isDuplicate(_ file: ListedFile, of marks: [FileMark]) -> Bool {
    marks.contains { FollowCore.isKnown(file, by: $0) }
  }

  /// The active file is known only by much of it: a new log may begin with the very line that was all of an old one.
  static func isKnown(_ file: ListedFile, by mark: FileMark) -> Bool {
    if file.isActive, mark.headLength < 256 { return false }
    return mark.headLength > 0 && mark.fits(file)
  }
}
