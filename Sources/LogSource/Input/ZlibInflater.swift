internal import CZlib
internal import TraceCore

/// Inflates with zlib. Its verdict on damaged data is the one that counts (see `GzipSource`).
@safe
final class ZlibInflater: Inflater {
  // zlib keeps a pointer to the stream: it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let isReady: Bool
  private(set) var checksum: UInt32 = 0

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    isReady = unsafe inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  func restart() {
    unsafe inflateReset(stream)
    checksum = 0
  }

  func inflate(_ input: Block, from start: Int, into output: Block) -> InflateStep {
    var step = InflateStep(consumed: 0, produced: 0, outcome: .damaged)
    guard isReady else { return step }
    let bytes = input.bytes
    precondition(start >= 0 && start <= bytes.count)
    unsafe bytes.withUnsafeBytes { source in
      _ = unsafe output.append { (room: UnsafeMutableRawBufferPointer) -> Int in
        // zlib's interface has no const, but it only reads here.
        let first = unsafe UnsafeMutableRawPointer(mutating: source.baseAddress)?.assumingMemoryBound(to: UInt8.self)
        let target = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let available = (input: UInt32(clamping: source.count - start), room: UInt32(clamping: room.count))
        unsafe stream.pointee.next_in = first.map { unsafe $0 + start }
        unsafe stream.pointee.avail_in = available.input
        unsafe stream.pointee.next_out = target
        unsafe stream.pointee.avail_out = available.room
        let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        step.consumed = Int(unsafe available.input - stream.pointee.avail_in)
        step.produced = Int(unsafe available.room - stream.pointee.avail_out)
        checksum = UInt32(truncatingIfNeeded: unsafe crc32(uLong(checksum), target, UInt32(step.produced)))
        // Z_BUF_ERROR only says that there was nothing to do.
        step.outcome = code == Z_STREAM_END ? .end : code == Z_OK || code == Z_BUF_ERROR ? .more : .damaged
        return step.produced
      }
    }
    return step
  }

  /// The CRC-32 of what `checksum` stands for and then `byte`.
  static func checksum(_ checksum: UInt32, adding byte: UInt8) -> UInt32 {
    var byte = byte
    return UInt32(truncatingIfNeeded: unsafe crc32(uLong(checksum), &byte, 1))
  }
}
