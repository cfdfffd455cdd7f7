/// How rare bytes are in logs, as bits: a byte with 5 is about every 32nd. A rough estimate, made of what is common to
/// logs in English; it only chooses between ways that are all right.
package enum ByteRarity {
  private static let table: [Double] = (0..<256).map { index in
    let byte = UInt8(index)
    let letters = "etaoinsrhldcumfpgwybvkxjqz".utf8
    if let rank = letters.firstIndex(of: byte) {
      return 3.9 + 0.16 * Double(letters.distance(from: letters.startIndex, to: rank))
    }
    switch byte {
    case UInt8(ascii: " "): return 3
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return 5
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): return 6.5
    case _ where ".:-_/=\",[]".utf8.contains(byte): return 5
    case 0x21..<0x7F: return 8
    case 0x09: return 8
    default: return 10
    }
  }

  /// Bits of one byte: 3 to 10.
  package static func bits(_ byte: UInt8) -> Double { table[Int(byte)] }

  private static let shares: [Double] = {
    let all = table.map { exp2(-$0) }
    let sum = all.reduce(0, +)
    return all.map { $0 / sum }
  }()

  /// The share of such bytes among all; all of them add up to 1.
  package static func share(_ byte: UInt8) -> Double { shares[Int(byte)] }

  /// 2 to the power of `x`, exact enough here; x is at most 0 and above -1000.
  package static func exp2(_ x: Double) -> Double {
    let whole = x.rounded(.down)
    let rest = x - whole
    // 2^rest as a polynomial, within 0.3 %.
    let fraction = 1 + rest * (0.6565 + rest * 0.3435)
    return Double(sign: .plus, exponent: Int(whole), significand: fraction)
  }

  /// The inverse of `exp2`, about as exact.
  package static func log2(_ x: Double) -> Double {
    guard x > 0 else { return -1000 }
    let rest = x.significand - 1
    return Double(x.exponent) + rest * (1.3465 - rest * 0.3465)
  }
}
