internal import TraceCore

/// What is newer than what is read: found by listing the folder when the name that is followed means another file.
extension FollowCore {
  /// Puts what is newer into the queue and reports what became of the current file.
  func discover(_ now: Int64) throws(SourceError) {
    for file in queue where try file.change(now: now) == .truncated {
      try truncated(file, now)
      guard file.isCut else { return }
    }
    for file in [current].compactMap(\.self) + queue { try file.extendHead() }
    if queue.isEmpty, let rest = backlog, active == rest.active, rest.listing.isCurrent(places, folders) {
      return try goOn(rest, now)
    }
    backlog = nil
    guard var listing = takeListing() else {
      listedFor = nil
      return
    }
    let newest = queue.last ?? current ?? last
    if let newest, !isListed(newest, in: listing), findOldFolder(of: newest.mark(isOpen: true)),
      let wider = takeListing()
    {
      listing = wider
    }
    adopt(listing)
    let files = listing.files
    var floor = -1
    var isFound = newest == nil
    if let newest {
      if let i = files.firstIndex(where: { $0.identity == newest.held.identity }), !newest.isCut {
        (floor, isFound) = (i, true)
        tellRotation(newest, files[i])
      } else if let i = files.lastIndex(where: { FollowCore.isKnown($0, by: newest.mark(isOpen: true)) }) {
        (floor, isFound) = (i, true)
        if files[i].isActive, newest === current {
          return try goOn(newest, in: files[i], now)
        }
        tellRotation(newest, files[i])
      }
    }
    for i in files.indices where i > floor && isRead(files[i]) { floor = i }
    if !isFound, let newest { tellRotation(newest, files.last) }
    listedFor = listing.isProvisional || listing.isActiveDenied ? nil : active
    // A file that was followed to its end by its descriptor lost nothing when it was renamed.
    try goOn(Backlog(listing: listing, next: floor + 1, active: active, mayLoseAt: isFound ? -1 : floor + 1), now)
  }

  private func isListed(_ file: FollowedFile, in listing: RotationListing) -> Bool {
    listing.files.contains {
      ($0.identity == file.held.identity && !file.isCut) || FollowCore.isKnown($0, by: file.mark(isOpen: true))
    }
  }

  /// Puts as many files of a listing into the queue as may be held; the others wait for it to be empty.
  func goOn(_ rest: Backlog, _ now: Int64) throws(SourceError) {
    backlog = nil
    let (listing, files) = (rest.listing, rest.listing.files)
    for i in files.indices where i >= rest.next {
      guard queue.count < FollowCore.queueLimit else {
        backlog = rest
        backlog?.next = i
        return
      }
      if isCopy(i, of: listing) { continue }
      let mayLose =
        i == rest.mayLoseAt || (rest.mayLoseAfterAll && i > 0 && !isSeries && files[i - 1].name.mayLose)
      do throws(SourceError) {
        try append(
          files[i], start: 0, now, rotationMayLose: mayLose, goesOn: !isBehindGap, notes: notes(before: i, of: listing))
      } catch {
        guard case .notFound = error else { throw error }
        // It moved since: listed again at the next look.
        listedFor = nil
        return
      }
      isBehindGap = false
    }
  }

  /// The active file is a copy of the current one: an editor, a restored backup. Only what is new of it is read.
  private func goOn(_ file: FollowedFile, in copy: ListedFile, _ now: Int64) throws(SourceError) {
    listedFor = active
    tell(.reread, "\(display) was replaced by a copy of itself; reading continues at byte \(file.offset) of it")
    try append(copy, start: file.offset, now)
    end(file, now: now, isWatched: false)
  }

  private func tellRotation(_ file: FollowedFile, _ found: ListedFile?) {
    guard !file.hasToldRotation else { return }
    if let found, found.identity == file.held.identity {
      guard !found.isActive else { return }
      file.hasToldRotation = true
      if isSeries, found.display == file.display {
        let next = RotationListing.Place(path, shown: display).active
        tell(.replaced, "\(file.display) was read to its end; the log continues in \(next)")
        return
      }
      if found.name.isBare, !found.name.hasCompressorEnding {
        // Where it always was: a link points elsewhere now.
        tell(.replaced, "\(display) is another file now; \(found.display), which it was, is read to its end")
        return
      }
      tell(.renamed, "\(file.display) is \(found.display) now; it is read to its end there")
    } else if let found, !found.isActive {
      file.hasToldRotation = true
      tell(.renamed, "\(file.display) is in \(found.display) now; its rest was read from the file itself")
    } else if case .file = active {
      file.hasToldRotation = true
      tell(
        .replaced,
        "another file is \(display) now; the old one is not in its folder any more and is read to its end")
    } else if active?.isMissing == true, file === current {
      file.hasToldRotation = true
      tell(.missing, "\(display) was removed; what is still written into it is read, and a new file is waited for")
    }
  }

  /// What is missing right before the file at `i`: numbers that are not there, rotations that cannot be read.
  func notes(before i: Int, of listing: RotationListing) -> [LedgerNote] {
    var notes: [LedgerNote] = []
    let name = listing.files[i].name
    for (other, error) in listing.unreadable where other.isOlder(than: name) == true {
      if i == 0 || listing.files[i - 1].name.isOlder(than: other) == true {
        notes.append(LedgerNote(.skipped, error.message))
      }
    }
    guard name.date == nil else { return notes }
    let number = listing.files[i].isActive ? (listing.numbers.contains(0) ? -1 : 0) : (name.number ?? 0)
    guard let older = listing.numbers.filter({ $0 > number }).min(), older > number + 1 else { return notes }
    let missing = (number + 1..<older).map { "\(name.base).\($0)" }
    notes.append(
      LedgerNote(
        .missingGeneration,
        "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing before \(listing.files[i].display)"
      ))
    return notes
  }
}
