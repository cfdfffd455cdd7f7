internal import Platform
internal import TraceCore

/// A log of which each day (or hour) has a file of its own, and none has the bare name: Serilog's `log20261122.txt`,
/// `app-2026-11-22.log`. Its newest file is followed, until there is a newer one.
extension FollowCore {
  /// Takes the newest file of the series for the active one. Costs a listing where the folder has changed.
  func goOnInSeries() {
    let folder = RotationListing.Place.split(path).folder
    let change = (try? Syscalls.status(of: folder).modified) ?? 0
    let now = clock()
    if let searched, searched.change == change {
      guard !searched.isSettled, now - searched.at >= options.glance else { return }
      self.searched?.isSettled = true
    } else {
      searched = (change, now, false)
    }
    guard let newest = FollowCore.newest(ofSeries: path, folders) else { return }
    // The file that is read, under a newer name: renamed, and not gone on with.
    if let status = try? Syscalls.status(of: newest) {
      let open = [current].compactMap(\.self) + queue + left.map(\.file)
      guard !open.contains(where: { $0.held.identity == status.identity }) else { return }
    }
    path = newest
  }

  /// The newest file beside `path` of the same series, if it is newer.
  static func newest(ofSeries path: String, _ folders: FolderIndex) -> String? {
    let (folder, own) = RotationListing.Place.split(path)
    var best = (name: own, rotation: RotationName(own))
    for (name, rotation) in (try? folders.names(in: folder).ofBase(best.rotation.base)) ?? [] {
      guard rotation.isWritten,
        best.rotation.isPlacedBefore(rotation) == true,
        (try? Syscalls.status(of: RotationListing.Place(path, shown: path).path(name)).kind) == .regular
      else { continue }
      best = (name, rotation)
    }
    guard best.name != own else { return nil }
    return path == own ? best.name : RotationListing.Place(path, shown: path).path(best.name)
  }
}
