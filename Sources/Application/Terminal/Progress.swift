package import LogSource
package import Pipeline
internal import Report
internal import TraceCore

/// A line on standard error that says how far a run of more than a second has come. Only on a terminal, and gone at the end.
package final class Progress {
  /// Seconds before it first shows, and between two updates.
  private static let delay = 1.0
  private static let interval = 0.1

  private let start = Terminal.monotonicSeconds
  private var next: Double
  private var bytes: Int64 = 0
  private var isShown = false
  /// Bytes of all files as they stand; nil where that says nothing about what is to come (pipes, compressed files).
  private let total: Int64?

  /// Which of several passes it is, in front of the figures.
  private let label: String

  /// Nil where nobody looks.
  package init?(_ input: InputPlan, label: String? = nil) {
    self.label = label.map { "\($0): " } ?? ""
    guard Terminal.errorIsTerminal else { return nil }
    next = start + Progress.delay
    let generations = input.streams.flatMap(\.generations)
    let isKnown = generations.allSatisfy { !$0.isPipe && $0.compression == .none }
    total = isKnown ? generations.reduce(0) { $0 + $1.size } : nil
  }

  /// Notes a block that was read.
  package func observe(_ parsed: ParsedBlock) {
    bytes += Int64(parsed.block.count)
    let now = Terminal.monotonicSeconds
    guard now >= next else { return }
    next = now + Progress.interval
    isShown = true
    let rate = BytesText.text(Int64(saturating: Double(bytes) / max(now - start, 0.001)))
    let share = total.map { $0 > 0 ? "\(min(100, bytes * 100 / $0)) % of \(BytesText.text($0))" : "" }
    Terminal.writeControls("\r\u{1B}[K\(label)read \(share ?? BytesText.text(bytes)), \(rate)/s")
  }

  /// Takes the line away.
  package func finish() {
    if isShown { Terminal.writeControls("\r\u{1B}[K") }
  }
}
