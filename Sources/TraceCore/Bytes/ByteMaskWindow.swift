/// The masks of 64 bytes; bit 0 is the first. Laid out as `skein_masks`.
package struct ByteMaskWindow: BitwiseCopyable, Sendable {
  var newlines: UInt64 = 0
  /// 0x80 and above.
  var high: UInt64 = 0
  /// At most 0x20.
  var blanks: UInt64 = 0
  /// `=`
  var equals: UInt64 = 0
  /// `]`
  var brackets: UInt64 = 0
  /// `"` and `'`
  var quotes: UInt64 = 0
  /// What cannot stand in a JSON string as it is: `"`, a backslash, below 0x20.
  var textEnds: UInt64 = 0
  /// `=` that may end a key that means something: all until `markTelling`.
  var telling: UInt64 = 0
}
