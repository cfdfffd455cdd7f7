extension LineFields {
  /// Takes the value of a name that `--map` gives: it wins over what a layout or a known name says, unless the field cannot
  /// have it.
  mutating func takeMapped(
    _ target: FieldTarget, _ value: FieldValue, _ text: Span<UInt8>, in bytes: Span<UInt8>,
    times: inout TimestampParser
  ) {
    var plain = target
    plain.isMapped = false
    let known = yield(target.standard)
    takeStandard(plain, value, text, in: bytes, byLayout: true, times: &times)
    settle(target.standard, known)
  }
}
