internal import Platform
internal import TraceCore

/// The names of folders, by the log that they say to be of. A folder is listed again only where it may have changed: what is
/// asked for ten thousand logs in it costs one listing.
///
/// Used by one thread. Whether a folder has changed its modification time says, and only once that is so old that a later
/// change would be seen in it: the file system's clock stands still for some milliseconds.
final class FolderIndex {
  /// One folder.
  struct Names {
    /// Those that are UTF-8, in byte order, and whether there are others.
    let names: [String]
    let hasOthers: Bool
    /// By base name (`RotationName.base`), in byte order.
    fileprivate let byBase: [String: [(name: String, rotation: RotationName)]]
    fileprivate let all: Set<String>
    /// Another one for each listing.
    let stamp: Int

    fileprivate init(_ listed: [String?], stamp: Int) {
      self.stamp = stamp
      names = listed.compactMap(\.self)
      hasOthers = names.count < listed.count
      all = Set(names)
      var byBase: [String: [(name: String, rotation: RotationName)]] = [:]
      for name in names {
        let rotation = RotationName(name)
        byBase[rotation.base, default: []].append((name, rotation))
      }
      self.byBase = byBase
    }

    func contains(_ name: String) -> Bool { all.contains(name) }

    /// The names whose base is `base`, in byte order. Costs a look-up.
    func ofBase(_ base: String) -> [(name: String, rotation: RotationName)] { byBase[base] ?? [] }
  }

  private struct Known {
    var names: Names
    var identity: FileIdentity
    var modified: Int64
    /// A later change shows in `modified`.
    var isSettled: Bool
  }

  /// Folders that are remembered at most: all that one stream has, of many streams those asked for last.
  private static let most = 1_000
  private var known: [String: Known] = [:]
  /// Folders that were listed so far: what a test of growth counts.
  private(set) var listings = 0
  /// Nanoseconds since 1970.
  private let wallClock: () -> Int64

  /// What is read once is of one moment: a folder is never listed again.
  private let isSnapshot: Bool

  init(isSnapshot: Bool = false, wallClock: @escaping () -> Int64 = { Clock.wallNanoseconds }) {
    self.isSnapshot = isSnapshot
    self.wallClock = wallClock
  }

  /// What is in the folder now. Costs one call to the system where it has not changed.
  func names(in folder: String) throws(SystemError) -> Names {
    if isSnapshot, let found = known[folder] { return found.names }
    let status = try Syscalls.status(of: folder)
    if let found = known[folder], found.isSettled, found.identity == status.identity, found.modified == status.modified
    {
      return found.names
    }
    let now = wallClock()
    listings += 1
    let names = Names(try Syscalls.names(in: folder), stamp: listings)
    if known.count >= FolderIndex.most { known.removeAll() }
    known[folder] = Known(
      names: names, identity: status.identity, modified: status.modified,
      isSettled: FolderIndex.isSettled(status.modified, at: now))
    return names
  }

  /// Whether a later change would show in the modification time `modified`.
  static func isSettled(_ modified: Int64, at now: Int64 = Clock.wallNanoseconds) -> Bool {
    now.less(modified) > resolution(of: modified)
  }

  /// By so much a change may come later than the one that a modification time is of, and leave it as it is: a few ticks of the
  /// kernel's clock; two seconds where the file system counts in seconds.
  private static func resolution(of time: Int64) -> Int64 {
    time % EventTime.nanosecondsPerSecond == 0 ? 2_100_000_000 : 20_000_000
  }
}

/// What is known of folders by now, for followers of several logs.
package final class FolderListings {
  let index = FolderIndex()
  package init() {}

  /// Folders listed so far.
  package var count: Int { index.listings }
}
