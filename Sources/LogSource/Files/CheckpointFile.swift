internal import Glibc
package import Platform
package import TraceCore

/// The file that a followed run goes on from after a restart: its state, whole and undamaged, or an error that says what is
/// wrong with it. It knows nothing of what the state holds.
///
/// Form: a magic; version of the form, length of the header, length of the state (eight bytes each, the lowest first); the
/// header (program version, options); the state; CRC-64 of all before it.
package struct CheckpointFile: Sendable {
  /// What a file is for. Its numbers are a form's own: what one release keeps for the next must not depend on what a
  /// checkpoint holds.
  package struct Form: Sendable {
    let magic: [UInt8]
    /// Those that are read; the newest is written.
    let versions: ClosedRange<Int>

    package static let checkpoint = Form(
      magic: Array("skeinckp".utf8), versions: StateCoder.version...StateCoder.version)

    /// A form of its own.
    package init(magic: String, versions: ClosedRange<Int>) {
      self.magic = Array(magic.utf8)
      self.versions = versions
    }

    private init(magic: [UInt8], versions: ClosedRange<Int>) {
      self.magic = magic
      self.versions = versions
    }
  }

  private static let fixedSize = 32
  private static let checksumSize = 8
  /// Larger ones are no checkpoints.
  static let sizeLimit: Int64 = 4 << 30

  package let path: String
  /// Version of the program, for messages.
  let program: String
  /// Everything that decides what a run says: a state is of no use to a run with another text here.
  let options: String
  let form: Form

  package init(path: String, program: String, options: String, form: Form = .checkpoint) {
    self.path = path
    self.program = program
    self.options = options
    self.form = form
  }

  // MARK: Writing

  /// Replaces the file, whole or not at all. Cost: the write of the bytes and two fsyncs.
  package func write(_ state: Span<UInt8>) throws(OutputError) {
    let file = content(state)
    try AtomicFile.write(path, file.bytes)
  }

  func content(_ state: Span<UInt8>, version: Int? = nil) -> Block {
    let header = Array(program.utf8) + [0] + Array(options.utf8)
    let file = Block(capacity: Self.fixedSize + header.count + state.count + Self.checksumSize)
    file.append(copying: form.magic.span)
    Self.append(UInt64(version ?? form.versions.upperBound), to: file)
    Self.append(UInt64(header.count), to: file)
    Self.append(UInt64(state.count), to: file)
    file.append(copying: header.span)
    file.append(copying: state)
    Self.append(CRC64.checksum(of: file.bytes), to: file)
    return file
  }

  private static func append(_ word: UInt64, to file: Block) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) { file.append(UInt8(truncatingIfNeeded: word >> shift)) }
  }

  // MARK: Reading

  /// The state that was written last; nil if there is no such file yet.
  package func read() throws(CheckpointError) -> Block? { try readVersion()?.state }

  /// The same, with the version of the form in which it was written.
  package func readVersion() throws(CheckpointError) -> (state: Block, version: Int)? {
    guard let kind = try call({ () throws(SystemError) in try Syscalls.status(of: path, followingLinks: false).kind })
    else { return nil }
    guard kind == .regular else { throw .notAFile(path: path, kind) }
    let file = Block(capacity: 1 << 16)
    let isRead: Void? = try call { () throws(SystemError) in
      let descriptor = try Syscalls.openUnlinked(path)
      while try Syscalls.read(descriptor, into: file, atMost: 1 << 24) > 0, Int64(file.count) <= Self.sizeLimit {
        if file.count == file.capacity { file.grow(to: file.capacity * 2) }
      }
    }
    return isRead == nil ? nil : try state(in: file.bytes)
  }

  /// What a call gives; nil where there is no such file.
  private func call<T>(_ body: () throws(SystemError) -> T) throws(CheckpointError) -> T? {
    do throws(SystemError) {
      return try body()
    } catch {
      switch error.code {
      case ENOENT: return nil
      case EACCES, EPERM: throw .permissionDenied(path: path)
      case ELOOP: throw .notAFile(path: path, .link)
      default: throw .readFailed(path: path, reason: error.text)
      }
    }
  }

  /// The state in the bytes of a file.
  func state(in file: Span<UInt8>) throws(CheckpointError) -> (state: Block, version: Int) {
    let magic = form.magic
    let common = min(file.count, magic.count)
    guard ByteSearch.equal(file, 0, magic.span, 0, count: common) else { throw .foreign(path: path) }
    // The checksum first: what it does not hold for can say anything of itself.
    guard file.count >= Self.fixedSize + Self.checksumSize else { throw .damaged(path: path) }
    let end = file.count - Self.checksumSize
    guard CRC64.checksum(of: file.extracting(0..<end)) == ByteSearch.word(file, at: end) else {
      throw .damaged(path: path)
    }
    let (version, headerSize) = (ByteSearch.word(file, at: 8), ByteSearch.word(file, at: 16))
    let room = UInt64(end - Self.fixedSize)
    guard headerSize <= room, room - headerSize == ByteSearch.word(file, at: 24) else { throw .damaged(path: path) }
    let start = Self.fixedSize + Int(headerSize)
    var header: [UInt8] = []
    for index in Self.fixedSize..<start { header.append(file[index]) }
    let parts = header.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard let known = Int(exactly: version), form.versions.contains(known) else {
      throw .otherVersion(path: path, program: parts.first ?? "", ours: program)
    }
    guard parts.count == 2, parts[1] == options else {
      throw .otherOptions(path: path, theirs: parts.last ?? "", ours: options)
    }
    let state = Block(capacity: end - start)
    state.append(copying: file.extracting(start..<end))
    return (state, known)
  }
}
