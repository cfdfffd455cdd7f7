/// A decimal number as it stands in a log (`28.9`, `1.5e3`), kept exactly enough for nanoseconds.
///
/// Integer arithmetic only: 28.9 ms is 28,900,000 ns, not 28,899,999. Digits after the 19th significant one are dropped.
package struct DecimalNumber: BitwiseCopyable, Sendable, Equatable {
  /// The value is `mantissa * 10^exponent`, negated if `isNegative`.
  package var mantissa: UInt64
  package var exponent: Int
  package var isNegative: Bool
  /// Digits in front of the decimal point as they stand, leading zeros included; 0 for `.5`.
  package var integerDigits: Int

  /// Reads the longest number at `start`: sign, digits, fraction, exponent. `end` is the offset after it. Nil without a digit.
  ///
  /// An `e` that no digit follows does not belong to the number.
  @inline(__always)
  package static func parse(_ bytes: Span<UInt8>, from start: Int, to limit: Int) -> (number: DecimalNumber, end: Int)?
  {
    var i = start
    var negative = false
    if i < limit, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
      negative = bytes[i] == UInt8(ascii: "-")
      i += 1
    }
    var mantissa: UInt64 = 0
    var exponent = 0
    let firstDigit = i
    while i < limit {
      let digit = bytes[i] &- 0x30
      if digit > 9 { break }
      if mantissa < 1_000_000_000_000_000_000 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
      } else {
        exponent &+= 1
      }
      i &+= 1
    }
    let integerDigits = i - firstDigit
    var fractionDigits = 0
    if i + 1 < limit, bytes[i] == UInt8(ascii: "."), bytes[i + 1] &- 0x30 <= 9 {
      i += 1
      while i < limit {
        let digit = bytes[i] &- 0x30
        if digit > 9 { break }
        if mantissa < 1_000_000_000_000_000_000 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
          exponent &-= 1
        }
        fractionDigits &+= 1
        i &+= 1
      }
    }
    guard integerDigits + fractionDigits > 0 else { return nil }
    if i < limit, bytes[i] | 0x20 == UInt8(ascii: "e") {
      var j = i + 1
      var down = false
      if j < limit, bytes[j] == UInt8(ascii: "-") || bytes[j] == UInt8(ascii: "+") {
        down = bytes[j] == UInt8(ascii: "-")
        j += 1
      }
      let first = j
      var power = 0
      while j < limit {
        let digit = bytes[j] &- 0x30
        if digit > 9 { break }
        // Beyond 10^9999 every number is 0 or too large all the same.
        if power < 10_000 { power = power * 10 + Int(digit) }
        j += 1
      }
      if j > first {
        exponent += down ? -power : power
        i = j
      }
    }
    let number = DecimalNumber(
      mantissa: mantissa, exponent: exponent, isNegative: negative, integerDigits: integerDigits)
    return (number, i)
  }

  /// The number times `unit`, rounded to the nearest integer (halves up), saturating at Int64.max; nil if negative.
  package func scaled(by unit: Int64) -> Int64? {
    if mantissa == 0 { return 0 }
    if isNegative || unit < 0 { return nil }
    let factor = UInt64(unit)
    if exponent == 0 {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
      return overflow ? .max : Int64(clamping: product)
    }
    if exponent > 0 {
      guard exponent <= 19, unit > 0 else { return unit == 0 ? 0 : .max }
      let (power, tooMuch) = factor.multipliedReportingOverflow(by: DecimalNumber.powerOfTen(exponent))
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: power)
      return tooMuch || overflow ? .max : Int64(clamping: product)
    }
    var mantissa = mantissa
    var places = -exponent
    if places > 19 {
      // 10^19 is the largest power in 64 bits; what is dropped here is below a thousandth of a nanosecond.
      guard places - 19 <= 19 else { return 0 }
      mantissa /= DecimalNumber.powerOfTen(places - 19)
      places = 19
    }
    let divisor = DecimalNumber.powerOfTen(places)
    let product = mantissa.multipliedFullWidth(by: factor)
    guard product.high < divisor else { return .max }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    return Int64(clamping: remainder >= divisor - remainder ? quotient &+ (quotient == .max ? 0 : 1) : quotient)
  }

  /// The number as an integer; nil where it has a fraction, is negative or exceeds `limit`.
  package func integer(upTo limit: UInt64) -> UInt64? {
    guard !isNegative || mantissa == 0 else { return nil }
    if mantissa == 0 { return 0 }
    if exponent == 0 { return mantissa <= limit ? mantissa : nil }
    if exponent > 0 {
      guard exponent <= 19 else { return nil }
      let (value, overflow) = mantissa.multipliedReportingOverflow(by: DecimalNumber.powerOfTen(exponent))
      return !overflow && value <= limit ? value : nil
    }
    guard -exponent <= 19 else { return nil }
    let (value, rest) = mantissa.quotientAndRemainder(dividingBy: DecimalNumber.powerOfTen(-exponent))
    return rest == 0 && value <= limit ? value : nil
  }

  /// 10^n for n in 0 ... 19.
  @inline(__always)
  package static func powerOfTen(_ n: Int) -> UInt64 {
    var power: UInt64 = 1
    var i = 0
    while i < n {
      power &*= 10
      i &+= 1
    }
    return power
  }
}
