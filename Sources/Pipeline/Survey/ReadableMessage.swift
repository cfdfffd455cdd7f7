internal import TraceCore

/// What a line says, for a timeline: its message, and in JSON the members beside it that skein gives no meaning of its own.
///
/// A slow path: it reads the line once more.
enum ReadableMessage {
  /// Bytes of a message that are shown.
  static let most = 200

  /// - Parameter layouts: of the line's stream; nil to give the line as it is.
  static func of(_ line: String, _ layouts: LayoutSet?) -> String {
    let bytes = Array(line.utf8)
    guard var layouts else { return cut(bytes) }
    var fields = LineFields(wantedCount: layouts.catalog.wantedNames.count)
    var times = TimestampParser(placesIn: .utc)
    let index = layouts.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times)
    guard let index, !fields.message.isMissing else { return cut(bytes) }
    let slice = fields.message
    var text =
      slice.isInArena ? Array(fields.arena[slice.start..<slice.end]) : Array(bytes[slice.start..<slice.end])
    if case .json = layouts.order[index] {
      for member in JSONLine.members(of: bytes.span, from: 0, to: bytes.count) ?? []
      where layouts.catalog[member.name].standard == .none {
        guard [.text, .number, .bool].contains(member.value.kind) else { continue }
        let value = bytes[member.value.slice.start..<member.value.slice.end]
        text += Array(" \(member.name)=".utf8) + value
      }
    }
    return cut(text)
  }

  private static func cut(_ text: [UInt8]) -> String {
    text.count <= most
      ? String(decoding: text, as: UTF8.self) : String(decoding: text.prefix(most), as: UTF8.self) + "…"
  }
}
