internal import Platform
internal import TraceCore

/// A file that is kept open. As long as it is, no other file gets its inode: its identity is certain.
final class HeldFile {
  let descriptor: FileDescriptor
  let identity: FileIdentity
  /// What the user would call it when it was opened.
  let display: String

  let kind: FileStatus.Kind

  init(_ path: String, display: String) throws(SourceError) {
    let opened = try OpenedFile(path, display: display)
    identity = opened.status.identity
    kind = opened.status.kind
    self.display = display
    descriptor = opened.descriptor
  }

  func status() throws(SourceError) -> FileStatus {
    do throws(SystemError) { return try Syscalls.status(of: descriptor) } catch {
      throw SourceError(error, path: display)
    }
  }

  func bytes(at offset: Int64, count: Int) throws(SourceError) -> [UInt8] {
    do throws(SystemError) { return try Syscalls.bytes(of: descriptor, at: offset, count: count) } catch {
      throw SourceError(error, path: display)
    }
  }

  /// Whether these bytes stand at `offset`.
  func holds(_ bytes: [UInt8], at offset: Int64) throws(SourceError) -> Bool {
    do throws(SystemError) { return try Syscalls.holds(descriptor, at: offset, bytes) } catch {
      throw SourceError(error, path: display)
    }
  }

  /// Its bytes from the front, wherever its name points by now; decompressed if it is `compression`.
  func source(_ compression: Compression, ahead: Bool) throws(SourceError) -> any ByteSource {
    do throws(SystemError) {
      let copy = try Syscalls.duplicate(descriptor)
      let raw = FileSource(file: copy, status: try Syscalls.status(of: descriptor), display: display)
      return compression == .gzip ? GzipSource(raw, path: display, ahead: ahead) : raw
    } catch {
      throw SourceError(error, path: display)
    }
  }

  /// Up to `limit` first decompressed bytes.
  func head(_ compression: Compression, limit: Int) throws(SourceError) -> [UInt8] {
    if compression == .none { return try bytes(at: 0, count: limit) }
    guard compression == .gzip else { return [] }
    let block = Block(capacity: limit)
    _ = try source(compression, ahead: false).fill(block, to: limit)
    return block.copyOfBytes()
  }
}
