package import Analysis
package import TraceCore

/// Requests that figures are asked of: what `stats --where --since --until --by` would choose.
package struct MeasureSelection: Sendable {
  /// Only requests whose closing record this holds for.
  package var condition: FilterExpression?
  package var span: MeasureSpan
  /// The field that tells groups apart, `route` among them; nil for the total alone.
  package var group: String?
  /// Requests in flight are measured, too.
  package var measuresInFlight = false

  package init(where condition: FilterExpression? = nil, span: MeasureSpan = .whole, by group: String? = nil) {
    self.condition = condition
    self.span = span
    self.group = group
  }

  /// The same for selections of the same requests in the same groups.
  package func isSame(as other: MeasureSelection) -> Bool {
    condition?.source == other.condition?.source && span == other.span && group == other.group
      && measuresInFlight == other.measuresInFlight
  }
}

/// What was measured of one selection.
package struct MeasuredSelection: Sendable {
  /// The span with its times; the log's own limits where it had none.
  package var span: MeasureSpan
  /// Event times of the first and the last record, no earlier and no later than the span; none if no record lies in it or
  /// if it could not be told where it begins.
  package var start: Int64
  package var end: Int64
  package var total: GroupStats
  /// When the last request that was chosen ended; `EventTime.none` without one.
  package var lastRequest: Int64 = EventTime.none
  /// Most requests first, then by name; only where groups were asked for.
  package var groups: [GroupSummary]
  /// Nil where it was not asked for.
  package var inFlight: InFlight?

  /// Whether there is log in the span.
  package var isInLog: Bool { start != EventTime.none }
  /// Nanoseconds that rates are over.
  package var length: Int64 { isInLog ? end - start : 0 }
  /// The figures that `stats` prints.
  package var summary: GroupSummary { total.summary(name: "total", span: length) }
}

/// Selections in passes over the log: one, unless there are more conditions or fields than a record has room for.
package struct MeasurePasses: Sendable {
  /// Conditions in one pass: the truths that a record carries.
  private static let mostConditions = 16
  /// Selections in one pass: a sketch each, 28 MB where all are busy.
  private static let mostSelections = 256
  /// Selections with groups in one pass: a thousand sketches each.
  private static let mostGrouped = 4

  package struct Pass: Sendable {
    /// Numbers of selections, and for each the number of its condition.
    package fileprivate(set) var selections: [(number: Int, condition: Int?)] = []
    package fileprivate(set) var conditions: [FilterExpression] = []
    /// The field that groups are of where it is not the route.
    package fileprivate(set) var group: String?
    fileprivate var grouped = 0
  }

  package let passes: [Pass]

  /// Puts each selection into the first pass that has room for it.
  package init(_ selections: [MeasureSelection]) {
    var passes: [Pass] = []
    for (number, selection) in selections.enumerated() {
      let place = passes.firstIndex { MeasurePasses.hasRoom($0, for: selection) } ?? passes.count
      if place == passes.count { passes.append(Pass()) }
      MeasurePasses.add(selection, number, to: &passes[place])
    }
    self.passes = passes
  }

  private static func hasRoom(_ pass: Pass, for selection: MeasureSelection) -> Bool {
    guard pass.selections.count < mostSelections else { return false }
    if let condition = selection.condition, pass.conditions.count == mostConditions {
      guard pass.conditions.contains(where: { $0.source == condition.source }) else { return false }
    }
    guard let group = selection.group else { return true }
    return pass.grouped < mostGrouped && (group == "route" || pass.group == nil || pass.group == group)
  }

  private static func add(_ selection: MeasureSelection, _ number: Int, to pass: inout Pass) {
    var place: Int?
    if let condition = selection.condition {
      place = pass.conditions.firstIndex { $0.source == condition.source } ?? pass.conditions.count
      if place == pass.conditions.count { pass.conditions.append(condition) }
    }
    pass.selections.append((number, place))
    guard let group = selection.group else { return }
    pass.grouped += 1
    if group != "route" { pass.group = group }
  }
}
