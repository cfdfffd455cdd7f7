internal import Platform
internal import TraceCore

/// A copy of a pipe's bytes in an unnamed file, so that they can be read twice. Gone when the last reference is.
final class Spool: Sendable {
  private let file: FileDescriptor

  /// Reads `source` to its end into a file in TMPDIR.
  ///
  /// - Parameter limit: bytes at most; a longer input is an error, not a truncation.
  init(_ source: any ByteSource, display: String, folder: String, limit: Int64) throws(SourceError) {
    do throws(SystemError) {
      file = try Syscalls.openUnnamed(in: folder)
    } catch {
      throw SourceError.readFailed(
        path: folder, reason: "no temporary file can be made there; set TMPDIR to a folder where one can")
    }
    let block = Block()
    var written: Int64 = 0
    while try source.read(into: block, atMost: block.capacity) > 0 {
      written += Int64(block.count)
      guard written <= limit else { throw SourceError.spoolIsFull(path: display, limit: limit) }
      do throws(SystemError) {
        try Syscalls.write(file, block.bytes)
      } catch {
        throw SourceError(error, path: folder)
      }
      block.removeAll()
    }
  }

  /// Opens the same file anew, from its front.
  var path: String { "/proc/self/fd/\(file.number)" }
}
