/// A decimal number as it is written in a log, kept without rounding: mantissa x 10^exponent.
///
/// Compared exactly, so that ids of 19 digits differ and 0.1 equals 0.10. Keeps 28 significant digits; further ones are
/// dropped. Does no arithmetic but what units need.
struct ExactDecimal: Sendable, BitwiseCopyable, Comparable {
  private var mantissa: UInt128 = 0
  private var exponent: Int32 = 0
  /// Significant digits of `mantissa` (0 for 0).
  private var digits: Int32 = 0
  private var isNegative = false

  private static let keptDigits = 28
  private static let largestExponent: Int32 = 100_000

  init(_ value: Int64) {
    mantissa = UInt128(value.magnitude)
    isNegative = value < 0
    digits = ExactDecimal.digitCount(mantissa)
  }

  /// Reads `[+-]digits[.digits][e[+-]digits]` from `start`, as far as it goes; `position` becomes the end of it.
  /// nil where there is none, with `position` as it was.
  @inline(__always)
  init?(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) {
    var i = position
    if i < end, bytes[i] == 0x2D || bytes[i] == 0x2B {
      isNegative = bytes[i] == 0x2D
      i += 1
    }
    let first = i
    while i < end, bytes[i] &- 0x30 < 10 {
      add(digit: bytes[i] &- 0x30, fraction: false)
      i += 1
    }
    guard i > first else { return nil }
    if i + 1 < end, bytes[i] == 0x2E, bytes[i + 1] &- 0x30 < 10 {
      i += 1
      while i < end, bytes[i] &- 0x30 < 10 {
        add(digit: bytes[i] &- 0x30, fraction: true)
        i += 1
      }
    }
    if i < end, bytes[i] | 0x20 == 0x65 { readExponent(bytes, at: &i, to: end) }
    position = i
  }

  private mutating func add(digit: UInt8, fraction: Bool) {
    if digits < ExactDecimal.keptDigits {
      mantissa = mantissa &* 10 &+ UInt128(digit)
      if mantissa != 0 { digits += 1 }
      if fraction { exponent -= 1 }
    } else if !fraction {
      exponent += 1
    }
  }

  private mutating func readExponent(_ bytes: Span<UInt8>, at position: inout Int, to end: Int) {
    var i = position + 1
    var negative = false
    if i < end, bytes[i] == 0x2D || bytes[i] == 0x2B {
      negative = bytes[i] == 0x2D
      i += 1
    }
    let first = i
    var power: Int32 = 0
    while i < end, bytes[i] &- 0x30 < 10 {
      power = min(power * 10 + Int32(bytes[i] &- 0x30), ExactDecimal.largestExponent)
      i += 1
    }
    guard i > first else { return }
    exponent = max(
      -ExactDecimal.largestExponent, min(exponent + (negative ? -power : power), ExactDecimal.largestExponent))
    position = i
  }

  /// Times `factor` x 10^`power`, for a factor of at most 13 digits.
  func scaled(by factor: UInt64, power: Int32) -> ExactDecimal {
    var result = self
    if factor != 1 {
      // 28 kept digits and 10 of the largest factor (GiB) fit into 38.
      let (product, ranOver) = mantissa.multipliedReportingOverflow(by: UInt128(factor))
      result.mantissa = ranOver ? mantissa / 1_000_000 * UInt128(factor) : product
      if ranOver { result.exponent += 6 }
      result.digits = ExactDecimal.digitCount(result.mantissa)
    }
    result.exponent += power
    return result
  }

  /// The sum; nil where it does not fit.
  func adding(_ other: ExactDecimal) -> ExactDecimal? {
    var (high, low) = exponent >= other.exponent ? (self, other) : (other, self)
    guard high.exponent - low.exponent < 38, high.isNegative == low.isNegative || high.mantissa == 0 else { return nil }
    while high.exponent > low.exponent {
      let (product, ranOver) = high.mantissa.multipliedReportingOverflow(by: 10)
      guard !ranOver else { return nil }
      high.mantissa = product
      high.exponent -= 1
    }
    let (sum, ranOver) = high.mantissa.addingReportingOverflow(low.mantissa)
    guard !ranOver else { return nil }
    low.mantissa = sum
    low.digits = ExactDecimal.digitCount(sum)
    // Comparing multiplies up to 38 digits; a 39th could run over.
    return low.digits <= 38 ? low : nil
  }

  /// As an Int64, where it is one.
  var integer: Int64? {
    if mantissa == 0 { return 0 }
    guard digits + exponent <= 19, digits + exponent > 0 else { return nil }
    var value = mantissa
    var power = exponent
    while power < 0 {
      let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
      guard remainder == 0 else { return nil }
      value = quotient
      power += 1
    }
    while power > 0 {
      value *= 10
      power -= 1
    }
    guard value <= UInt128(Int64.max) else { return nil }
    return isNegative ? -Int64(value) : Int64(value)
  }

  /// The nearest Double; nil where it is out of range.
  var double: Double? {
    guard let value = Double("\(mantissa)e\(exponent)"), value.isFinite else { return nil }
    return isNegative ? -value : value
  }

  static func == (a: ExactDecimal, b: ExactDecimal) -> Bool { !(a < b) && !(b < a) }

  static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
    if a.mantissa == 0 || b.mantissa == 0 {
      return a.mantissa == 0 ? b.mantissa != 0 && !b.isNegative : a.isNegative
    }
    if a.isNegative != b.isNegative { return a.isNegative }
    return a.isNegative ? isCloserToZero(b, a) : isCloserToZero(a, b)
  }

  private static func isCloserToZero(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
    if a.exponent == b.exponent { return a.mantissa < b.mantissa }
    let (orderA, orderB) = (a.digits + a.exponent, b.digits + b.exponent)
    if orderA != orderB { return orderA < orderB }
    // Of the same order: the one with the higher exponent has fewer digits, so it can take the zeros.
    if a.exponent > b.exponent { return a.mantissa * powerOfTen(a.exponent - b.exponent) < b.mantissa }
    return a.mantissa < b.mantissa * powerOfTen(b.exponent - a.exponent)
  }

  private static func powerOfTen(_ power: Int32) -> UInt128 {
    var value: UInt128 = 1
    for _ in 0..<power { value *= 10 }
    return value
  }

  private static func digitCount(_ value: UInt128) -> Int32 {
    var count: Int32 = 0
    var rest = value
    while rest > UInt128(UInt64.max) {
      rest /= 10
      count += 1
    }
    var small = UInt64(rest)
    while small > 0 {
      small /= 10
      count += 1
    }
    return count
  }
}
