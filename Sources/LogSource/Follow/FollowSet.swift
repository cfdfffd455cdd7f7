internal import Platform

/// The streams that arguments name, each with its follower, in a stable order; what appears later is added after them.
///
/// Files, globs that the shell left as they were, folders, `-` and FIFOs. A rotation is no stream of its own: where
/// `app.log.1` fits, `app.log` is followed. Of what was only found, files that hold no log are left out, as in batch.
package final class FollowSet {
  private enum Argument {
    case glob(String)
    case folder(String)
  }

  /// Where a stream begins. `isNew`: it appeared after following had begun.
  package typealias Start = (_ path: String, _ isNew: Bool) -> FollowStart

  /// In order of the arguments, within one in byte order; later ones after them.
  package private(set) var followers: [StreamFollower] = []
  private var searched: [Argument] = []
  /// Real folder and name of each stream.
  private var keys: Set<String> = []
  private let clock: () -> Int64
  private let options: StreamFollower.Options
  private let start: Start
  /// Shared with every follower.
  package let folders = FolderListings()
  private var scannedAt: Int64 = 0
  /// Files that were found and are of a stream.
  private var placed: Set<String> = []
  private let shouldStop: () -> Bool
  private var isBegun = false
  private static let pause: Int64 = 1_000_000_000

  /// A named file need not be there yet; a glob may match nothing and a folder hold nothing so far. What is there and can
  /// never be followed (a socket, a device) is an error, and `-` twice.
  package init(
    arguments: [String], from start: @escaping Start, clock: @escaping () -> Int64,
    options: StreamFollower.Options = .init(), shouldStop: @escaping () -> Bool = { false }
  ) throws(SourceError) {
    self.clock = clock
    self.shouldStop = shouldStop
    self.options = options
    self.start = start
    for argument in arguments { try add(argument) }
    scannedAt = clock()
    isBegun = true
  }

  /// Looks for new matches of globs and folders, at most once a second; returns their followers.
  @discardableResult
  package func rescan() -> [StreamFollower] {
    let now = clock()
    guard !searched.isEmpty, now - scannedAt >= FollowSet.pause else { return [] }
    scannedAt = now
    let before = followers.count
    for argument in searched { search(argument) }
    return Array(followers[before...])
  }

  /// What a `ChangeWatch` has to watch: the files, and the folders in which new ones may appear.
  package var watchPaths: [String] {
    var paths = followers.filter { $0.descriptor == nil }.map(\.path)
    for argument in searched {
      switch argument {
      case .folder(let folder): paths.append(folder)
      case .glob(let pattern):
        let folder = RotationListing.Place.split(pattern).folder
        if !FollowSet.isPattern(folder) { paths.append(folder) }
      }
    }
    return paths
  }

  // MARK: arguments

  private static func isPattern(_ path: String) -> Bool { path.contains { "*?[".contains($0) } }

  private func add(_ argument: String) throws(SourceError) {
    guard !argument.isEmpty else { throw .notFound(path: "") }
    if argument == StandardInput.path || argument == "/dev/stdin" {
      guard keys.insert(StandardInput.path).inserted else { throw .readTwice(path: argument) }
      followers.append(StreamFollower(pipe: LivePipe()))
      return
    }
    switch try? Syscalls.status(of: argument).kind {
    case nil where FollowSet.isPattern(argument):
      searched.append(.glob(argument))
      search(.glob(argument))
    case nil, .regular: follow(argument, isNamed: true)
    case .folder:
      searched.append(.folder(argument))
      search(.folder(argument))
    case .fifo:
      guard keys.insert(argument).inserted else { return }
      followers.append(StreamFollower(pipe: try LivePipe(fifo: argument)))
    case let kind?: throw .notReadable(path: argument, kind)
    }
  }

  private func search(_ argument: Argument) {
    switch argument {
    case .glob(let pattern):
      for path in Syscalls.paths(matching: pattern) where (try? Syscalls.status(of: path).kind) == .regular {
        follow(path, isNamed: false)
      }
    case .folder(let folder):
      let place = folder.hasSuffix("/") ? folder : folder + "/"
      guard let names = try? folders.index.names(in: folder) else { return }
      let real = (try? Syscalls.realPath(folder)) ?? folder
      for name in names.names where !FolderScan.isExcluded(name) {
        guard !shouldStop() else { return }
        let path = place + name
        guard !placed.contains(path), !keys.contains(real + "/" + name),
          (try? Syscalls.status(of: path).kind) == .regular,
          FollowSet.looksLikeLog(path, name)
        else { continue }
        placed.insert(path)
        follow(path, isNamed: false)
      }
    }
  }

  private static func looksLikeLog(_ path: String, _ name: String) -> Bool {
    guard let generation = try? Generation(lookingAt: path, display: path, named: false, headLimit: FileMark.headLimit)
    else { return false }
    return FolderScan.isLog(head: generation.head.span, name: name)
  }

  /// The stream that `path` belongs to.
  private func follow(_ path: String, isNamed: Bool) {
    let (folder, name) = RotationListing.Place.split(path)
    let rotation = RotationName(name)
    func beside(_ other: String) -> String {
      path == name ? other : folder.hasSuffix("/") ? folder + other : "\(folder)/\(other)"
    }
    func isThere(_ path: String) -> Bool { (try? Syscalls.status(of: path)) != nil }
    // A copy of a log is not followed beside it.
    if let loose = LooseName(rotation.base), FollowSet.isCopy(path, of: beside(loose.base)) {
      return follow(beside(loose.base), isNamed: isNamed)
    }
    // Where the bytes come from, and what they are called.
    var (source, log, isSeries) = (path, path, false)
    if !rotation.isBare || rotation.hasCompressorEnding {
      log = beside(rotation.base)
      source = log
      let output = rotation.base.hasSuffix(".log") ? String(rotation.base.dropLast(4)) + ".out" : ""
      if !isThere(log), rotation.isRotation(ofOutput: output), isThere(beside(output)) {
        (log, source) = (beside(output), beside(output))
      } else if !isThere(log), rotation.date != nil,
        let newest = FollowCore.newest(ofSeries: path, folders.index) ?? (rotation.isWritten ? path : nil)
      {
        // `app-2026-11-24.log` is what the program writes itself; the next day it writes another.
        isSeries = true
        source = newest
      }
    }
    guard keys.insert(FollowSet.key(log)).inserted else { return }
    followers.append(
      StreamFollower(
        path: source, display: log, isSeries: isSeries, from: start(log, isBegun), clock: clock, options: options,
        folders: folders))
  }

  /// Whether the file at `path` holds what the log holds, or its beginning.
  private static func isCopy(_ path: String, of log: String) -> Bool {
    guard let copy = try? Generation(lookingAt: path, display: path, named: false),
      let original = try? Generation(lookingAt: log, display: log, named: false),
      let relation = try? ContentComparison.relation(copy, to: original)
    else { return false }
    return relation == .equal || (relation == .beginning && copy.head.count >= FileMark.shortHead)
  }

  private static func key(_ path: String) -> String {
    let (folder, name) = RotationListing.Place.split(path)
    return ((try? Syscalls.realPath(folder)) ?? folder) + "/" + name
  }
}
