internal import Patterns

/// One comparison of an expression, compiled: small and flat, so that evaluating it touches no reference counts.
struct FilterCheck: Sendable, BitwiseCopyable {
  enum Operation: UInt8, Sendable, BitwiseCopyable {
    case equal, less, lessOrEqual, greater, greaterOrEqual, matches, isIn, has

    init(_ comparator: FilterComparison.Comparator) {
      self =
        switch comparator {
        case .equal: .equal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .matches: .matches
        case .isIn: .isIn
        }
    }
  }

  var field: RecordField
  var operation: Operation
  /// Number of the name in `FilterExpression.fieldNames`, for `RecordField.wanted`.
  var name: Int32 = -1
  /// What the name says about plain numbers in it.
  var unit = NameUnit.unknown
  /// Values compared with: `constants.items[first ..< first + count]`.
  var first: Int32 = 0
  var count: Int32 = 0

  /// A value that a field is compared with.
  enum Item: Sendable, BitwiseCopyable {
    /// low ... high; equal for a single number.
    case integers(Int64, Int64)
    /// low ... high, and the text as written (bytes of the pool) for values that are no numbers.
    case quantities(ExactDecimal, ExactDecimal, Quantity.Kind, Int32, Int32)
    /// Bytes of the pool.
    case text(Int32, Int32)
    /// Number in `patterns`.
    case pattern(Int32)
  }

  /// What the checks of one expression point to.
  struct Constants: Sendable {
    var items: ContiguousArray<Item> = []
    var pool: ContiguousArray<UInt8> = []
    var patterns: ContiguousArray<Regex> = []

    mutating func add(text: String) -> (Int32, Int32) {
      let start = Int32(pool.count)
      pool.append(contentsOf: text.utf8)
      return (start, Int32(pool.count))
    }
  }

  /// Whether `value` stands as asked to one of `ranges`.
  @inline(__always)
  static func compare(_ operation: Operation, _ value: Int64, _ low: Int64, _ high: Int64) -> Bool {
    switch operation {
    case .equal, .isIn: value >= low && value <= high
    case .less: value < low
    case .lessOrEqual: value <= high
    case .greater: value > high
    case .greaterOrEqual: value >= low
    case .matches, .has: false
    }
  }
}
