internal import Pipeline
internal import Report
package import TraceCore

/// Standard output of `skein filter`: lines as they are, escaped for a terminal, or records as JSON.
///
/// Gathers what is written and passes it on in large pieces, or at the end of each step where somebody waits for it.
package final class FilterOutput: RecordSink {
  /// Bytes gathered, and from which on a piece is not copied first.
  private static let capacity = 256 * 1024
  private static let large = 64 * 1024

  private let escapes: Bool
  private let flushesSteps: Bool
  private let buffer = Block(capacity: FilterOutput.capacity)
  private var sink = TextSink()
  /// What was written last has no newline at its end (the last line of a file); one is added if more comes.
  private var isInLine = false
  /// Why nothing can be written any more.
  package private(set) var failure: Failure?

  /// - Parameters:
  ///   - escapes: what a terminal would act on is made visible.
  ///   - flushesSteps: nothing waits for more to be gathered.
  package init(escapes: Bool, flushesSteps: Bool) {
    self.escapes = escapes
    self.flushesSteps = flushesSteps
  }

  package var isClosed: Bool { failure != nil }

  package func write(_ bytes: Span<UInt8>, continues: Bool) {
    guard bytes.count > 0 else { return }
    if isInLine && !continues {
      let newline: [UInt8] = [0x0A]
      append(newline.span)
    }
    isInLine = bytes[bytes.count - 1] != 0x0A
    if escapes { writeEscaped(bytes) } else { append(bytes) }
  }

  package func writeSeparator() {
    let separator: [UInt8] = [0x2D, 0x2D, 0x0A]
    write(separator.span, continues: false)
  }

  package func write(_ record: RecordDetail) {
    RecordReport.jsonLine(record, into: &sink)
    sink.drain { append($0) }
  }

  package func endStep() {
    if flushesSteps { flush() }
  }

  /// Writes what was gathered.
  package func flush() {
    let buffer = self.buffer
    put(buffer.bytes)
    buffer.removeAll()
  }

  private func append(_ bytes: Span<UInt8>) {
    if buffer.count + bytes.count > FilterOutput.capacity { flush() }
    if bytes.count >= FilterOutput.large {
      flush()
      put(bytes)
    } else {
      buffer.append(copying: bytes)
    }
  }

  private func put(_ bytes: Span<UInt8>) {
    guard bytes.count > 0, failure == nil else { return }
    do throws(Failure) { try Terminal.write(bytes) } catch { failure = error }
  }

  /// Line by line; a carriage return at the end of a line does no harm and goes with it.
  private func writeEscaped(_ bytes: Span<UInt8>) {
    var at = 0
    while at < bytes.count {
      let newline = ByteSearch.first(0x0A, in: bytes, from: at, to: bytes.count)
      var end = newline ?? bytes.count
      let next = newline.map { $0 + 1 } ?? end
      if newline != nil && end > at && bytes[end - 1] == 0x0D { end -= 1 }
      var line: [UInt8] = []
      for index in at..<end { line.append(bytes[index]) }
      sink.write(Escape.terminal(bytes: line, tabs: 4))
      if newline != nil { sink.write(byte: 0x0A) }
      at = next
    }
    sink.drain { append($0) }
  }
}
