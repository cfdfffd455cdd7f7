internal import Patterns

/// What making a `PrefilterPlan` comes to: how each rule is looked for, and what Vectorscan compiled. This is what the cache
/// keeps, so that a start with it parses no pattern and compiles none.
///
/// It is kept under all that it was made from (`key`). From bytes it comes only where all of them make sense.
struct PlanContent: Equatable {
  /// In the order of the rules.
  var methods: [PrefilterMethod]
  /// Serialised, with a rule's place as the number of its expression; empty without rules that are looked for so.
  var database: ArraySlice<UInt8>

  /// Changes whenever other methods are made from the same rules, so that what was kept before no longer counts.
  private static let version = 2

  /// - Parameter platform: what a database depends on besides its rules.
  static func key(_ rules: [PrefilterRule], platform: String) -> [UInt8] {
    var writer = ByteWriter()
    writer.add(text: "plan \(version) \(platform)")
    writer.add(number: rules.count)
    for rule in rules {
      writer.add(byte: (rule.pattern == nil ? 0 : 1) | (rule.acrossLines ? 2 : 0))
      writer.add(text: rule.pattern ?? "")
      writer.add(number: Int(rule.options.rawValue))
      writer.add(number: rule.keywords.count)
      for keyword in rule.keywords { writer.add(text: keyword) }
    }
    return writer.bytes
  }

  // MARK: As bytes

  private enum Tag {
    static let always: UInt8 = 0
    static let expression: UInt8 = 1
    static let literals: UInt8 = 2
  }

  var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.add(number: methods.count)
    for method in methods {
      switch method {
      case .always: writer.add(byte: Tag.always)
      case .expression(let text):
        writer.add(byte: Tag.expression)
        writer.add(text: text)
      case .literals(let literals):
        writer.add(byte: Tag.literals)
        writer.add(number: literals.count)
        for literal in literals {
          writer.add(byte: literal.isCaseless ? 1 : 0)
          writer.add(number: literal.bytes.count)
          writer.bytes += literal.bytes
        }
      }
    }
    writer.add(number: database.count)
    return writer.bytes + database
  }

  init(methods: [PrefilterMethod], database: ArraySlice<UInt8> = []) {
    self.methods = methods
    self.database = database
  }

  /// Nil where it is not what `bytes` makes of that many rules.
  init?(_ bytes: ArraySlice<UInt8>, ruleCount: Int) {
    var reader = ByteReader(rest: bytes)
    guard reader.number() == ruleCount else { return nil }
    methods = []
    methods.reserveCapacity(ruleCount)
    var hasExpressions = false
    for _ in 0..<ruleCount {
      switch reader.byte() {
      case Tag.always: methods.append(.always)
      case Tag.expression:
        guard let text = reader.number().flatMap({ reader.bytes($0) }) else { return nil }
        methods.append(.expression(String(decoding: text, as: UTF8.self)))
        hasExpressions = true
      case Tag.literals:
        guard let literals = reader.literals() else { return nil }
        methods.append(.literals(literals))
      default: return nil
      }
    }
    guard let count = reader.number(), count == reader.rest.count, hasExpressions == (count > 0) else { return nil }
    database = reader.rest
  }
}

/// Numbers as four bytes, the lowest first; texts with their length in front, so that no two lists of them look alike.
private struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func add(byte: UInt8) { bytes.append(byte) }

  mutating func add(number: Int) {
    for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
  }

  mutating func add(text: String) {
    add(number: text.utf8.count)
    bytes += text.utf8
  }
}

/// Takes apart what a `ByteWriter` wrote; nil where there is not enough of it.
private struct ByteReader {
  var rest: ArraySlice<UInt8>

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func number() -> Int? {
    bytes(4).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
  }

  /// At least one, and none that is too short to be looked for.
  mutating func literals() -> [RequiredLiteral]? {
    guard let count = number(), count > 0 else { return nil }
    var literals: [RequiredLiteral] = []
    for _ in 0..<count {
      guard let isCaseless = byte(), isCaseless < 2, let length = number(), length >= RequiredLiteral.leastLength,
        let bytes = bytes(length)
      else { return nil }
      literals.append(RequiredLiteral(bytes, isCaseless: isCaseless == 1))
    }
    return literals
  }
}
