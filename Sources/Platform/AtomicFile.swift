internal import Glibc

/// Writes whole files so that whoever looks sees the old one or the new one, also after a loss of power: a temporary file
/// beside the target (O_EXCL, mode 0600), fsync, rename, fsync of the folder.
///
/// A target that is a link, a folder or a device is refused: nothing is written through a link, and none is replaced. What a
/// killed writer left behind is not in the way, and goes with a later write. Several writers do not disturb each other: the
/// last one wins.
package enum AtomicFile {
  /// Temporary files of writers that are gone are removed once they are this old (nanoseconds).
  package static let leftoverAge: Int64 = 60_000_000_000

  /// Makes or replaces the file at `path`.
  ///
  /// - Parameter isShared: it has the mode that the umask says; else 0600.
  package static func write(_ path: String, _ bytes: Span<UInt8>, isShared: Bool = false) throws(OutputError) {
    let (folderPath, name) = split(path)
    guard name != "", name != ".", name != ".." else { throw .notAFile(path: path, .folder) }
    if let kind = try? Syscalls.status(of: path, followingLinks: false).kind, kind != .regular {
      throw .notAFile(path: path, kind)
    }
    do throws(SystemError) {
      let folder = try Syscalls.openFolder(folderPath)
      let temporary = try temporaryFile(for: name, in: folder, isShared: isShared)
      do throws(SystemError) {
        try Syscalls.write(temporary.file, bytes)
        try Syscalls.synchronize(temporary.file)
        try Syscalls.rename(temporary.name, to: name, in: folder)
      } catch {
        try? Syscalls.remove(temporary.name, in: folder)
        throw error
      }
      try synchronize(folder)
      if let made = try? Syscalls.status(of: temporary.file).modified {
        removeLeftovers(
          of: name, in: folder, folderPath, before: made.subtractingReportingOverflow(leftoverAge).partialValue)
      }
    } catch {
      throw OutputError(error, path: path, folder: folderPath)
    }
  }

  package static func write(_ path: String, _ bytes: [UInt8]) throws(OutputError) { try write(path, bytes.span) }

  /// Whether a file could be written at `path` now: so that whoever waits for a long run learns of a mistake before it. Makes
  /// and removes a temporary file.
  package static func check(_ path: String) throws(OutputError) {
    let (folderPath, name) = split(path)
    guard name != "", name != ".", name != ".." else { throw .notAFile(path: path, .folder) }
    if let kind = try? Syscalls.status(of: path, followingLinks: false).kind, kind != .regular {
      throw .notAFile(path: path, kind)
    }
    do throws(SystemError) {
      let folder = try Syscalls.openFolder(folderPath)
      let temporary = try temporaryFile(for: name, in: folder)
      try Syscalls.remove(temporary.name, in: folder)
    } catch {
      throw OutputError(error, path: path, folder: folderPath)
    }
  }

  /// Whether a folder is at `path`, or a link to one.
  package static func isFolder(_ path: String) -> Bool { (try? Syscalls.status(of: path).kind) == .folder }

  /// The folder of a path (`.` where it names none), and what follows the last slash.
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }

  private static func synchronize(_ folder: borrowing FileDescriptor) throws(SystemError) {
    do throws(SystemError) {
      try Syscalls.synchronize(folder)
    } catch {
      // Some file systems know no fsync of folders; they have nothing better to offer.
      if error.code != EINVAL { throw error }
    }
  }

  // MARK: Temporary files

  private struct TemporaryFile: ~Copyable {
    let file: FileDescriptor
    let name: String
  }

  /// What the names of a file's temporaries begin with. Short, as names have a limit.
  private static func prefix(of name: String) -> String {
    "." + String(String.UnicodeScalarView(name.unicodeScalars.prefix(40))) + ".skein-"
  }

  /// Threads and processes may write the same at once: each has a name of its own. A leftover keeps its name.
  private static func temporaryFile(
    for name: String, in folder: borrowing FileDescriptor, isShared: Bool = false
  ) throws(SystemError) -> TemporaryFile {
    var attempt = 0
    while true {
      let temporary = "\(prefix(of: name))\(Program.process)-\(attempt)"
      do throws(SystemError) {
        return TemporaryFile(file: try Syscalls.create(temporary, in: folder, isShared: isShared), name: temporary)
      } catch {
        attempt += 1
        if error.code != EEXIST || attempt == 1_000 { throw error }
      }
    }
  }

  /// Removes the temporaries of writers that were killed: of a process that is gone, or of one with this number before.
  private static func removeLeftovers(
    of name: String, in folder: borrowing FileDescriptor, _ path: String, before: Int64
  ) {
    let prefix = prefix(of: name)
    guard let names = try? Syscalls.names(in: path) else { return }
    for case .some(let found) in names where found.hasPrefix(prefix) {
      guard let process = Int32(found.dropFirst(prefix.count).prefix { $0 != "-" }),
        process == Program.process || !Syscalls.isRunning(process),
        let status = try? Syscalls.status(of: path + "/" + found, followingLinks: false), status.kind == .regular,
        status.modified < before
      else { continue }
      try? Syscalls.remove(found, in: folder)
    }
  }
}
