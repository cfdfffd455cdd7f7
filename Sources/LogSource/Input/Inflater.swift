internal import TraceCore

/// Inflates one raw deflate stream after another (RFC 1951); headers, trailers and what to do about damage are
/// `GzipSource`'s.
protocol Inflater: AnyObject {
  /// Forgets everything and expects the first byte of a deflate stream.
  func restart()

  /// Inflates `input[start...]` to after the valid bytes of `output`, which must have room. Call it again with more
  /// input or more room while it says `.more`; no progress at all means that it needs input.
  func inflate(_ input: Block, from start: Int, into output: Block) -> InflateStep

  /// CRC-32 of what came out since `restart()`.
  var checksum: UInt32 { get }
}

/// What one call of `Inflater.inflate` did.
struct InflateStep: Equatable {
  enum Outcome { case more, end, damaged }
  /// Input bytes used. With `.end` it can be as low as -8: bytes of earlier calls, read ahead and not needed.
  var consumed: Int
  /// Bytes appended to the output.
  var produced: Int
  var outcome: Outcome
}
