internal import Platform
internal import TraceCore

/// A file of a stream as it was found in a listing: kept open, or opened again when it is asked for, where a log has so many
/// that all of them would be too many to be held.
final class ListedFile {
  let identity: FileIdentity
  let name: RotationName
  let status: FileStatus
  let compression: Compression
  /// First decompressed bytes, up to `FileMark.headLimit`.
  let head: [UInt8]
  /// Whether it stands at the name that is followed.
  let isActive: Bool
  /// What the user would call it.
  let display: String
  private let path: String
  private var open: HeldFile?
  private var hashes: [Int: UInt64] = [:]

  /// What a listing knows of a file from an earlier one, as long as its status is the same.
  struct Facts {
    var status: FileStatus
    var compression: Compression
    var head: [UInt8]
  }

  init(
    _ held: HeldFile, path: String, name: RotationName, isActive: Bool, staysOpen: Bool
  ) throws(SourceError) {
    let status = try held.status()
    let magic = try held.bytes(at: 0, count: Compression.magicLength)
    let compression = Compression(magic: magic.span)
    let head = try held.head(compression, limit: FileMark.headLimit)
    identity = held.identity
    display = held.display
    self.path = path
    self.name = name
    self.isActive = isActive
    self.status = status
    self.compression = compression
    self.head = head
    open = staysOpen ? held : nil
  }

  init(_ facts: Facts, path: String, display: String, name: RotationName, isActive: Bool) {
    identity = facts.status.identity
    self.display = display
    self.path = path
    self.name = name
    self.isActive = isActive
    status = facts.status
    compression = facts.compression
    head = facts.head
  }

  var facts: Facts { Facts(status: status, compression: compression, head: head) }

  /// The file, open. `notFound` where another one has its name by now: then the listing is out of date.
  func held() throws(SourceError) -> HeldFile {
    if let open { return open }
    let held = try HeldFile(path, display: display)
    guard held.identity == identity else { throw .notFound(path: display) }
    return held
  }

  var isPacked: Bool { compression != .none }
  /// A compressor has only begun to write it: nothing tells yet what it is.
  var isBegun: Bool {
    isPacked
      ? head.isEmpty && status.size < 20
      : name.hasCompressorEnding && status.size < Compression.magicLength
  }

  /// Whether the two have their first bytes in common, enough of them to say so.
  func beginsAs(_ other: ListedFile) -> Bool {
    let common = min(head.count, other.head.count)
    return common >= FileMark.shortHead && headHash(common) == other.headHash(common)
  }

  /// Of the first bytes that two files must share to be alike; nil where it has fewer.
  var shortHash: UInt64? { head.count >= FileMark.shortHead ? headHash(FileMark.shortHead) : nil }

  func headHash(_ count: Int) -> UInt64 {
    if let hash = hashes[count] { return hash }
    let hash = FileMark.hash(head, count)
    hashes[count] = hash
    return hash
  }
}

/// The files of one stream in its folder, oldest first, the active one last: a picture of one moment.
///
/// Names move while they are read: the folder is listed until two looks agree. What is being compressed is there twice; its
/// source stands for it. Costs an open and a short read a file: for when something has changed, not for each look.
struct RotationListing {
  private(set) var files: [ListedFile] = []
  /// Found and not to be read: no permission, a compression that is not known.
  private(set) var unreadable: [(name: RotationName, error: SourceError)] = []
  /// The active file may not be read.
  private(set) var isActiveDenied = false
  /// Something was passed over that will be readable later: the listing must be made again.
  private(set) var isProvisional = false
  /// Numbers of rotations that are there, whether they can be read or not.
  private(set) var numbers: Set<Int> = []

  /// Which listings of folders it was made of, while nothing was in them that changed since.
  private(set) var stamps: [Int] = []
  /// Heads' first bytes, by their hash: which files may be copies of which.
  private var alike: [UInt64: [Int]] = [:]
  /// Files that are kept open at once, at most.
  static let mostOpen = 64

  /// A folder and the base name of what belongs to the stream in it.
  struct Place: Equatable {
    var folder: String
    /// How the user would say the folder; empty for the current one.
    var shown: String
    var base: String
    /// The name in it that is followed.
    var active: String

    /// Where `path` stands; `shown` is how the user says it.
    init(_ path: String, shown: String) {
      let (folder, name) = Place.split(path)
      self.folder = folder
      self.shown = Place.split(shown).folder
      base = RotationName(name).base
      active = name
    }

    func path(_ name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }
    func display(_ name: String) -> String {
      shown == "." ? name : shown.hasSuffix("/") ? shown + name : "\(shown)/\(name)"
    }

    static func split(_ path: String) -> (folder: String, name: String) {
      guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
      let name = String(path[path.index(after: slash)...])
      return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }
  }

  /// Looks until two looks agree; nil if they never do, or if a folder may not be listed now.
  ///
  /// - Parameters:
  ///   - folders: what is known of them.
  ///   - facts: by path, what the last listing has found; replaced by what this one has.
  static func take(_ places: [Place], _ folders: FolderIndex, _ facts: inout [String: ListedFile.Facts])
    -> RotationListing?
  {
    for _ in 0..<8 {
      var listing = RotationListing()
      var before: [[String]] = []
      for place in places {
        guard let (names, stamp) = names(in: place, folders) else { return nil }
        before.append(names)
        listing.stamps.append(stamp)
      }
      let isLarge = before.reduce(0) { $0 + $1.count } > mostOpen
      for (place, names) in zip(places, before) {
        for name in names { listing.add(name, in: place, isLast: place == places.last, isLarge ? facts : nil) }
      }
      guard listing.isStillTrue(places, before, folders) else { continue }
      facts = isLarge ? listing.found : [:]
      listing.found = [:]
      listing.settle()
      return listing
    }
    return nil
  }

