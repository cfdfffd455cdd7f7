internal import TraceCore

/// A file of a stream as it was found in a listing, kept open.
final class ListedFile {
  let held: HeldFile
  let name: RotationName
  let status: FileStatus
  let compression: Compression
  /// First decompressed bytes, up to `FileMark.headLimit`.
  let head: [UInt8]
  /// Whether it stands at the name that is followed.
  let isActive: Bool
  private var hashes: [Int: UInt64] = [:]

  var display: String { held.display }

  init(held: HeldFile, name: RotationName, isActive: Bool) throws(SourceError) {
    let status = try held.status()
    let magic = try held.bytes(at: 0, count: Compression.magicLength)
    let compression = Compression(magic: magic.span)
    let head = try held.head(compression, limit: FileMark.headLimit)
    self.held = held
    self.name = name
    self.isActive = isActive
    self.status = status
    self.compression = compression
    self.head = head
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
  static func take(_ places: [Place]) -> RotationListing? {
    for _ in 0..<8 {
      var listing = RotationListing()
      var before: [[String]] = []
      for place in places {
        guard let names = names(in: place) else { return nil }
        before.append(names)
        for name in names { listing.add(name, in: place, isLast: place == places.last) }
      }
      guard listing.isStillTrue(places, before) else { continue }
      listing.settle()
      return listing
    }
    return nil
  }

  /// Names of the stream, oldest first. A folder that is not there has none.
  private static func names(in place: Place) -> [String]? {
    do throws(SystemError) {
      let names = try Syscalls.names(in: place.folder)
      let bare = String(place.base.dropLast(4)) + ".log"
      let hasOther = place.base.hasSuffix(".out") && names.contains(bare)
      return names.compactMap(\.self).map { ($0, RotationName($0)) }
        .filter { name, rotation in
          rotation.base == place.base || name == place.active
            || (!hasOther && rotation.isRotation(ofOutput: place.base))
        }
        .sorted { a, b in
          if a.0 == place.active || b.0 == place.active { return b.0 == place.active && a.0 != b.0 }
          return a.1.isPlacedBefore(b.1) ?? a.0.utf8.lexicographicallyPrecedes(b.0.utf8)
        }
        .map(\.0)
    } catch {
      if case .notFound = SourceError(error, path: place.folder) { return [] }
      return nil
    }
  }

  /// What each name was when it was opened.
  private var seen: [String: FileIdentity] = [:]

  private mutating func add(_ name: String, in place: Place, isLast: Bool) {
    let path = place.path(name)
    let display = place.display(name)
    let rotation = RotationName(name)
    let isActive = isLast && name == place.active
    if !isActive, let number = rotation.number, rotation.date == nil { numbers.insert(number) }
    do throws(SourceError) {
      // Opening a FIFO wakes its writer up.
      guard (try? Syscalls.status(of: path))?.kind ?? .regular == .regular else { return }
      let held = try HeldFile(path, display: display)
      guard held.kind == .regular else { return }
      seen[path] = held.identity
      let file = try ListedFile(held: held, name: rotation, isActive: isActive)
      // A link, or one that moved while we looked: under its newest name.
      files.removeAll { $0.held.identity == file.held.identity }
      if !file.compression.isSupported, !isActive {
        unreadable.append((rotation, .unsupportedCompression(path: display, file.compression)))
      } else {
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
    for (j, other) in files.enumerated() where j != i && file.beginsAs(other) {
      guard let left = try? file.held.source(file.compression, ahead: false),
        let right = try? other.held.source(other.compression, ahead: false)
      else { continue }
      switch (try? ContentComparison.relation(left, to: right)) ?? .different {
      case .beginning: return other
      case .equal where j > i: return other
      default: continue
      }
    }
    return nil
  }

  private func isStillTrue(_ places: [Place], _ before: [[String]]) -> Bool {
    for (place, names) in zip(places, before) {
      guard RotationListing.names(in: place) == names else { return false }
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
    files = all.filter { file in
      guard file.isPacked || file.isBegun, !file.isActive else { return true }
      let source = all.first { other in
        guard other !== file, !other.isPacked, !other.isBegun else { return false }
        var bare = file.name
        bare.hasCompressorEnding = false
        return other.name == bare || file.beginsAs(other)
      }
      if source != nil { return false }
      guard file.isBegun else { return true }
      isProvisional = true
      return false
    }
  }
}
