internal import TraceCore

/// A row of numbers as one line of blocks: `▁▂▃▅█`, in ASCII `_.-~=+*#`.
///
/// The lowest block is zero (not the smallest value), the highest the largest value, so that heights compare. Gaps (nil)
/// are blank.
package enum Sparkline {
  private static let blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let ascii = ["_", ".", "-", "~", "=", "+", "*", "#"]

  /// - Parameters:
  ///   - values: at least 0; nil: a gap.
  ///   - columns: with more values than columns, each column shows the highest of its share of them.
  package static func text(_ values: [Double?], columns: Int? = nil, unicode: Bool = true) -> String {
    let marks = unicode ? blocks : ascii
    let cells = columns.map { resampled(values, $0) } ?? values
    var top = 0.0
    for case let value? in cells where value > top { top = value }
    var out = ""
    for cell in cells {
      guard let cell else {
        out += " "
        continue
      }
      // Rounded up, so that anything above zero rises above the lowest block.
      let height = top > 0 ? Int(saturating: (cell / top * Double(marks.count - 1)).rounded(.up)) : 0
      out += marks[min(max(height, 0), marks.count - 1)]
    }
    return out
  }

  /// At most `columns` values, each the highest of neighbours.
  static func resampled(_ values: [Double?], _ columns: Int) -> [Double?] {
    guard values.count > columns, columns > 0 else { return values }
    return (0..<columns).map { column in
      let share = values[(column * values.count / columns)..<((column + 1) * values.count / columns)]
      return share.compactMap { $0 }.max()
    }
  }
}
