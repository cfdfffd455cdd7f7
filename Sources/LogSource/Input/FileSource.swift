package import Platform
package import TraceCore

/// The bytes of a regular file as they stand there.
///
/// Reads to the end that the file has when it gets there, not to the size it had when it was opened; if the two differ a
/// `changed` note says so. It refuses everything but regular files: pipes are `PipeSource`'s. One system call a read.
package final class FileSource: ByteSource {
  private final class Open {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
  }
  /// Closes the file with the last of its bytes: it is read once, front to back.
  private let closesAtEnd: Bool
  /// Nil once it is closed.
  private var open: Open?
  private let path: String
  let sizeAtOpen: Int64
  private var position: Int64 = 0
  private var sawEnd = false
  /// Also after a part was read again (`seek`): how far it got.
  package private(set) var bytesRead: Int64 = 0
  package private(set) var notes: [LedgerNote] = []

  /// Opens `path`; `display` is what people call it. With `expected`, a note tells if it is another file by now.
  package convenience init(
    path: String, display: String, expected: FileIdentity? = nil, closesAtEnd: Bool = false
  ) throws(SourceError) {
    let opened = try OpenedFile(path, display: display)
    let status = opened.status
    guard status.kind == .regular else { throw .notReadable(path: display, status.kind) }
    self.init(file: opened.descriptor, status: status, display: display, closesAtEnd: closesAtEnd)
    if let expected, expected != status.identity {
      notes.append(
        LedgerNote(.changed, "\(display) was replaced by another file (a rotation?) after the input was listed"))
    }
  }

  init(file: consuming FileDescriptor, status: FileStatus, display: String, closesAtEnd: Bool = false) {
    self.closesAtEnd = closesAtEnd
    open = Open(file)
    path = display
    sizeAtOpen = status.size
  }

  package func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    guard let open else { return 0 }
    let room = min(limit, block.capacity - block.count)
    do throws(SystemError) {
      let count = try Syscalls.read(open.file, at: position, into: block, atMost: limit)
      position += Int64(count)
      bytesRead = max(bytesRead, position)
      if count == 0 { noteChange() }
      // Of thousands of small files none is held open while others are read.
      if closesAtEnd, count > 0, count < room, sizeAtOpen > 0, try Syscalls.status(of: open.file).size <= position {
        noteChange()
        close()
      }
      return count
    } catch {
      throw SourceError(error, path: path)
    }
  }

  package func close() { open = nil }

  /// The next read starts at `offset` bytes from the front.
  func seek(to offset: Int64) { position = offset }

  private func noteChange() {
    guard !sawEnd else { return }
    sawEnd = true
    // Files of /proc say 0.
    let change = bytesRead - sizeAtOpen
    guard change != 0, sizeAtOpen > 0 else { return }
    notes.append(
      LedgerNote(
        .changed,
        change > 0
          ? "\(path) grew by \(change) bytes while it was read; they were read too"
          : "\(path) shrank by \(-change) bytes while it was read", bytes: abs(change)))
  }
}
