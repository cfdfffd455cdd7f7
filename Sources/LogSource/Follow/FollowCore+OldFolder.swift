internal import Platform
internal import TraceCore

/// Rotations that go into a folder of their own: logrotate's `olddir`.
///
/// No name says where that is. It is looked for when the file that was read is not among the rotations any more, in the
/// folders in and beside that of the log, and believed where that very file, or a copy of it, stands.
extension FollowCore {
  /// Folders that are looked into at most.
  private static let mostFolders = 200

  /// Adds the folder in which the file of `mark` stands now to the places of this log; whether there is one.
  func findOldFolder(of mark: FileMark) -> Bool {
    guard mark.headLength >= FileMark.shortHead else { return false }
    let own = RotationListing.Place(path, shown: display)
    for folder in candidates(beside: own.folder) {
      guard !oldFolders.contains(where: { $0.folder == folder }) else { continue }
      let place = RotationListing.Place(folder + "/" + own.base, shown: shown(folder, own) + "/" + own.base)
      guard let names = try? folders.names(in: folder) else { continue }
      for (name, rotation) in names.ofBase(own.base) where !rotation.isBare || rotation.hasCompressorEnding {
        let path = place.path(name)
        guard (try? Syscalls.status(of: path).kind) == .regular,
          let held = try? HeldFile(path, display: place.display(name)),
          let file = try? ListedFile(held, path: path, name: rotation, isActive: false, staysOpen: true),
          mark.fits(file)
        else { continue }
        oldFolders.append(place)
        return true
      }
    }
    return false
  }

  /// The folders in `folder`, then those beside it; each is asked once, since they may come and go meanwhile.
  private func candidates(beside folder: String) -> [String] {
    let parent = folder == "." ? ".." : folder + "/.."
    var found: [String] = []
    for upper in [folder, parent] {
      for name in (try? folders.names(in: upper).names) ?? [] where !name.hasPrefix(".") {
        guard found.count < FollowCore.mostFolders else { return found }
        let path = "\(upper)/\(name)"
        if (try? Syscalls.status(of: path).kind) == .folder, !isSame(path, folder) { found.append(path) }
      }
    }
    return found
  }

  private func isSame(_ a: String, _ b: String) -> Bool {
    guard let x = try? Syscalls.realPath(a) else { return false }
    return x == (try? Syscalls.realPath(b))
  }

  /// A folder as the user would say it.
  private func shown(_ folder: String, _ own: RotationListing.Place) -> String {
    own.shown == "." || own.folder == own.shown || !folder.hasPrefix(own.folder)
      ? folder : own.shown + folder.dropFirst(own.folder.count)
  }
}
