/// One log event as a small value that points into its block.
///
/// Offsets count from the start of the block; labels are numbers in the batch's `LabelTable`. Valid with its batch only.
///
/// Meaning: docs/semantics.md#records.
package struct Record: BitwiseCopyable, Sendable {
  /// What the record is for its request.
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    case plain
    /// Method and path, no status: a request begins.
    case opening
    /// Path and status: a request ends here, if its source is the one that counts; else a hop.
    case closing
    /// Status and duration without a path, as Fastify and Rails log it: ends the request that its trace has open, if that is
    /// how the source that counts tells the end of requests.
    case completion
    /// An exchange with an absolute URL: a call to somebody else.
    case outbound
  }

  package struct Flags: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// A traceback stands in the record.
    package static let traceback = Flags(rawValue: 1 << 0)
    /// A field that stands twice with different values.
    package static let ambiguous = Flags(rawValue: 1 << 1)
    /// A duration without a unit stood there.
    package static let durationWithoutUnit = Flags(rawValue: 1 << 2)
    package static let hasMethod = Flags(rawValue: 1 << 3)
  }

  /// Event time in nanoseconds, or EventTime.none.
  package var time: Int64
  /// Nanoseconds, or -1.
  package var duration: Int64
  /// Hash of the request id; 0 without one. Finds a place, never decides.
  package var idHash: UInt64
  package var id: Slice
  /// Hash of the message, for openings; of the path without its query, for closings; else 0.
  package var textHash: UInt32
  /// First byte of the record in the block and its length in it, last newline included.
  package var offset: UInt32
  package var length: UInt32
  /// Lines before it in the block, and lines of its own in it.
  package var line: UInt32
  package var lines: UInt32
  /// Labels, -1 where there is none. The logger is there for openings and closings only.
  package var route: Int32
  package var group: Int32
  package var logger: Int32
  /// Truth of the predicates of the plan, two bits each (0 no, 1 yes, 2 unknown).
  package var predicates: UInt64
  package var status: UInt16
  package var level: Level
  package var kind: Kind
  package var flags: Flags
  /// Which of the stream's layouts fitted.
  package var layout: UInt8
  /// Code of the method of a closing (`Record.methodCode`), 0 where none is told.
  package var method: UInt8 = 0

  /// A code for a method whatever its case; never 0. The usual ones differ.
  @inline(__always)
  package static func methodCode(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt8 {
    var word: UInt64 = 0
    if start &+ 8 <= bytes.count {
      word = ByteSearch.word(bytes, at: start)
      let length = end &- start
      if length < 8 { word &= 1 << (UInt64(truncatingIfNeeded: length) &* 8) &- 1 }
    } else {
      for i in start..<min(end, start &+ 8) { word |= UInt64(bytes[i]) << (UInt64(i &- start) &* 8) }
    }
    word &= 0xDFDF_DFDF_DFDF_DFDF
    return UInt8(truncatingIfNeeded: word &* 0x9E37_79B9_7F4A_7C15 >> 56) | 1
  }
}

/// A line before the first record of a block: it continues the record of an earlier block, or is unparsed.
package struct OrphanLine: BitwiseCopyable, Sendable {
  package var offset: UInt32
  package var length: UInt32
  package var shape: LineShape
  /// Lines before it in the block.
  package var line: UInt32
}
