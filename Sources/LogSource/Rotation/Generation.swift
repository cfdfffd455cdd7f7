package import Platform
internal import Synchronization
package import TraceCore

/// One piece of a stream: a file, or a pipe. Looked at once when the input is listed, opened when it is its turn.
package struct Generation: Sendable {
  /// Decompressed bytes looked at in front, at most.
  package static let headLimit = 64 * 1024

  /// To open it by.
  package let path: String
  /// As the user would say it; for standard input `StandardInput.path`.
  package let display: String
  /// Bytes as it stands there; 0 for a pipe.
  package let size: Int64
  /// Nanoseconds since 1970 (a year for times without one); 0 for a pipe.
  package let modified: Int64
  package let compression: Compression
  /// The first decompressed bytes, up to `headLimit` (fewer in a plan of hundreds of files).
  package let head: [UInt8]
  /// Whether `head` is all there is.
  package let headIsWhole: Bool
  /// Nil for a pipe.
  package let identity: FileIdentity?
  /// What the plan has to say: duplicates of it, a missing number before it, an order decided by time. Reading it makes
  /// notes of its own (`ByteSource.notes`).
  package internal(set) var notes: [LedgerNote] = []
  /// Whether lines may have been lost at the boundary between the generation before it in its stream and this one:
  /// a rotation by copytruncate cannot be ruled out from the older one's name. False for the first.
  package internal(set) var rotationMayLose = false

  private let pipe: OpenPipe?
  /// Keeps the copy of a pipe alive.
  private var spool: Spool?
  private var memory: [UInt8]?

  /// Whether it can be opened only once.
  package var isPipe: Bool { pipe != nil && spool == nil }

  /// Its bytes from the front. A pipe can be opened once.
  package func open() throws(SourceError) -> any ByteSource {
    if let pipe, spool == nil {
      guard let source = pipe.take() else { throw .readTwice(path: display) }
      return source
    }
    if let memory { return MemorySource(memory) }
    if let spool { return try FileSource(path: spool.path, display: display, expected: nil) }
    let raw = try FileSource(
      path: path, display: display, expected: identity, closesAtEnd: compression == .none)
    return compression == .gzip ? GzipSource(raw, path: display) : raw
  }

  /// The same bytes, decompressed, in a file that can be opened again.
  func spooled(folder: String, limit: Int64) throws(SourceError) -> Generation {
    var copy = self
    copy.spool = try Spool(open(), display: display, folder: folder, limit: limit)
    return copy
  }

  /// A pipe that has been opened and whose head was read: its source gives the head again.
  private final class OpenPipe: Sendable {
    /// Handed over once, to whoever reads it; never shared.
    private struct Handoff: @unchecked Sendable { let source: any ByteSource }
    private let waiting: Mutex<Handoff?>

    init(_ source: any ByteSource) { waiting = Mutex(Handoff(source: source)) }

    func take() -> (any ByteSource)? {
      let handoff = waiting.withLock { waiting in
        let taken = waiting
        waiting = nil
        return taken
      }
      return handoff?.source
    }
  }
}

extension Generation {
  /// Bytes that are there already.
  init(memory: [UInt8], name: String) {
    path = name
    display = name
    size = Int64(memory.count)
    modified = 0
    identity = nil
    compression = .none
    head = Array(memory.prefix(Generation.headLimit))
    headIsWhole = memory.count <= Generation.headLimit
    pipe = nil
    self.memory = memory
  }

  /// Opens `path`, looks at its head, and closes it. A FIFO is refused unless it is `named` itself.
  init(
    lookingAt path: String, display: String, named: Bool, headLimit: Int = Generation.headLimit
  ) throws(SourceError) {
    let opened = try OpenedFile(path, display: display)
    let status = opened.status
    if status.kind == .fifo, named {
      let source = try PipeSource(fifo: opened.descriptor, display: display)
      try self.init(pipe: source, path: path, display: display, headLimit: headLimit)
      return
    }
    guard status.kind == .regular else { throw .notReadable(path: display, status.kind) }
    let raw = FileSource(file: opened.descriptor, status: status, display: display)
    let front = Block(capacity: Compression.magicLength)
    _ = try raw.fill(front, to: Compression.magicLength)
    raw.seek(to: 0)
    let compression = Compression(magic: front.bytes)
    guard compression.isSupported else { throw .unsupportedCompression(path: display, compression) }
    let source: any ByteSource = compression == .gzip ? GzipSource(raw, path: display, ahead: false) : raw
    let head = Block(capacity: headLimit)
    let isWhole = try source.fill(head, to: headLimit)
    self.init(
      path: path, display: display, status: status, compression: compression, head: head, headIsWhole: isWhole,
      pipe: nil)
  }

  /// A pipe. Waits until its head is full or it ends, so that what is detected there does not depend on timing; unless
  /// somebody watches (`isLive`): then the lines that come at once are enough.
  init(
    pipe: PipeSource, path: String, display: String, headLimit: Int = Generation.headLimit, isLive: Bool = false
  ) throws(SourceError) {
    let front = Block(capacity: Compression.magicLength)
    _ = try pipe.fill(front, to: Compression.magicLength)
    let compression = Compression(magic: front.bytes)
    guard compression.isSupported else { throw .unsupportedCompression(path: display, compression) }
    let raw = ReplayedSource(head: front.copyOfBytes(), rest: pipe)
    let source: any ByteSource = compression == .gzip ? GzipSource(raw, path: display, ahead: false) : raw
    let head = Block(capacity: headLimit)
    let isWhole =
      isLive && compression == .none
      ? try pipe.fillWhileBusy(head, from: source) : try source.fill(head, to: headLimit)
    self.init(
      path: path, display: display, status: nil, compression: compression, head: head, headIsWhole: isWhole,
      pipe: OpenPipe(ReplayedSource(head: head.copyOfBytes(), rest: source)))
  }

  private init(
    path: String, display: String, status: FileStatus?, compression: Compression, head: Block, headIsWhole: Bool,
    pipe: OpenPipe?
  ) {
    self.path = path
    self.display = display
    size = status?.size ?? 0
    modified = status?.modified ?? 0
    identity = status?.identity
    self.compression = compression
    self.head = head.copyOfBytes()
    self.headIsWhole = headIsWhole
    self.pipe = pipe
    spool = nil
  }
}

extension Block {
  /// The valid bytes, copied.
  func copyOfBytes() -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(count)
    let bytes = bytes
    for i in bytes.indices { copy.append(bytes[i]) }
    return copy
  }
}
