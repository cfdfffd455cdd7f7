/// Changes inputs as libFuzzer does, where that is not at hand: bytes, pieces, numbers at their limits, two inputs crossed.
/// The same seed makes the same inputs.
package struct Mutator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  /// 0 ..< limit. SplitMix64.
  package mutating func random(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ (word >> 31)) % UInt64(max(limit, 1)))
  }

  /// An input made of those at hand.
  package mutating func next(from inputs: [[UInt8]]) -> [UInt8] {
    var input = inputs[random(inputs.count)]
    for _ in 0...random(5) { change(&input, inputs) }
    return input
  }

  private mutating func change(_ input: inout [UInt8], _ inputs: [[UInt8]]) {
    let place = random(input.count + 1)
    switch random(7) {
    case 0: if place < input.count { input[place] = UInt8(truncatingIfNeeded: random(256)) }
    case 1: input.insert(contentsOf: Mutator.pieces[random(Mutator.pieces.count)], at: place)
    case 2: input.removeSubrange(place..<min(input.count, place + 1 + random(24)))
    case 3:
      let other = inputs[random(inputs.count)]
      let from = random(other.count + 1)
      input = Array(input[..<place]) + other[from..<min(other.count, from + 400)]
    case 4:
      let part = input[place..<min(input.count, place + 1 + random(60))]
      for _ in 0...random(3) { input.insert(contentsOf: part, at: place) }
    case 5:
      // A number becomes one at a limit.
      guard let digit = input[place...].firstIndex(where: { $0 &- 0x30 < 10 }) else { return }
      let end = input[digit...].firstIndex { $0 &- 0x30 >= 10 } ?? input.count
      input.replaceSubrange(digit..<end, with: Mutator.numbers[random(Mutator.numbers.count)].utf8)
    default:
      // A line to another place.
      let lines = input.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
      guard lines.count > 1 else { return }
      var moved = lines
      moved.swapAt(random(lines.count), random(lines.count))
      input = Array(moved.joined(separator: [0x0A]))
    }
  }

  private static let numbers = [
    "0", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e308",
    "1e-308", "1e999", "0.0000000001", "4294967296", "2147483648", "99999999999999999999999999", "NaN", "65536",
  ]

  private static let pieces: [[UInt8]] =
    [
      "\n", "\r\n", "\0", "\0\0\0\0\0\0\0\0", "\t", "\"", "\\", "\\u0000", "\\ud800", "[", "]", "{", "}", "(", ")", "|",
      "=",
      " status=500", " duration_ms=", "request_id=", "=>", "%", "%(", "$", "&", "*", "!", "<<: *a", "- ", ": ", "# ",
      "\u{1B}[31m", "\u{1B}]0;x\u{7}", "\u{202E}", "\u{FEFF}", "Traceback (most recent call last):\n",
      "    at a.b(c:1)\n",
      "2026-11-23 06:47:55,003", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z", "[23/Nov/2026:06:47:55 +0000]",
      "{\"resourceLogs\":[", "{\"logEvents\":[", "(?<a>", "(a+)+$", "any(", "count(", " and not ",
      "-----BEGIN PRIVATE KEY-----",
      "Authorization: Digest ",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0x1F, 0x8B, 0x08], [0x80, 0x80, 0x80, 0x80, 0x01],
    ]
}
