internal import Platform

/// A file that was opened, and what it turned out to be.
struct OpenedFile: ~Copyable {
  let descriptor: FileDescriptor
  let status: FileStatus

  /// Opens `path` for reading without waiting; errors call it `display`.
  init(_ path: String, display: String) throws(SourceError) {
    do throws(SystemError) {
      let descriptor = try Syscalls.open(path)
      status = try Syscalls.status(of: descriptor)
      self.descriptor = descriptor
    } catch {
      throw SourceError(error, path: display)
    }
  }
}
