internal import Foundation

/// Holds counted figures against the table that is checked in, and against the limits of the house.
struct InstructionCheck {
  /// What becomes of one figure.
  enum Finding: Equatable {
    case same
    /// More instructions than the table says by more than `tolerance`.
    case worse
    /// Fewer by more than `tolerance`: the table should say so.
    case better
    /// The table does not have it.
    case new
    /// Above a limit, whatever the table says.
    case overLimit(Double)
  }

  /// How far a count may lie from the table's.
  static let tolerance = 0.03

  /// Allocations a line at most: parsing and grouping must not allocate.
  static let mostAllocations = 0.01
  /// Retains and releases a line at most, together.
  static let mostReferenceCounts = 0.1

  /// What the parts are called that the limits are for: a rule's hit, and a record that is passed on, may cost more.
  static let limited = "skein stats"

  /// What `row` must not be above.
  static func limit(of row: InstructionTable.Row) -> Double? {
    guard row.part.hasPrefix(limited) else { return nil }
    return switch row.unit {
    case "allocations/line": mostAllocations
    case "retain+release/line": mostReferenceCounts
    default: nil
    }
  }

  var findings: [(row: InstructionTable.Row, old: Double?, finding: Finding)]

  /// - Parameter table: the last figures; nil where there are none.
  init(_ counted: InstructionTable, against table: InstructionTable?) {
    findings = counted.rows.map { row in
      let old = table?.value(row.part, row.unit)
      if let limit = Self.limit(of: row), row.value > limit { return (row, old, .overLimit(limit)) }
      guard let old else { return (row, old, .new) }
      guard row.isInstructions else { return (row, old, .same) }
      if row.value > old * (1 + Self.tolerance) { return (row, old, .worse) }
      return (row, old, row.value < old * (1 - Self.tolerance) ? .better : .same)
    }
  }

  /// The figures that are above their limit.
  var overLimits: [InstructionTable.Row] {
    findings.filter { if case .overLimit = $0.finding { true } else { false } }.map(\.row)
  }

  /// A figure is above its limit.
  var isOverLimits: Bool { !overLimits.isEmpty }

  /// A figure got worse or is above its limit.
  var isFailed: Bool { isOverLimits || findings.contains { $0.finding == .worse } }

  /// The table does not say what was counted.
  var isTableOld: Bool { findings.contains { $0.finding == .better || $0.finding == .new } }

  /// For the terminal: part, unit, old, new, percent, remark.
  var text: String {
    let header = ["", "unit", "table", "now", "%", ""]
    let cells = findings.map { row, old, finding in
      let percent = old.flatMap { $0 > 0 ? String(format: "%+.1f", (row.value / $0 - 1) * 100) : nil }
      let shownOld = old.map { InstructionTable.Row(part: row.part, unit: row.unit, value: $0).shown }
      return [row.part, row.unit, shownOld ?? "", row.shown, percent ?? "", Self.words(finding)]
    }
    return TextTable.aligned([header] + cells, left: [0, 1, 5])
  }

  private static func words(_ finding: Finding) -> String {
    switch finding {
    case .same: ""
    case .worse: "WORSE"
    case .better: "better"
    case .new: "new"
    case .overLimit(let limit): "OVER the limit of \(limit)"
    }
  }
}
