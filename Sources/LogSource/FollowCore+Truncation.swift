internal import TraceCore

/// A file that was cut while it was followed: what was not read yet is looked for in a copy of it.
extension FollowCore {
  func truncated(_ file: FollowedFile, _ now: Int64) throws(SourceError) {
    // The copy that belongs to the cut is under way to its name, or another rotation is: asked again at the next look.
    guard let listing = RotationListing.take(places) else { return }
    let unread = file.unread
    let place = file.offset
    file.cut()
    end(file, now: now, isWatched: false)
    listedFor = nil
    let mark = file.mark(isOpen: true)
    let files = listing.files
    let own = files.firstIndex { $0.held.identity == file.held.identity }
    let others = files.filter { $0.held.identity != file.held.identity && !$0.isActive }
    let copy = mark.headLength > 0 ? best(mark, in: others) : nil
    var front: [FollowedFile] = []
    var floor = -1
    if let copy {
      floor = copy
      let rest = try FollowedFile(
        others[copy].held, compression: others[copy].compression, number: newNumber(), start: place, now: now)
      rest.supersededSince = now
      front.append(rest)
    }
    let held = Set((queue + left.map(\.file)).map(\.held.identity))
    let marks = known + history.suffix(FollowPosition.knownLimit).map(\.mark)
    for i in others.indices where i > floor {
      if held.contains(others[i].held.identity) || isDuplicate(others[i], of: marks) { floor = i }
    }
    for i in others.indices where i > floor && own.map({ files[$0].isActive }) != false {
      guard front.count < FollowCore.queueLimit else { break }
      let newer = try FollowedFile(
        others[i].held, compression: others[i].compression, number: newNumber(), start: 0, now: now,
        rotationMayLose: true, goesOn: copy != nil)
      newer.supersededSince = now
      front.append(newer)
    }
    let seconds = Double((now - lookedAt) / 1_000_000) / 1_000
    let when = "within the \(seconds) s before it was seen"
    let note: LedgerNote
    if let copy {
      note = LedgerNote(
        .possibleLoss,
        "\(display) was copied to \(others[copy].display) and cut, \(when); "
          + "lines written between the copy and the cut are lost by the writer's side")
      tell(.copytruncated, note.text, note: note)
    } else if unread > 0 {
      note = LedgerNote(
        .lost, "\(display) was cut, \(when); \(unread) bytes behind byte \(place) were not read yet and are in no copy",
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
      goesOn: copy != nil, notes: [note], display: display)
    queue.insert(contentsOf: front + [again], at: 0)
  }
}
