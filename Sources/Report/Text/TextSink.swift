/// Where reports write: bytes in memory, handed out by the caller when it likes.
///
/// It does no input or output itself and cannot fail. Writers of long outputs expect the caller to `drain` between rows,
/// so memory is bounded by a row, not by the output.
package struct TextSink: Sendable, Equatable {
  /// What was written since the last `drain`.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Appends the UTF-8 of `text`.
  package mutating func write(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends the UTF-8 of `text` and a newline.
  package mutating func writeLine(_ text: String = "") {
    bytes.append(contentsOf: text.utf8)
    bytes.append(0x0A)
  }

  /// Appends one byte as it is.
  package mutating func write(byte: UInt8) {
    bytes.append(byte)
  }

  /// Appends bytes as they are.
  package mutating func write(bytes more: some Collection<UInt8>) {
    bytes.append(contentsOf: more)
  }

  /// What was written, as text; for tests and messages.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Hands what was written to `body` and forgets it, keeping the memory. What `body` did not take is lost if it throws.
  package mutating func drain<E: Error>(_ body: (Span<UInt8>) throws(E) -> Void) throws(E) {
    guard !bytes.isEmpty else { return }
    defer { bytes.removeAll(keepingCapacity: true) }
    try body(bytes.span)
  }
}
