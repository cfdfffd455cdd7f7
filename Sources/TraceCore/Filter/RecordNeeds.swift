/// What a record must at least have for an expression to hold: to pass over most records without evaluating it.
///
/// A comparison with a missing field is unknown, under `not` too; so what it compares must be there.
struct RecordNeeds: OptionSet, Sendable, BitwiseCopyable {
  let rawValue: UInt8
  init(rawValue: UInt8) { self.rawValue = rawValue }

  static let status = RecordNeeds(rawValue: 1)
  static let duration = RecordNeeds(rawValue: 2)
  /// A path, or a route that was logged.
  static let exchange = RecordNeeds(rawValue: 4)
  static let warning = RecordNeeds(rawValue: 8)
  static let error = RecordNeeds(rawValue: 16)

  /// What the record offers.
  @inline(__always)
  init(of fields: borrowing LineFields) {
    var bits: UInt8 = 0
    if fields.status > 0 { bits |= 1 }
    if fields.duration >= 0 { bits |= 2 }
    if !fields.path.isMissing || !fields.route.isMissing || fields.saw(.requestLine) { bits |= 4 }
    if fields.level >= .warning { bits |= 8 }
    if fields.level >= .error { bits |= 16 }
    rawValue = bits
  }

  /// What `syntax` needs to be yes, or to be no.
  init(_ syntax: FilterSyntax, toBe wanted: Bool = true) {
    switch syntax {
    case .and(let parts): self = RecordNeeds.join(parts, wanted, all: wanted)
    case .or(let parts): self = RecordNeeds.join(parts, wanted, all: !wanted)
    case .not(let part): self.init(part, toBe: !wanted)
    case .comparison(let comparison): self.init(comparison, wanted)
    case .has(let name): self = wanted ? RecordNeeds(name) : []
    case .flag, .any, .every, .count, .request: self = []
    }
  }

  private static func join(_ parts: [FilterSyntax], _ wanted: Bool, all: Bool) -> RecordNeeds {
    let needs = parts.map { RecordNeeds($0, toBe: wanted) }
    guard let first = needs.first else { return [] }
    return needs.dropFirst().reduce(first) { all ? $0.union($1) : $0.intersection($1) }
  }

  private init(_ name: FilterName) {
    switch RecordField(name) {
    case .status: self = .status
    case .duration: self = .duration
    case .route: self = .exchange
    default: self = []
    }
  }

  private init(_ comparison: FilterComparison, _ wanted: Bool) {
    self.init(comparison.field)
    guard RecordField(comparison.field) == .level, wanted, let literal = comparison.literals.first?.raw else { return }
    let isLowerBound = comparison.comparator == .greaterOrEqual || comparison.comparator == .greater
    let isExact = comparison.comparator == .equal
    guard isLowerBound || isExact else { return }
    switch literal.lowercased() {
    case "warn", "warning": self = .warning
    case "error", "err", "critical", "fatal": self = [.warning, .error]
    default: break
    }
  }
}
