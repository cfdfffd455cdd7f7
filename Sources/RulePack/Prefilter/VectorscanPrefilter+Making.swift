#if Vectorscan
  internal import Patterns
  internal import TraceCore

  extension VectorscanDatabase {
    /// How many expressions may be refused before Vectorscan is given up.
    private static let refusalLimit = 32

    /// Compiled from what can be looked for with Vectorscan, and tried; `content` gets the database and the rules that it
    /// finds. It holds no other rules but such as were found to be missed, whose candidates do no harm.
    ///
    /// - Returns: nil and why, where there is none, or nil alone where nothing can be looked for so.
    static func make(
      _ rules: [OutlinedRule], _ library: VectorscanLibrary, _ content: inout PlanContent
    ) -> (VectorscanDatabase?, note: String?) {
      var expressions: [VectorscanExpression] = []
      for (index, rule) in rules.enumerated() {
        guard let (text, outline) = rule.expression else { continue }
        expressions.append(
          VectorscanExpression(text: text, rule: UInt32(index), outline: outline, acrossLines: rule.acrossLines))
      }
      var refusals = 0
      while !expressions.isEmpty {
        switch library.compile(expressions) {
        case .refused(let number):
          guard expressions.indices.contains(number), refusals < refusalLimit else {
            return (nil, "Vectorscan is not used: it refuses too many of the rules' expressions")
          }
          refusals += 1
          expressions.remove(at: number)
        case .failed(let message): return (nil, "Vectorscan is not used: \(message)")
        case .database(let bytes):
          guard let database = VectorscanDatabase(bytes[...], library) else {
            return (nil, "Vectorscan is not used: it does not take what it compiled")
          }
          let right = database.found(expressions)
          guard !right.isEmpty else { return (nil, nil) }
          for expression in right { content.methods[Int(expression.rule)] = .expression(expression.text) }
          content.database = bytes[...]
          return (database, nil)
        }
      }
      return (nil, nil)
    }

    /// Texts that are tried for each expression.
    private static let trials = 64

    /// The expressions of which Vectorscan misses none of the texts that are tried: it has had faults, in one release or
    /// another, that show only at some places of a text.
    private func found(_ expressions: [VectorscanExpression]) -> [VectorscanExpression] {
      let count = Int(expressions.reduce(0) { max($0, $1.rule) }) + 1
      let prefilter = VectorscanPrefilter(self, names: ContiguousArray(0..<UInt32(count)))
      var random = TrialRandom()
      var candidates: ContiguousArray<RuleCandidate> = []
      return expressions.filter { expression in
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
          if !candidates.contains(where: { $0.rule == expression.rule }) { return false }
        }
        return true
      }
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
