/// A part of a message: a word, a mark between words, or a place where a value stands.
package struct MessageToken: BitwiseCopyable, Sendable, Equatable {
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// A word of the message, quotes included where it stands in them.
    case word
    /// Brackets, commas, equals signs, and what ends a sentence.
    case mark
    /// Something that is obviously a value. Its bytes do not count.
    case value
  }

  package var kind: Kind
  /// No blank comes before it.
  package var isGlued: Bool
  /// Where it stands, in the bytes that were read.
  package var start: UInt32
  package var end: UInt32

  @inline(__always)
  init(_ kind: Kind, _ start: Int, _ end: Int, isGlued: Bool) {
    self.kind = kind
    self.isGlued = isGlued
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
  }

  /// Tells tokens apart: 0 for every value, else a hash of the text, never 0.
  @inline(__always)
  package func identity(in bytes: Span<UInt8>) -> UInt64 {
    if kind == .value { return 0 }
    return max(1, ByteSearch.hash(bytes, from: Int(start), to: Int(end)))
  }
}

/// What takes the tokens of a message, in order.
protocol MessageTokenSink {
  mutating func take(_ token: MessageToken, _ bytes: Span<UInt8>)
}

/// What comes before a record's fields for the search of templates: where its message is, and what it looks like.
package struct RecordMessage: BitwiseCopyable, Sendable {
  /// The first line of the message, in the block or in the batch's arena; missing where the layout has none.
  package var text: Slice
  /// Hash of its shape: equal for messages that differ in values alone. 0 where it is missing.
  package var shape: UInt64

  package init(text: Slice, shape: UInt64) {
    self.text = text
    self.shape = shape
  }

  package static let missing = RecordMessage(text: .missing, shape: 0)
}
