internal import Platform
internal import TraceCore

/// Keeps how rules are looked for and what Vectorscan compiled, so that the next run need not: a folder of files named by what they were made from.
///
/// What is read from it is run by Vectorscan unchecked, so a file counts only where nobody but the user can have written it,
/// and only whole. Nothing here is an error: without a cache a run takes longer, and a note says why.
package struct PrefilterCache: Sendable, Equatable {
  /// Files kept; the oldest go.
  static let fileLimit = 32
  /// Bytes of a file that would still be read.
  static let sizeLimit = 256 << 20
  private static let prefix = "prefilter-"
  private static let magic = Array("skeinhs2".utf8)
  /// The magic, two lengths, two checksums.
  private static let headerSize = 40

  /// Nil: there is none.
  package let folder: String?
  /// Why there is none.
  package let reason: String?
  /// Whose files count.
  private let owner: UInt32

  /// Keeps nothing.
  package static let none = PrefilterCache(folder: nil, reason: nil)

  /// - Parameter owner: the user whose files are taken; by default the one who runs this.
  package init(folder: String?, reason: String? = nil, owner: UInt32? = nil) {
    self.folder = folder
    self.reason = reason
    self.owner = owner ?? Program.user
  }

  /// `$XDG_CACHE_HOME/skein`, else `~/.cache/skein`.
  package static func standard() -> PrefilterCache {
    standard(cacheHome: Program.environment("XDG_CACHE_HOME"), home: Program.environment("HOME"))
  }

  /// The XDG base directory specification: a path that is not absolute is ignored. A home folder among the temporary files,
  /// where others could have put things, has no cache.
  static func standard(cacheHome: String?, home: String?) -> PrefilterCache {
    if let cacheHome, cacheHome.utf8.first == UInt8(ascii: "/") { return PrefilterCache(folder: cacheHome + "/skein") }
    guard let home, home.utf8.first == UInt8(ascii: "/") else {
      return PrefilterCache(folder: nil, reason: "compiled rules are not kept: HOME is not set")
    }
    for shared in ["/tmp", "/var/tmp", "/dev/shm"] where home == shared || home.hasPrefix(shared + "/") {
      return PrefilterCache(
        folder: nil, reason: "compiled rules are not kept: HOME is in \(shared); XDG_CACHE_HOME can name a folder")
    }
    return PrefilterCache(folder: home + "/.cache/skein")
  }

  // MARK: Reading

  /// What was kept under `key`, or nil: never kept, damaged, or not the user's alone.
  func load(_ key: [UInt8]) -> ArraySlice<UInt8>? {
    do throws(SystemError) {
      guard let path = folder, let folder = try openOwn(path) else { return nil }
      let file = try Syscalls.open(Self.name(of: key), in: folder)
      let status = try Syscalls.status(of: file)
      guard status.kind == .regular, status.owner == owner, !status.isSharedForWriting,
        status.size >= Self.headerSize, status.size <= Self.sizeLimit
      else { return nil }
      guard let content = Self.content(of: try Syscalls.read(file, count: Int(status.size)), key: key) else {
        return nil
      }
      // The oldest go first: what is used is not old.
      try? Syscalls.touch(file)
      return content
    } catch {
      return nil
    }
  }

  /// The folder where it is one, and the user's alone.
  private func openOwn(_ path: String) throws(SystemError) -> FileDescriptor? {
    let folder = try Syscalls.openOwnFolder(path)
    let status = try Syscalls.status(of: folder)
    guard status.owner == owner, !status.isSharedForWriting else { return nil }
    return folder
  }

  static func name(of key: [UInt8]) -> String {
    var name = prefix
    for seed: UInt64 in [1, 2] {
      let digits = String(ByteSearch.hash(key.span, from: 0, to: key.count, seed: seed), radix: 16)
      name += String(repeating: "0", count: 16 - digits.count) + digits
    }
    return name
  }

  /// A file's bytes: header, key, content. The key is in it whole, so that no two can be taken for each other.
  static func file(_ content: [UInt8], key: [UInt8]) -> [UInt8] {
    let body = key + content
    var bytes = magic
    bytes.reserveCapacity(headerSize + body.count)
    for number in [UInt64(key.count), UInt64(content.count), checksum(body.span, 3), checksum(body.span, 4)] {
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
    }
    return bytes + body
  }

  /// The content of a file that is whole and was made for `key`.
  static func content(of file: [UInt8], key: [UInt8]) -> ArraySlice<UInt8>? {
    let bytes = file.span
    guard bytes.count >= headerSize, file.starts(with: magic) else { return nil }
    let numbers = (0..<4).map { ByteSearch.word(bytes, at: 8 + 8 * $0) }
    let contentCount = bytes.count - headerSize - key.count
    guard contentCount >= 0, numbers[0] == UInt64(key.count), numbers[1] == UInt64(contentCount) else { return nil }
    let body = bytes.extracting(headerSize..<bytes.count)
    guard ByteSearch.equal(body, 0, key.span, 0, count: key.count), numbers[2] == checksum(body, 3),
      numbers[3] == checksum(body, 4)
    else { return nil }
    return file[(headerSize + key.count)...]
  }

  private static func checksum(_ bytes: Span<UInt8>, _ seed: UInt64) -> UInt64 {
    ByteSearch.hash(bytes, from: 0, to: bytes.count, seed: seed)
  }

  // MARK: Writing

  /// Keeps `content` under `key`; the file appears whole or not at all.
  ///
  /// - Returns: why it was not kept, in a line for people, or nil.
  func store(_ content: [UInt8], _ key: [UInt8]) -> String? {
    guard let path = folder else { return reason }
    guard Self.headerSize + key.count + content.count <= Self.sizeLimit else { return nil }
    do throws(SystemError) {
      if let parent = Self.parent(of: path) { try Syscalls.makeFolder(parent) }
      try Syscalls.makeFolder(path)
      guard let folder = try openOwn(path) else {
        return "compiled rules are not kept: \(path) does not belong to this user alone (chmod 700 and chown fix that)"
      }
      let name = Self.name(of: key)
      let temporary = try Self.temporaryFile(for: name, in: folder)
      do throws(SystemError) {
        try Syscalls.write(temporary.file, Self.file(content, key: key).span)
        try Syscalls.synchronize(temporary.file)
        try Syscalls.rename(temporary.name, to: name, in: folder)
      } catch {
        try? Syscalls.remove(temporary.name, in: folder)
        throw error
      }
      Self.removeOldest(in: folder)
      return nil
    } catch {
      return "compiled rules are not kept: \(path): \(error.text)"
    }
  }

  private struct TemporaryFile: ~Copyable {
    let file: FileDescriptor
    let name: String
  }

  private static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
    return String(path[..<slash])
  }

  /// Threads and processes may write the same at once: each has a name of its own.
  private static func temporaryFile(
    for name: String, in folder: borrowing FileDescriptor
  ) throws(SystemError) -> TemporaryFile {
    var attempt = 0
    while true {
      let temporary = "\(name).\(Program.process).\(attempt)"
      do throws(SystemError) {
        return TemporaryFile(file: try Syscalls.create(temporary, in: folder), name: temporary)
      } catch {
        attempt += 1
        if attempt == 64 { throw error }
      }
    }
  }

  /// Keeps the newest files; what others put there is left alone.
  private static func removeOldest(in folder: borrowing FileDescriptor) {
    guard let names = try? Syscalls.names(in: folder) else { return }
    var files: [(modified: Int64, name: String)] = []
    for name in names where name.hasPrefix(prefix) {
      guard let status = try? Syscalls.status(of: name, in: folder), status.kind == .regular else { continue }
      files.append((status.modified, name))
    }
    files.sort { ($0.modified, $0.name) > ($1.modified, $1.name) }
    for file in files.dropFirst(fileLimit) { try? Syscalls.remove(file.name, in: folder) }
  }
}
