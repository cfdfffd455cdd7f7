/// A number with its unit: `300ms`, `1m30s`, `2 %`, `10MB`, `7`.
///
/// Units are spelled as Go, Prometheus and SI write them and are told by case (`MB` is 10^6 bytes, `MiB` 2^20, `m` minutes,
/// `M` nothing). It is read from expressions and from values of logs alike.
struct Quantity: Sendable, BitwiseCopyable {
  enum Kind: UInt8, Sendable, BitwiseCopyable { case plain, duration, size, percent }

  /// Nanoseconds, bytes, percent, or as written.
  var value: ExactDecimal
  var kind: Kind

  /// Reads all of `start ..< end`; nil where it is anything else. One blank may stand before the unit.
  @inline(__always)
  init?(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    guard start < end, bytes[start] &- 0x2B <= 0x0E else { return nil }  // a sign or a digit (and , . / go on to fail)
    var i = start
    guard let number = ExactDecimal(bytes, at: &i, to: end) else { return nil }
    value = number
    kind = .plain
    if i == end { return }
    if bytes[i] == 0x20 { i += 1 }
    guard readUnit(bytes, at: &i, to: end, of: number) else { return nil }
    // `1m30s`: more pairs of number and unit, durations all.
    while i < end {
      guard kind == .duration, bytes[i] &- 0x30 < 10, let next = ExactDecimal(bytes, at: &i, to: end) else {
        return nil
      }
      let sum = value
      guard readUnit(bytes, at: &i, to: end, of: next), kind == .duration, let total = sum.adding(value) else {
        return nil
      }
      value = total
    }
  }

  init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, from: 0, to: bytes.count)
  }

  private mutating func readUnit(_ bytes: Span<UInt8>, at i: inout Int, to end: Int, of number: ExactDecimal) -> Bool {
    var word: UInt64 = 0
    let first = i
    while i < end, bytes[i] &- 0x30 >= 10, i - first < 8 {
      word = word << 8 | UInt64(bytes[i])
      i += 1
    }
    guard let unit = Quantity.unit(word) else { return false }
    kind = unit.kind
    value = number.scaled(by: unit.factor, power: unit.power)
    return true
  }

  /// Whether the word is a unit, so that `300 ms` can be told from `300 and`.
  static func isUnit(_ word: String) -> Bool {
    guard word.utf8.count <= 4 else { return false }
    return unit(word.utf8.reduce(0) { $0 << 8 | UInt64($1) }) != nil
  }

  private static func unit(_ word: UInt64) -> (kind: Kind, factor: UInt64, power: Int32)? {
    switch word {
    case 0x6E73: (.duration, 1, 0)  // ns
    case 0x7573, 0xC2_B573, 0xCE_BC73: (.duration, 1, 3)  // us, µs, μs
    case 0x6D73: (.duration, 1, 6)  // ms
    case 0x73: (.duration, 1, 9)  // s
    case 0x6D: (.duration, 6, 10)  // m
    case 0x68: (.duration, 36, 11)  // h
    case 0x64: (.duration, 864, 11)  // d
    case 0x25: (.percent, 1, 0)  // %
    case 0x42: (.size, 1, 0)  // B
    case 0x6B42, 0x4B42: (.size, 1, 3)  // kB, KB
    case 0x4D42: (.size, 1, 6)  // MB
    case 0x4742: (.size, 1, 9)  // GB
    case 0x5442: (.size, 1, 12)  // TB
    case 0x4B_6942: (.size, 1 << 10, 0)  // KiB
    case 0x4D_6942: (.size, 1 << 20, 0)  // MiB
    case 0x47_6942: (.size, 1 << 30, 0)  // GiB
    default: nil
    }
  }
}

/// What the name of a field says about the unit of plain numbers in it: `wait_ms`, `cpu_percent`.
enum NameUnit: Sendable, BitwiseCopyable, Equatable {
  case unknown
  /// Nanoseconds: factor x 10^power.
  case duration(factor: UInt64, power: Int32)
  case percent

  init(fieldName: String) {
    let words = NameUnit.words(fieldName)
    let word = words.last ?? ""
    // A name that is nothing but the unit, as in `ms=48.9`, is one only where it is no plain word or letter.
    if words.count < 2, !["ms", "us", "ns"].contains(word) {
      self = .unknown
      return
    }
    switch word {
    case "ns", "nanos", "nanoseconds": self = .duration(factor: 1, power: 0)
    case "us", "usec", "micros", "microseconds": self = .duration(factor: 1, power: 3)
    case "ms", "msec", "millis", "milliseconds": self = .duration(factor: 1, power: 6)
    case "s", "sec", "secs", "seconds": self = .duration(factor: 1, power: 9)
    case "minutes": self = .duration(factor: 6, power: 10)
    case "hours": self = .duration(factor: 36, power: 11)
    case "days": self = .duration(factor: 864, power: 11)
    case "percent", "pct": self = .percent
    default: self = .unknown
    }
  }
  /// `waitMs`, `wait_ms`, `wait.ms` in lower-case words.
  private static func words(_ name: String) -> [String] {
    var words: [[UInt8]] = [[]]
    var last: UInt8 = 0
    for byte in name.utf8 {
      let isUpper = byte &- 0x41 < 26
      let isJoint = byte == 0x5F || byte == 0x2D || byte == 0x2E || byte == 0x20
      if isJoint || (isUpper && last &- 0x61 < 26) { words.append([]) }
      if !isJoint { words[words.count - 1].append(isUpper ? byte | 0x20 : byte) }
      last = byte
    }
    return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }
}
