internal import Platform
package import TraceCore

/// The bytes of standard input or of a FIFO that was named, as they come. Blocks while there are none. It cannot go back.
package final class PipeSource: ByteSource {
  private let file: FileDescriptor
  private let path: String
  private var awaitsWriter: Bool
  package private(set) var bytesRead: Int64 = 0
  package var notes: [LedgerNote] { [] }

  /// Standard input.
  package init() {
    file = FileDescriptor.standardInput
    path = StandardInput.path
    awaitsWriter = false
  }

  /// A FIFO that was opened without waiting; from here on reads wait.
  init(fifo file: consuming FileDescriptor, display: String) throws(SourceError) {
    do throws(SystemError) {
      try Syscalls.setBlocking(file)
    } catch {
      throw SourceError(error, path: display)
    }
    self.file = file
    path = display
    awaitsWriter = true
  }

  package func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    do throws(SystemError) {
      if awaitsWriter {
        // Before its first writer a FIFO reads as ended.
        try Syscalls.waitUntilReadable(file)
        awaitsWriter = false
      }
      let count = try readWaiting(into: block, atMost: limit)
      bytesRead += Int64(count)
      return count
    } catch {
      throw SourceError(error, path: path)
    }
  }

  /// Reads from `source`, which ends with this pipe, until `block` is full or the input ends, or until a whole line is there
  /// and no more comes for the moment: for input that somebody watches. Returns whether it ended.
  ///
  /// How much that is depends on the writer's timing.
  func fillWhileBusy(_ block: Block, from source: any ByteSource) throws(SourceError) -> Bool {
    let start = Clock.monotonicMilliseconds
    while block.count < block.capacity {
      if ByteSearch.last(0x0A, in: block.bytes, from: 0, to: block.count) != nil {
        let isLate = Clock.monotonicMilliseconds - start > PipeSource.longestWait
        do throws(SystemError) {
          if try !Syscalls.isReadable(file, within: isLate ? 0 : PipeSource.pause) || isLate { return false }
        } catch {
          throw SourceError(error, path: path)
        }
      }
      if try source.read(into: block, atMost: block.capacity - block.count) == 0 { return true }
    }
    return false
  }

  /// Milliseconds without a byte that are a pause, and after which the first lines are enough in any case.
  private static let pause: Int32 = 100
  private static let longestWait: Int64 = 1_000

  /// Standard input may have been left non-blocking by whoever shares it.
  private func readWaiting(into block: Block, atMost limit: Int) throws(SystemError) -> Int {
    while true {
      do throws(SystemError) {
        return try Syscalls.read(file, into: block, atMost: limit)
      } catch {
        guard error.wouldBlock else { throw error }
        try Syscalls.waitUntilReadable(file)
      }
    }
  }
}
