internal import Foundation

/// Measured figures in the words of a table.
enum Figure {
  /// "4.6 ms" below a tenth of a second, else "1.28 s".
  static func time(_ seconds: Double) -> String {
    seconds < 0.1 ? String(format: "%.1f ms", seconds * 1000) : String(format: "%.2f s", seconds)
  }

  /// "2.46 µs".
  static func microseconds(_ seconds: Double) -> String { String(format: "%.2f µs", seconds * 1e6) }

  /// Millions of bytes a second.
  static func rate(_ bytes: Int, in seconds: Double) -> String {
    "\(Int((Double(bytes) / 1e6 / seconds).rounded()))"
  }

  /// "< 14 MB" where the child was smaller than what started it.
  static func memory(_ measured: Measurement) -> String {
    (measured.peakMemory <= measured.floor ? "< " : "") + megabytes(max(measured.peakMemory, measured.floor))
  }

  static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }

  /// A size in its largest unit: "1 MB", "5.0 GB".
  static func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000 ? megabytes(bytes) : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  /// "3,627,748".
  static func count(_ value: Int) -> String {
    let digits = String(value)
    return digits.enumerated().map { index, digit in
      index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
    }.joined()
  }

  /// A number that was chosen and not measured: "4", "2.5".
  static func goal(_ value: Double) -> String { String(format: "%g", value) }

  /// "4.1", "23": two digits at least.
  static func ratio(_ value: Double) -> String { String(format: value < 9.95 ? "%.1f" : "%.0f", value) }
}
