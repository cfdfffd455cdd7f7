internal import Platform
internal import TraceCore

/// Standard input or a named FIFO that is followed: gives what is there and never waits; ends when its writers are gone.
///
/// Compressed data cannot be unpacked up to a pause, so a compressed pipe waits for its bytes.
final class LivePipe {
  private let file: FileDescriptor
  let display: String
  private(set) var isEnded = false
  private(set) var bytesRead: Int64 = 0
  private(set) var compression = Compression.none
  /// First decompressed bytes, up to `Generation.headLimit`.
  private(set) var head: [UInt8] = []
  /// Read to learn what it is, not given yet.
  private var front = Block(capacity: 4096)
  private var given = 0
  private var isKnown = false
  private var unpacked: GzipSource?

  /// Standard input.
  init() {
    file = FileDescriptor.standardInput
    display = StandardInput.path
  }

  init(fifo path: String) throws(SourceError) {
    let opened = try OpenedFile(path, display: path)
    display = path
    file = opened.descriptor
  }

  var descriptor: Int32 { file.number }
  var notes: [LedgerNote] { unpacked?.notes ?? [] }

  /// Whether enough bytes are there to say how they are packed. A compressed one that skein cannot read is an error.
  func isIdentified() throws(SourceError) -> Bool {
    if isKnown { return true }
    while front.count < Compression.magicLength, !isEnded {
      let count = try readRaw(into: front, atMost: front.capacity - front.count)
      if count == 0 {
        if isEnded { break }
        // A line that is shorter than any magic is text.
        guard front.count > 0, front.bytes[0] >= 0x20, front.bytes[0] < 0x7F, front.bytes[front.count - 1] == 0x0A
        else {
          return false
        }
        break
      }
    }
    compression = Compression(magic: front.bytes)
    guard compression.isSupported else { throw .unsupportedCompression(path: display, compression) }
    if compression == .gzip { unpacked = GzipSource(Raw(self), path: display, ahead: false) }
    isKnown = true
    return true
  }

  func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    let start = block.count
    var count = 0
    if let unpacked {
      count = try unpacked.read(into: block, atMost: limit)
    } else {
      count = giveFront(into: block, atMost: limit)
      if count == 0 { count = try readRaw(into: block, atMost: limit) }
    }
    var at = start
    while head.count < Generation.headLimit, at < block.count {
      head.append(block.bytes[at])
      at += 1
    }
    return count
  }

  private func giveFront(into block: Block, atMost limit: Int) -> Int {
    let count = min(front.count - given, limit, block.capacity - block.count)
    guard count > 0 else { return 0 }
    let front = self.front
    block.append(copying: front.bytes.extracting(given..<given + count))
    given += count
    return count
  }

  /// 0 if there is nothing now, or at the end.
  private func readRaw(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    guard !isEnded else { return 0 }
    do throws(SystemError) {
      // Before its first writer a FIFO reads as ended.
      guard try Syscalls.isReadable(file, within: 0) else { return 0 }
      let count = try Syscalls.read(file, into: block, atMost: limit)
      bytesRead += Int64(count)
      isEnded = count == 0
      return count
    } catch {
      if error.wouldBlock { return 0 }
      throw SourceError(error, path: display)
    }
  }

  /// What a decompressor reads: waits.
  private final class Raw: ByteSource {
    private let pipe: LivePipe
    init(_ pipe: LivePipe) { self.pipe = pipe }
    var bytesRead: Int64 { pipe.bytesRead }
    var notes: [LedgerNote] { [] }

    func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
      let front = pipe.giveFront(into: block, atMost: limit)
      if front > 0 { return front }
      while true {
        let count = try pipe.readRaw(into: block, atMost: limit)
        if count > 0 || pipe.isEnded { return count }
        do throws(SystemError) { try Syscalls.waitUntilReadable(pipe.file) } catch {
          throw SourceError(error, path: pipe.display)
        }
      }
    }
  }
}
