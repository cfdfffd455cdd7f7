package import TraceCore

/// What is inside gzip data (RFC 1952): one member or many, one after another.
///
/// Damage ends the read and is reported, as in gzip(1): data cut short, a wrong checksum, bytes after the last member that
/// are no member (zero padding is fine). All positions reported are bytes of the compressed file where a member or its
/// trailer begins, and counts of decompressed bytes, so that they do not depend on how the bytes arrived. The rest of the
/// raw source is read to its end but not used, so that `bytesRead` does not either.
///
/// Memory is bounded whatever the data expands to: a step writes into a block of `stageCapacity` bytes at most.
///
/// **Two inflaters, one answer.** zlib's is the answer. On a file ISA-L goes ahead, and its output waits: of a member
/// that is not yet verified by its trailer, the last one to two blocks (512 KiB each) are held back. When ISA-L
/// meets the slightest doubt (an error, the end of the file, a wrong checksum), the member is read again from its start
/// with zlib, what was handed out already is skipped, and zlib's verdict is reported. The results differ only if ISA-L
/// decodes more than a block beyond the point where zlib refuses a code, which random damage does not bring about, or
/// if a forger makes codes that zlib refuses and a checksum that fits. A pipe cannot be read again and uses zlib alone.
package final class GzipSource: ByteSource {
  enum Phase { case header, body, trailer, ended }

  static let inputCapacity = 64 * 1024
  static let stageCapacity = 512 * 1024
  /// Bytes kept before the next one when the input is refilled: an inflater may give back as many.
  private static let lookBehind = 8

  let raw: any ByteSource
  let path: String
  var phase = Phase.header

  let input = Block(capacity: inputCapacity + lookBehind)
  var next = 0
  /// Position in the raw source of the first byte of `input`.
  var inputStart: Int64 = 0

  var inflater: any Inflater
  /// Whether the inflater's output must wait for its member's trailer.
  var isOnTrial: Bool
  /// Where output is written; then held back while on trial; then ready to be handed out, oldest first.
  var stage: Block
  var held: Block?
  var ready: [Block] = []
  var readyStart = 0
  var spare: [Block] = []

  private var isFirstMember = true
  var memberStart: Int64 = 0
  /// Decompressed bytes of this member that came out of the inflater, and that were made ready.
  var memberOutput: Int64 = 0
  var memberReady: Int64 = 0
  /// Decompressed bytes to drop: they were handed out before the member was read again.
  var skip: Int64 = 0
  /// Decompressed bytes of the members before this one.
  var outputBefore: Int64 = 0
  var ownNotes: [LedgerNote] = []

  /// `raw` stands at the first byte of the gzip data; notes call it `path`. With `ahead` off, zlib alone is used and
  /// little is decompressed before it is asked for: for the head of a file.
  package init(_ raw: any ByteSource, path: String, ahead: Bool = true) {
    self.raw = raw
    self.path = path
    let fast = ahead && raw is FileSource ? GzipSource.aheadInflater() : nil
    inflater = fast ?? ZlibInflater()
    isOnTrial = fast != nil
    stage = Block(capacity: ahead ? GzipSource.stageCapacity : GzipSource.inputCapacity)
  }

  package var bytesRead: Int64 { raw.bytesRead }
  package var notes: [LedgerNote] { ownNotes + raw.notes }

  /// Whether ISA-L is compiled in and was found.
  package static var hasFastInflater: Bool { aheadInflater() != nil }

  package func read(into block: Block, atMost limit: Int) throws(SourceError) -> Int {
    while true {
      if let first = ready.first {
        let count = min(first.count - readyStart, limit, block.capacity - block.count)
        let bytes = first.bytes
        block.append(copying: bytes.extracting(readyStart..<readyStart + count))
        readyStart += count
        if readyStart == first.count {
          recycle(ready.removeFirst())
          readyStart = 0
        }
        return count
      }
      switch phase {
      case .header: try readHeader()
      case .body: try inflateSome()
      case .trailer: try readTrailer()
      case .ended: return 0
      }
    }
  }

  private static func aheadInflater() -> (any Inflater)? {
    #if ISAL
      return ISALInflater()
    #else
      return nil
    #endif
  }

  // MARK: members

  private func readHeader() throws(SourceError) {
    memberStart = position
    memberOutput = 0
    memberReady = 0
    guard let first = try nextByte() else {
      phase = .ended
      return
    }
    if first == 0, !isFirstMember { return try readPadding() }
    var fixed: [UInt8] = [first]
    var checksum = ZlibInflater.checksum(0, adding: first)
    while true {
      // The magic, the method (deflate), and no flag that RFC 1952 does not know.
      let fits =
        switch fixed.count {
        case 1: fixed[0] == 0x1F
        case 2: fixed[1] == 0x8B
        case 3: fixed[2] == 8
        case 4: fixed[3] & 0xE0 == 0
        default: true
        }
      guard fits else {
        return isFirstMember ? try damaged("its header is not one of gzip") : try trailingGarbage(from: memberStart)
      }
      if fixed.count == 10 { break }
      guard let byte = try nextByte() else { return try cutShort() }
      checksum = ZlibInflater.checksum(checksum, adding: byte)
      fixed.append(byte)
    }
    let flags = fixed[3]
    if flags & 4 != 0 {
      guard let low = try nextByte(), let high = try nextByte() else { return try cutShort() }
      checksum = ZlibInflater.checksum(ZlibInflater.checksum(checksum, adding: low), adding: high)
      for _ in 0..<(Int(low) | Int(high) << 8) {
        guard let byte = try nextByte() else { return try cutShort() }
        checksum = ZlibInflater.checksum(checksum, adding: byte)
      }
    }
    // The name and the comment, each up to a zero byte.
    for flag: UInt8 in [8, 16] where flags & flag != 0 {
      while true {
        guard let byte = try nextByte() else { return try cutShort() }
        checksum = ZlibInflater.checksum(checksum, adding: byte)
        if byte == 0 { break }
      }
    }
    if flags & 2 != 0 {
      guard let low = try nextByte(), let high = try nextByte() else { return try cutShort() }
      if checksum & 0xFFFF != UInt32(low) | UInt32(high) << 8 {
        return try damaged("the checksum of its header does not match")
      }
    }
    inflater.restart()
    phase = .body
  }

  private func inflateSome() throws(SourceError) {
    if stage.count == stage.capacity { return release() }
    let step = inflater.inflate(input, from: next, into: stage)
    next += step.consumed
    memberOutput += Int64(step.produced)
    switch step.outcome {
    case .end: phase = .trailer
    case .damaged: try damaged("its data is not valid")
    case .more:
      guard step.produced == 0, step.consumed == 0 else { return }
      if next < input.count { return try damaged("its data is not valid") }
      // What came out so far need not wait for a slow pipe.
      if !isOnTrial, stage.count > 0 { return release() }
      if try !refill() { try cutShort() }
    }
  }

  private func readTrailer() throws(SourceError) {
    let start = position
    var values: [UInt32] = [0, 0]
    for i in 0..<8 {
      guard let byte = try nextByte() else { return try cutShort() }
      values[i / 4] |= UInt32(byte) << UInt32(i % 4 * 8)
    }
    if values[0] != inflater.checksum {
      return try damaged("the checksum (CRC-32) at byte \(start) does not match")
    }
    if values[1] != UInt32(truncatingIfNeeded: memberOutput) {
      return try damaged("the length at byte \(start + 4) does not match")
    }
    releaseMember()
    outputBefore += memberOutput
    isFirstMember = false
    phase = .header
  }

  // MARK: input

  /// Bytes of the raw source used so far.
  var position: Int64 { inputStart + Int64(next) }

  func nextByte() throws(SourceError) -> UInt8? {
    if next == input.count, try !refill() { return nil }
    next += 1
    let input = self.input
    return input.bytes[next - 1]
  }

  /// Replaces what was used by new bytes; false at the end of the raw source.
  private func refill() throws(SourceError) -> Bool {
    let kept = min(GzipSource.lookBehind, input.count)
    var tail: [UInt8] = []
    let input = self.input
    for i in input.count - kept..<input.count { tail.append(input.bytes[i]) }
    inputStart += Int64(input.count - kept)
    input.removeAll()
    for byte in tail { input.append(byte) }
    next = kept
    return try raw.read(into: input, atMost: GzipSource.inputCapacity) > 0
  }

  func drain() throws(SourceError) {
    next = input.count
    while try refill() { next = input.count }
  }
}
