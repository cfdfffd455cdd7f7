#if Vectorscan
  internal import Patterns
  internal import TraceCore

  extension VectorscanDatabase {
    /// How many expressions may be refused before Vectorscan is given up.
    private static let refusalLimit = 32

    /// From the cache, or compiled and put there. What Vectorscan refuses is taken out of `expressions`.
    ///
    /// - Returns: nil and why, where there is none; with a database, why it is not kept, if so.
    static func make(
      _ expressions: inout [VectorscanExpression], _ library: VectorscanLibrary, _ cache: PrefilterCache
    ) -> (VectorscanDatabase?, note: String?) {
      var key = Array("prefilter 1 \(library.platform)\n".utf8)
      for expression in expressions { key += "\(expression.rule) \(expression.text)\n".utf8 }
      if expressions.isEmpty { return (nil, nil) }
      if let kept = cache.load(key), let database = VectorscanDatabase(refusing: &expressions, kept, library) {
        return (database, nil)
      }
      var refused: [Int] = []
      var numbers = Array(expressions.indices)
      while !numbers.isEmpty {
        switch library.compile(numbers.map { expressions[$0] }) {
        case .refused(let number):
          guard numbers.indices.contains(number), refused.count < refusalLimit else {
            return (nil, "Vectorscan is not used: it refuses too many of the rules' expressions")
          }
          refused.append(numbers.remove(at: number))
        case .failed(let message): return (nil, "Vectorscan is not used: \(message)")
        case .database(let bytes):
          guard let trial = VectorscanDatabase(bytes, library) else {
            return (nil, "Vectorscan is not used: it does not take what it compiled")
          }
          refused += trial.missing(numbers.map { ($0, expressions[$0]) }, rules: expressions)
          let content = content(bytes, refused: refused.sorted())
          guard let database = VectorscanDatabase(refusing: &expressions, content, library) else {
            return (nil, "Vectorscan is not used: it does not take what it compiled")
          }
          return (database, cache.store(content, key))
        }
      }
      return (nil, nil)
    }

    /// Texts that are tried for each expression.
    private static let trials = 64

    /// The expressions of which Vectorscan misses some text that they match, by their numbers: it has had such faults, in
    /// one release or another, that show only at some places of a text.
    private func missing(
      _ numbered: [(number: Int, expression: VectorscanExpression)], rules: [VectorscanExpression]
    ) -> [Int] {
      let count = Int(rules.reduce(0) { max($0, $1.rule) }) + 1
      let prefilter = VectorscanPrefilter(self, names: ContiguousArray(0..<UInt32(count)))
      var random = TrialRandom()
      var candidates: ContiguousArray<RuleCandidate> = []
      return numbered.filter { _, expression in
        for _ in 0..<Self.trials {
          guard let sample = expression.outline.sample(breaks: expression.acrossLines, using: &random) else { continue }
          // Around it bytes of its own, which lead astray more easily than others.
          let bytes = sample.filter { $0 != 0x0A } + [0x20]
          func noise() -> [UInt8] {
            (0..<Int.random(in: 0...150, using: &random)).map { _ in bytes.randomElement(using: &random) ?? 0x20 }
          }
          let text = noise() + sample + noise()
          candidates.removeAll(keepingCapacity: true)
          prefilter.scan(text.span, into: &candidates)
          if !candidates.contains(where: { $0.rule == expression.rule }) { return true }
        }
        return false
      }.map(\.number)
    }

    /// A kept database: how many were refused and which, four bytes each, then what Vectorscan serialised.
    private static func content(_ bytes: [UInt8], refused: [Int]) -> [UInt8] {
      var content: [UInt8] = []
      content.reserveCapacity(4 * refused.count + 4 + bytes.count)
      for number in [refused.count] + refused {
        for shift in 0..<4 { content.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
      }
      return content + bytes
    }

    private convenience init?(
      refusing expressions: inout [VectorscanExpression], _ content: [UInt8], _ library: VectorscanLibrary
    ) {
      func number(_ index: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(content[4 * index + $1]) << (8 * $1) }
      }
      guard content.count >= 4, number(0) <= (content.count - 4) / 4 else { return nil }
      let refused = (0..<number(0)).map { number($0 + 1) }
      self.init(Array(content[(4 + 4 * refused.count)...]), library)
      for number in refused.reversed() where expressions.indices.contains(number) { expressions.remove(at: number) }
    }
  }

  /// The same trials each time, so that a database is the same each time. Source: G. Steele, D. Lea, C. Flood, "Fast
  /// Splittable Pseudorandom Number Generators", OOPSLA 2014.
  private struct TrialRandom: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }
#endif
