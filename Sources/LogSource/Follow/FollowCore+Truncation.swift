internal import Platform
internal import TraceCore

/// A file that was cut while it was followed: what was not read yet is looked for in a copy of it.
extension FollowCore {
  /// The file is the current one, or one of the queue.
  func truncated(_ file: FollowedFile, _ now: Int64) throws(SourceError) {
    // The copy that belongs to the cut is under way to its name, or another rotation is: asked again at the next look.
    guard var listing = takeListing() else { return }
    if file.head.count > 0, !hasCopy(of: file, in: listing), findOldFolder(of: file.mark(isOpen: true)),
      let wider = takeListing()
    {
      listing = wider
    }
    let unread = file.unread
    let place = file.offset
    file.cut()
    let turn = queue.firstIndex { $0 === file }
    if let turn { queue.remove(at: turn) } else { end(file, now: now, isWatched: false) }
    listedFor = nil
    let mark = file.mark(isOpen: true)
    let files = listing.files
    let own = try standing(of: file, in: files)
    // Without a name it stands, by the time of its last change, after its copies.
    let end = own ?? files.firstIndex { $0.status.modified > file.lastChange } ?? files.count
    let others = files.indices.filter { $0 != own && !files[$0].isActive }
    let copy = (mark.headLength > 0 ? best(mark, in: others.map { files[$0] }) : nil).map { files[others[$0]] }
    // Or one that holds less than was read: the copy was made, lines came and were read, and then came the cut.
    let early = copy == nil ? others.last { files[$0].isCopy(of: file.head, before: place) }.map { files[$0] } : nil
    if let early { known.append(FollowCore.mark(early)) }
    var front: [FollowedFile] = []
    var unseen: [ListedFile] = []
    for i in others where i < end {
      if files[i] === copy, file.isUnproven {
        // It was empty when it was found: it had others before what was seen of it.
        for older in unseen {
          front.append(
            try FollowedFile(
              older.held(), compression: older.compression, number: newNumber(), start: 0, now: now,
              rotationMayLose: !front.isEmpty))
        }
      }
      if files[i] === copy || files[i] === early || isRead(files[i]) { unseen = [] } else { unseen.append(files[i]) }
    }
    // Nothing is known of its bytes but how many they were: the newest that nobody has read holds them.
    let unknown = mark.headLength == 0 ? unseen.last { $0.isPacked || $0.status.size >= unread } : nil
    if let copy {
      let rest = try FollowedFile(
        copy.held(), compression: copy.compression, number: newNumber(), start: place, now: now)
      rest.supersededSince = now
      front.append(rest)
    }
    for newer in unseen.prefix(FollowCore.queueLimit) {
      front.append(
        try FollowedFile(
          newer.held(), compression: newer.compression, number: newNumber(), start: 0, now: now,
          rotationMayLose: unknown == nil || !front.isEmpty,
          goesOn: copy != nil || early != nil || !front.isEmpty))
    }
    let seconds = Double((now - file.lookedAt) / 1_000_000) / 1_000
    let when = "within the \(seconds) s before it was seen"
    let note: LedgerNote
    if let copy = copy ?? early ?? unknown {
      note = LedgerNote(
        .possibleLoss,
        "\(display) was copied to \(copy.display) and cut, \(when); "
          + "lines written between the copy and the cut are lost by the writer's side")
      tell(.copytruncated, note.text, note: note)
    } else if unread > 0 {
      note = LedgerNote(
        .lost,
        "\(display) was truncated, \(when); \(unread) bytes after byte \(place) were not read yet and are in no copy",
        bytes: unread)
      tell(.copytruncated, "\(display) was cut, \(when), without a copy")
      tell(.lost, note.text, bytes: unread, note: note)
    } else {
      note = LedgerNote(
        .possibleLoss,
        "\(display) was cut, \(when), without a copy; what was written between the last look and the cut is lost")
      tell(.copytruncated, note.text, note: note)
    }
    let again = try FollowedFile(
      file.held, compression: .none, number: newNumber(), start: 0, now: now, rotationMayLose: true,
      goesOn: early != nil || !front.isEmpty, display: isSeries ? file.display : display)
    queue.insert(contentsOf: front + [again], at: turn ?? 0)
  }

  /// Whether a file other than the active one holds what was read of `file`.
  private func hasCopy(of file: FollowedFile, in listing: RotationListing) -> Bool {
    let mark = file.mark(isOpen: true)
    return listing.files.contains {
      !$0.isActive && $0.identity != file.held.identity
        && (mark.fits($0) || $0.isCopy(of: file.head, before: file.offset))
    }
  }

  /// Where a file that is held open stands: under a name, or compressed as it is now.
  private func standing(of file: FollowedFile, in files: [ListedFile]) throws(SourceError) -> Int? {
    if let i = files.firstIndex(where: { $0.identity == file.held.identity }) { return i }
    let head = try file.held.head(.none, limit: FileMark.headLimit)
    return head.isEmpty ? nil : files.firstIndex { $0.isPacked && $0.head == head }
  }

  /// Whether what stands in `file` is held open or was read, or passed over, before.
  func isRead(_ file: ListedFile) -> Bool {
    for own in [current].compactMap(\.self) + queue + left.map(\.file) where !own.isCut {
      if own.held.identity == file.identity { return true }
      // Compressed in the meantime, and open here as it was.
      if file.isPacked, !own.head.isEmpty, own.head == file.head { return true }
    }
    return isDuplicate(file, of: known) || isDuplicate(file, of: history.suffix(FollowPosition.knownLimit).map(\.mark))
  }

  /// Before the first bytes of a file are read that was empty so far, or before it is left empty: had it others before, which
  /// were copied and cut while nobody looked? Then the copies, which nobody knows, come first. False if the file is not to be
  /// read now. Costs a listing once a file.
  func prove(_ file: FollowedFile, _ now: Int64) throws(SourceError) -> Bool {
    guard let listing = takeListing() else { return false }
    file.isUnproven = false
    guard let own = try standing(of: file, in: listing.files) else { return true }
    var unseen: [ListedFile] = []
    for other in listing.files[..<own] {
      // A copy of what stands here now is under way to be cut off.
      if isRead(other) {
        unseen = []
      } else if !other.head.isEmpty, !other.beginsAs(listing.files[own]) {
        unseen.append(other)
      }
    }
    guard let first = unseen.first else { return true }
    let note = LedgerNote(
      .possibleLoss,
      "\(display) was copied to \(first.display) and cut before it was looked at; "
        + "lines written between the copy and the cut are lost by the writer's side")
    tell(.copytruncated, note.text, note: note)
    file.cut()
    current = nil
    var front: [FollowedFile] = []
    for other in unseen.prefix(FollowCore.queueLimit) {
      let copy = try FollowedFile(
        other.held(), compression: other.compression, number: newNumber(), start: 0, now: now,
        rotationMayLose: !front.isEmpty)
      copy.supersededSince = now
      front.append(copy)
    }
    let again = try FollowedFile(
      file.held, compression: .none, number: newNumber(), start: 0, now: now, rotationMayLose: true,
      display: isSeries ? file.display : display)
    again.isUnproven = again.knownSize == 0
    queue.insert(contentsOf: front + [again], at: 0)
    return false
  }
}
