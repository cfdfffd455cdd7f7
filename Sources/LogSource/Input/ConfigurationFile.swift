internal import Glibc
internal import Platform
internal import TraceCore

/// Small files that say what to do (rules, suppressions), read whole.
package enum ConfigurationFile {
  /// Bytes of one at most.
  package static let limit = 64 << 20

  /// The file's bytes. Regular files only.
  package static func read(_ path: String) throws(SourceError) -> [UInt8] {
    let source = try FileSource(path: path, display: path)
    guard source.sizeAtOpen <= limit else { throw tooLarge(path) }
    return try bytes(of: source, path)
  }

  /// What stands on standard input, where a few lines are meant and not a log.
  package static func readStandardInput() throws(SourceError) -> [UInt8] {
    try bytes(of: PipeSource(), StandardInput.path)
  }

  private static func bytes(of source: some ByteSource, _ path: String) throws(SourceError) -> [UInt8] {
    let block = Block(capacity: 64 * 1024)
    var bytes: [UInt8] = []
    while true {
      block.removeAll()
      guard try source.read(into: block, atMost: block.capacity) > 0 else { return bytes }
      let part = block.bytes
      for i in 0..<part.count { bytes.append(part[i]) }
      guard bytes.count <= limit else { throw tooLarge(path) }
    }
  }

  private static func tooLarge(_ path: String) -> SourceError {
    .readFailed(path: path, reason: "it is larger than \(limit >> 20) MiB; is it the right one?")
  }

  /// The files that a path means: itself, or, of a folder, the files in it and below with one of the endings, by name.
  ///
  /// - Parameter endings: with the dot.
  package static func files(_ path: String, endings: [String], depth: Int = 8) throws(SourceError) -> [String] {
    do throws(SystemError) {
      guard try Syscalls.status(of: path).kind == .folder else { return [path] }
    } catch {
      throw SourceError(error, path: path)
    }
    return try list(path, endings: endings, depth: depth)
  }

  private static func list(_ folder: String, endings: [String], depth: Int) throws(SourceError) -> [String] {
    var files: [String] = []
    do throws(SystemError) {
      for case .some(let name) in try Syscalls.names(in: folder).sorted(by: { $0 ?? "" < $1 ?? "" }) {
        guard !name.hasPrefix(".") else { continue }
        let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
        if endings.contains(where: name.hasSuffix) {
          files.append(path)
        } else if depth > 0, try Syscalls.status(of: path, followingLinks: false).kind == .folder {
          do throws(SourceError) {
            files += try list(path, endings: endings, depth: depth - 1)
          } catch {
            throw SystemError(code: EACCES)
          }
        }
      }
    } catch {
      throw SourceError(error, path: folder)
    }
    return files
  }
}
