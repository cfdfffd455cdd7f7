// Lines that say something about the log, and exceptions that a record holds alone.

extension LineShape {
  /// Whether a text is the first line of an exception as Rails logs it, a record for each line: `RuntimeError (no stock):`.
  static func isRubyHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start > 8, bytes[start] &- 0x41 < 26, bytes[end - 1] == 0x3A, bytes[end - 2] == 0x29,
      let open = ByteSearch.first(0x28, in: bytes, from: start, to: end), open > start + 1, bytes[open - 1] == 0x20
    else { return false }
    return (start..<open - 1).allSatisfy {
      (bytes[$0] | 0x20) &- 0x61 < 26 || bytes[$0] &- 0x30 < 10 || bytes[$0] == 0x3A || bytes[$0] == 0x5F
    }
  }

  /// Whether a line says something about the log and nothing of an event: a directive of W3C's, the head of a file of Ruby's
  /// Logger, what Lambda writes around an invocation, journalctl's `-- Boot …`, the head that `tail` gives each file.
  ///
  /// Only exact beginnings count. Cost: one byte for most lines.
  static func isNotice(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 8 else { return false }
    switch bytes[start] {
    case 0x23:
      return isDirective(bytes, start, end) || begins(bytes, start, end, "# Logfile created on ")
    case 0x2D:
      let heads: [StaticString] = [
        "-- Logs begin at ", "-- Journal begins at ", "-- Boot ", "-- Reboot --", "-- No entries --",
      ]
      return heads.contains { begins(bytes, start, end, $0) }
    case 0x3D:
      return begins(bytes, start, end, "==> ") && bytes[end - 1] == 0x3D && bytes[end - 2] == 0x3D
        && bytes[end - 3] == 0x3C
    case UInt8(ascii: "S"), UInt8(ascii: "E"), UInt8(ascii: "R"), UInt8(ascii: "I"), UInt8(ascii: "X"):
      let heads: [StaticString] = [
        "START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START Runtime Version: ",
        "INIT_REPORT Init Duration: ", "RESTORE_START Runtime Version: ", "RESTORE_REPORT Restore Duration: ",
        "EXTENSION\tName: ", "XRAY TraceId: ",
      ]
      return heads.contains { begins(bytes, start, end, $0) }
    default: return false
    }
  }

  /// Whether a line is a directive of W3C's: `#Fields: …`.
  static func isDirective(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start < end, bytes[start] == 0x23 else { return false }
    let names: [StaticString] = [
      "#Fields: ", "#Version: ", "#Software: ", "#Date: ", "#Start-Date: ", "#End-Date: ", "#Remark: ",
    ]
    return names.contains { LineShape.begins(bytes, start, end, $0) }
  }
}
