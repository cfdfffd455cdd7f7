internal import Platform
internal import TraceCore

// Looking at the folder: what is new, renamed, truncated.

extension FollowCore {
  /// Asks what has changed. At most two calls to the system if nothing has.
  func look(_ now: Int64) throws(SourceError) {
    defer { lookedAt = now }
    if beginning != nil {
      try begin(now)
      if beginning != nil { return }
    }
    try lookAtLeft(now)
    if let file = current, !file.isEnded {
      switch try file.change(now: now) {
      case .truncated: return try truncated(file, now)
      case .more: return
      case .none: break
      }
    }
    lookAtActive()
    if let file = current, active == .file(file.held.identity) {
      file.supersededSince = nil
    } else if active != listedFor || (queue.isEmpty && (backlog != nil || (current == nil && needsListing))) {
      try discover(now)
    }
    try endIfSuperseded(now)
    try giveLate(now)
  }

  /// While a backlog is read: whether the active file is another one is asked once a second, so that files are held before
  /// they are gone.
  func glance(_ now: Int64) throws(SourceError) {
    guard now - lookedAt >= options.glance else { return }
    lookedAt = now
    lookAtActive()
    if let file = current, active == .file(file.held.identity) { return }
    if active != listedFor { try discover(now) }
  }

  /// The listing was full, or something in it could not be read yet.
  var needsListing: Bool { listedFor == nil }

  private func endIfSuperseded(_ now: Int64) throws(SourceError) {
    guard let file = current, !file.isEnded, file.limit == nil else { return }
    if file.supersededSince == nil {
      for newer in queue {
        if try newer.change(now: now) == .truncated { return try truncated(newer, now) }
        if newer.knownSize > 0 {
          file.supersededSince = now
          break
        }
      }
    }
    guard let since = file.supersededSince else { return }
    let isQuiet = now - file.lastGrowth >= options.quiet
    guard isQuiet || (now - since >= options.grace && file.isAtLineStart) else { return }
    // Asked again: what one writer put here before it went on was here when the newer file had its first byte.
    switch try file.change(now: now) {
    case .none:
      if file.isUnproven, try !prove(file, now) { return }
      end(file, now: now, isWatched: true)
    case .more: break
    case .truncated: try truncated(file, now)
    }
  }

  /// Looks up what has the name now and reports what is new about it.
  func lookAtActive() {
    if isSeries { goOnInSeries() }
    let before = active
    active = FollowCore.active(path)
    // Its status may be asked by anybody who may look into the folder: only opening it tells.
    if before == .denied, case .file = active, (try? HeldFile(path, display: display)) == nil { active = .denied }
    guard active != before else { return }
    if before == .denied, active?.isMissing == false { tell(.permissionRegained, "\(display) may be read again") }
    switch active {
    case .missing:
      if before?.isMissing == true { return }
      if let current, before == .file(current.held.identity) { return }
      tell(.missing, "\(display) is not there; it is waited for")
    case .denied: tell(.permissionLost, "\(display) may not be read any more; it is tried again")
    case .other(let kind): tell(.replaced, "\(display) is a \(kind.rawValue) now; a file is waited for")
    case .file:
      if before?.isMissing == true { tell(.found, "\(display) is there") }
    case nil: break
    }
  }

  static func active(_ path: String) -> Active {
    do throws(SystemError) {
      let status = try Syscalls.status(of: path)
      return status.kind == .regular ? .file(status.identity) : .other(status.kind)
    } catch {
      return switch SourceError(error, path: path) {
      case .permissionDenied: .denied
      default:
        .missing(since: (try? Syscalls.status(of: RotationListing.Place.split(path).folder).modified) ?? 0)
      }
    }
  }

  func takeListing() -> RotationListing? { RotationListing.take(places, folders, &facts) }

  /// The active file as this listing saw it.
  func adopt(_ listing: RotationListing) {
    if listing.isActiveDenied, active != .denied {
      active = .denied
      tell(.permissionLost, "\(display) may not be read; it is tried again")
    }
  }

  /// Where files of this stream are: beside the one that is read, and beside the name that is followed.
  var places: [RotationListing.Place] {
    var places: [RotationListing.Place] = []
    func add(_ place: RotationListing.Place) {
      places.removeAll { $0.folder == place.folder && $0.base == place.base }
      places.append(place)
    }
    let own = RotationListing.Place(path, shown: display)
    for place in oldFolders { add(place) }
    if let target = realPlace { add(target) }
    if let real = try? Syscalls.realPath(path) {
      let place = RotationListing.Place(real, shown: real)
      // Another name in another folder: a link.
      if realPlace == nil || place != realPlace, !isOwn(place, own) {
        realPlace = place
        add(place)
      }
    }
    add(own)
    return places
  }

  private func isOwn(_ place: RotationListing.Place, _ own: RotationListing.Place) -> Bool {
    guard place.base == own.base else { return false }
    return (try? Syscalls.realPath(own.folder)) == place.folder
  }
}