  /// Whether the folders are as they were when it was made.
  func isCurrent(_ places: [Place], _ folders: FolderIndex) -> Bool {
    places.count == stamps.count
      && zip(places, stamps).allSatisfy { place, stamp in
        (try? folders.names(in: place.folder))?.stamp ?? 0 == stamp
      }
  }

  /// Names of the stream, oldest first. A folder that is not there has none.
  private static func names(in place: Place, _ folders: FolderIndex) -> (names: [String], stamp: Int)? {
    do throws(SystemError) {
      let all = try folders.names(in: place.folder)
      var own = all.ofBase(place.base)
      if all.contains(place.active), RotationName(place.active).base != place.base {
        own.append((place.active, RotationName(place.active)))
      }
      let bare = String(place.base.dropLast(4)) + ".log"
      if place.base.hasSuffix(".out"), !all.contains(bare) {
        own += all.ofBase(bare).filter { $0.rotation.isRotation(ofOutput: place.base) && $0.name != place.active }
      }
      let names = own.sorted { a, b in
        if a.name == place.active || b.name == place.active { return b.name == place.active && a.name != b.name }
        return a.rotation.isPlacedBefore(b.rotation) ?? a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
      }
      return (names.map(\.name), all.stamp)
    } catch {
      if case .notFound = SourceError(error, path: place.folder) { return ([], 0) }
      return nil
    }
  }

  /// What each name was when it was opened.
  private var seen: [String: FileIdentity] = [:]
  /// What is to be known when the folder is listed the next time.
  private var found: [String: ListedFile.Facts] = [:]
  /// Places in `files`.
  private var placeOf: [FileIdentity: Int] = [:]

  /// - Parameter known: of a log with many files, what was found before; nil: each file is opened and kept open.
  private mutating func add(_ name: String, in place: Place, isLast: Bool, _ known: [String: ListedFile.Facts]?) {
    let path = place.path(name)
    let display = place.display(name)
    let rotation = RotationName(name)
    let isActive = isLast && name == place.active
    if !isActive, let number = rotation.number, rotation.date == nil { numbers.insert(number) }
    do throws(SourceError) {
      // Opening a FIFO wakes its writer up.
      let status = try? Syscalls.status(of: path)
      guard status?.kind ?? .regular == .regular else { return }
      let file: ListedFile
      if let known, let facts = known[path], facts.status == status {
        file = ListedFile(facts, path: path, display: display, name: rotation, isActive: isActive)
      } else {
        let held = try HeldFile(path, display: display)
        guard held.kind == .regular else { return }
        file = try ListedFile(held, path: path, name: rotation, isActive: isActive, staysOpen: known == nil || isActive)
      }
      seen[path] = file.identity
      if known != nil, FolderIndex.isSettled(file.status.modified) { found[path] = file.facts }
      let isUnread = !file.compression.isSupported && !isActive
      // A link, or one that moved while we looked: under its newest name.
      if let at = placeOf[file.identity] {
        files.remove(at: at)
        placeOf.removeAll()
        for (place, file) in files.enumerated() { placeOf[file.identity] = place }
      }
      if isUnread {
        unreadable.append((rotation, .unsupportedCompression(path: display, file.compression)))
      } else {
        placeOf[file.identity] = files.count
        files.append(file)
      }
    } catch {
      if case .notFound = error { return }
      if isActive { isActiveDenied = true } else { unreadable.append((rotation, error)) }
    }
  }

  /// The file that holds all that the one at `i` holds: it is the beginning of that one, or the same and older. Costs a read of
  /// it where the heads agree.
  func original(of i: Int) -> ListedFile? {
    let file = files[i]
    guard let begin = file.shortHash else { return nil }
    for j in alike[begin] ?? [] where j != i && file.beginsAs(files[j]) {
      let other = files[j]
      guard let left = try? file.held().source(file.compression, ahead: false),
        let right = try? other.held().source(other.compression, ahead: false)
      else { continue }
      switch (try? ContentComparison.relation(left, to: right)) ?? .different {
      case .beginning: return other
      case .equal where j > i: return other
      default: continue
      }
    }
    return nil
  }

  private func isStillTrue(_ places: [Place], _ before: [[String]], _ folders: FolderIndex) -> Bool {
    for (place, names) in zip(places, before) {
      guard RotationListing.names(in: place, folders)?.names == names else { return false }
      for name in names {
        let path = place.path(name)
        guard let identity = seen[path] else { continue }
        guard let status = try? Syscalls.status(of: path), status.identity == identity else { return false }
      }
    }
    return true
  }

  /// Leaves out what another file of the listing stands for.
  private mutating func settle() {
    let all = files
    let sources = all.filter { !$0.isPacked && !$0.isBegun }
    let bases = Dictionary(grouping: sources) { $0.name.number ?? -1 }
    let begins = Dictionary(grouping: sources.filter { $0.shortHash != nil }) { $0.shortHash ?? 0 }
    files = all.filter { file in
      guard file.isPacked || file.isBegun, !file.isActive else { return true }
      var bare = file.name
      bare.hasCompressorEnding = false
      let isThere =
        (bases[bare.number ?? -1] ?? []).contains { $0 !== file && $0.name == bare }
        || file.shortHash.map { (begins[$0] ?? []).contains { $0 !== file && file.beginsAs($0) } } ?? false
      if isThere { return false }
      guard file.isBegun else { return true }
      isProvisional = true
      return false
    }
    for (i, file) in files.enumerated() {
      if let begin = file.shortHash { alike[begin, default: []].append(i) }
    }
  }
}
