/// Makes patterns of all that PCRE2's syntax has, each with texts that it is likely to match.
package struct RandomPattern {
  package var random: SplitMix64
  private var groups = 0
  private var isReset = false

  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A pattern, and what makes texts for it. Some patterns are refused by PCRE2.
  package struct Made {
    package var pattern: String
    /// Many of them match.
    package var samples: [String]
  }

  private static let letters: [String] = [
    "a", "b", "k", "s", "K", "S", "x", "i", "e", "0", "7", " ", "_", "-", "=", ":", "ä", "Ä", "ß", "€", "😀", "ſ",
    "\u{212A}",
    "time", "error", "pool", "\t", ",", "'", "é", "ÿ", "İ",
  ]

  private mutating func pick<T>(_ choices: [T]) -> T { choices[random.below(choices.count)] }

  package mutating func next() -> Made {
    groups = 0
    isReset = false
    var made = sequence(depth: 0)
    // Texts for it, in some with other cases.
    made.samples = made.samples.flatMap { [$0, flipped($0)] }
    return made
  }

  /// A text with noise around, now and then damaged; never with a line break.
  package mutating func line(around sample: String) -> [UInt8] {
    var bytes = noise() + Array(sample.utf8) + noise()
    if random.below(6) == 0, !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    if random.below(6) == 0 { bytes.insert(pick([0xFF, 0xC3, 0x80, 0xE2, 0]), at: random.below(bytes.count + 1)) }
    return bytes.filter { $0 != 0x0A }
  }

  private mutating func noise() -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<random.below(4) { text += pick(Self.letters).utf8 }
    if random.below(12) == 0 { text += [UInt8](repeating: 0x61, count: random.below(300)) }
    return text
  }

  private mutating func flipped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch random.below(4) {
      case 0: result += character.uppercased()
      case 1: result += character.lowercased()
      case 2 where character == "k" || character == "K": result += "\u{212A}"
      case 2 where character == "s" || character == "S": result += "ſ"
      default: result.append(character)
      }
    }
    return result
  }

  private mutating func sequence(depth: Int) -> Made {
    var made = Made(pattern: "", samples: ["", "", ""])
    for _ in 0..<(1 + random.below(depth == 0 ? 6 : 3)) {
      let part = quantified(depth: depth)
      made.pattern += part.pattern
      for index in made.samples.indices { made.samples[index] += part.samples[index % part.samples.count] }
    }
    return made
  }

  private mutating func quantified(depth: Int) -> Made {
    var part = atom(depth: depth)
    guard random.below(3) == 0 else { return part }
    let least = random.below(4)
    let more = random.below(4)
    let suffix = pick(["", "", "?", "+"])
    let counted: (String, ClosedRange<Int>) = pick([
      ("*", 0...3), ("+", 1...3), ("?", 0...1), ("{\(least)}", least...least), ("{\(least),}", least...(least + 2)),
      ("{\(least),\(least + more)}", least...(least + more)), ("{,2}", 0...2), ("{70}", 70...70), ("{40,90}", 50...51),
    ])
    part.pattern += counted.0 + suffix
    part.samples = part.samples.map { sample in
      let count = counted.1.lowerBound + random.below(counted.1.count)
      return String(repeating: sample, count: count)
    }
    return part
  }

  private mutating func atom(depth: Int) -> Made {
    if depth < 3, random.below(4) == 0 { return group(depth: depth) }
    switch random.below(12) {
    case 0: return characterClass()
    case 1:
      let escapes: [(String, [String])] = [
        ("\\d", ["7", "0"]), ("\\w", ["k", "_"]), ("\\s", [" ", "\t"]), ("\\D", ["x", "ä"]), ("\\W", ["-", "€"]),
        ("\\S", ["s", "ß"]), ("\\h", [" ", "\u{A0}"]), ("\\H", ["x", "é"]), ("\\v", ["\r", "\u{85}"]),
        ("\\V", ["a", "ä"]),
        ("\\R", ["\r", "\u{2028}"]), ("\\N", ["a", "😀"]), ("\\p{L}", ["a", "Ä"]), ("\\PL", ["0", "€"]), ("\\pN", ["7"]),
        ("\\p{^Lu}", ["a"]), (".", ["a", "ß", "\r"]), ("\\x61", ["a"]), ("\\x{e4}", ["ä"]), ("\\o{141}", ["a"]),
        ("\\0141", ["\u{0C}1"]), ("\\t", ["\t"]), ("\\e", ["\u{1B}"]), ("\\cA", ["\u{01}"]), ("\\x", ["\0"]),
        ("\\N{U+e4}", ["ä"]), ("\\X", ["é", "a"]), ("\\Qa.b*\\E", ["a.b*"]), ("\\Q\\E", [""]), ("\\.", ["."]),
        ("(?#note)", [""]), ("\\101", ["A"]), ("\\x{212a}", ["k", "\u{212A}"]), ("\\x{17f}", ["s", "ſ"]),
      ]
      let (pattern, samples) = pick(escapes)
      return Made(pattern: pattern, samples: samples)
    case 2:
      return Made(
        pattern: pick(["^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G", "\\K", "(?C1)", "(?C'x')"]), samples: [""])
    case 3 where random.below(3) == 0:
      return Made(
        pattern: pick(["(?i)", "(?-i)", "(?s)", "(?x)", "(?xx)", "(?U)", "(?i-s)", "(?^)", "(?m)", "(?n)"]),
        samples: [""])
    default:
      let text = pick(Self.letters)
      return Made(pattern: text, samples: [text])
    }
  }

  private mutating func group(depth: Int) -> Made {
    switch random.below(12) {
    case 0:
      // Branches.
      let opening = pick(["(?:", "(?>", "(?i:", "(?s:"])
      let first = sequence(depth: depth + 1)
      let second = sequence(depth: depth + 1)
      return Made(
        pattern: opening + first.pattern + "|" + second.pattern + ")", samples: first.samples + second.samples)
    case 1:
      let inner = sequence(depth: depth + 1)
      return Made(
        pattern: pick(["(?=", "(?!", "(?<!a", "(?<=a", "(*pla:", "(*nlb:b"]) + inner.pattern + ")", samples: [""])
    case 2 where !isReset:
      // A back reference behind its group.
      groups += 1
      let number = groups
      let inner = sequence(depth: depth + 1)
      let reference = pick(["\\\(number)", "\\g{\(number)}", "\\g\(number)", "(?\(number))", "\\g<\(number)>"])
      return Made(pattern: "(" + inner.pattern + ")" + reference, samples: inner.samples.map { $0 + $0 })
    case 3 where !isReset:
      groups += 1
      return Made(pattern: "(a)?(?(\(groups))b|ss)", samples: ["ab", "ss"])
    case 4:
      isReset = true
      return Made(pattern: "(?|(a)|(time))", samples: ["a", "time"])
    case 5:
      return pick([
        Made(pattern: "(?:ab(*ACCEPT)xyz)", samples: ["ab"]),
        Made(pattern: "(?:pool(*FAIL)|error)", samples: ["error"]),
        Made(pattern: "(*atomic:a|b)", samples: ["a"]), Made(pattern: "(*SKIP)", samples: [""]),
        Made(pattern: "(?x: e r\\ r # note )\n)", samples: ["er r"]),
        Made(pattern: "(?(DEFINE)(?<q>x))", samples: [""]),
        Made(pattern: "(?(?=a)ab|xy)", samples: ["ab", "xy"]), Made(pattern: "[[:<:]]", samples: [""]),
      ])
    default:
      let inner = sequence(depth: depth + 1)
      var opening = pick([
        "(", "(?:", "(?>", "(?i:", "(?-i:", "(?i)(", "(?<n\(groups)>", "(?'n\(groups)'", "(?P<n\(groups)>",
      ])
      if isReset { opening = "(?:" }
      if opening.hasSuffix("(") || opening.hasSuffix(">") || opening.hasSuffix("'") { groups += 1 }
      return Made(pattern: opening + inner.pattern + ")", samples: inner.samples)
    }
  }

  private mutating func characterClass() -> Made {
    let items: [(String, [String])] = [
      ("a-f", ["b", "e"]), ("k", ["k"]), ("S", ["S"]), ("0-9", ["7"]), ("äö", ["ä"]), ("\\d", ["0"]), ("\\w", ["x"]),
      ("\\s", [" "]), ("\\S", ["€"]), ("[:alpha:]", ["K"]), ("[:^digit:]", ["ß"]), ("[:upper:]", ["S", "s"]),
      ("é-ÿ", ["ö"]),
      ("\\Q]-\\E", ["]", "-"]), ("\\x{20ac}", ["€"]), ("ſ", ["ſ", "s"]), ("\\h", [" "]), ("\\b", ["\u{08}"]),
      ("x-", ["-"]),
      ("\\141", ["a"]), ("\u{100}-\u{3000}", ["€", "\u{212A}", "k", "s"]), (" ", [" "]), ("\\pL", ["Ä"]),
      ("\\d-z", ["-", "z"]),
      ("!-~", ["x"]), ("\\]", ["]"]), ("[:a", [":"]),
    ]
    var pattern = ""
    var samples: [String] = []
    for _ in 0..<(1 + random.below(3)) {
      let (text, texts) = pick(items)
      pattern += text
      samples += texts
    }
    switch random.below(4) {
    case 0: return Made(pattern: "[^" + pattern + "]", samples: ["7", "s", "€", "\t"])
    case 1: return Made(pattern: "[]" + pattern + "]", samples: samples + ["]"])
    default: return Made(pattern: "[" + pattern + "]", samples: samples)
    }
  }
}
