internal import Glibc

/// Small files, read whole.
package enum WholeFile {
  /// Why a file could not be read.
  package enum FileError: Error, Equatable {
    /// The value of errno.
    case system(Int32)
    case larger(than: Int)
  }

  /// The bytes of the regular file at `path`, at most `limit`.
  package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw .system(errno) }
    defer { _ = close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(errno)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw .larger(than: limit) }
      bytes.append(contentsOf: chunk[0..<count])
    }
  }
}
