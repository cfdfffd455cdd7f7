internal import Glibc
internal import Platform
internal import TraceCore

/// The lines that ended earlier runs of a follower by a fault of its own, as the handler of the fault has written them
/// (CShims, fault.h): beside the checkpoint, `<checkpoint>.fault`. The next run passes over each of them once, so that one
/// line cannot end it again and again.
package struct FaultJournal: Sendable {
  /// A line by its length in bytes and its hash (`hash(_:)`); nothing of its text is kept.
  package struct Entry: Equatable, Sendable {
    package var length: Int
    package var hash: UInt64
    /// The signal that it ended in: `SIGILL`.
    package var signal: String

    package init(length: Int, hash: UInt64, signal: String) {
      self.length = length
      self.hash = hash
      self.signal = signal
    }
  }

  package let path: String
  /// Larger ones are no journals.
  private static let sizeLimit = 1 << 20

  /// - Parameter checkpoint: the path of the checkpoint.
  package init(checkpoint: String) { path = checkpoint + ".fault" }

  /// The lines in the journal; none where there is no such file, or where it is no journal.
  package func read() -> [Entry] {
    guard let file = try? Syscalls.openUnlinked(path), (try? Syscalls.status(of: file).kind) == .regular,
      let bytes = try? Syscalls.bytes(of: file, at: 0, count: FaultJournal.sizeLimit)
    else { return [] }
    return bytes.split(separator: 0x0A).compactMap { line in
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 4, words[0] == "line", let length = Int(words[1]), let hash = UInt64(words[2]) else {
        return nil
      }
      return Entry(length: length, hash: hash, signal: words[3])
    }
  }

  /// Forgets all lines: they lie before a checkpoint that was written since.
  package func remove() {
    guard let folder = try? Syscalls.openFolder(AtomicFile.split(path).folder) else { return }
    try? Syscalls.remove(AtomicFile.split(path).name, in: folder)
  }
}
