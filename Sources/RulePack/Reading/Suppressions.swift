internal import TraceCore
internal import Patterns

/// Decides which hits are hidden.
///
/// A suppression holds for hits before the event time at which it expires; a hit without a time cannot tell, and is hidden.
/// Of several the first in the file counts. It looks at no clock: what has expired by the newest record is the caller's to
/// tell. Not shared by threads.
package struct Suppressions {
  package let all: [Suppression]
  private var byRule: [String: [Int]] = [:]
  private let scratch = MatchScratch()

  package init(_ suppressions: [Suppression]) {
    all = suppressions
    for (index, suppression) in suppressions.enumerated() { byRule[suppression.rule, default: []].append(index) }
  }

  /// Index in `all` of the suppression that hides a hit; nil where none does.
  ///
  /// A comparison with a value that is not among `fields` is unknown, so that the hit is shown. Costs a few µs for a rule
  /// with an expression, next to nothing for others.
  ///
  /// - Parameters:
  ///   - time: of the hit; also what an expression on `time` looks at.
  ///   - fields: values as text by the names of `fieldsNeeded(byRule:)`, as `RuleMatcher` keeps them: long ones are cut.
  package func covers(ruleID: String, time: Int64, fields: [(name: String, value: String?)]) -> Int? {
    guard let candidates = byRule[ruleID] else { return nil }
    return candidates.first { index in
      guard time < all[index].expires else { return false }
      guard let expression = all[index].expression else { return true }
      return NamedValues(fields, time: time, for: expression).evaluate(expression, scratch: scratch) == .yes
    }
  }

  /// Whether anything is hidden of the rule; if not, nobody has to be asked.
  package func concern(ruleID: String) -> Bool { byRule[ruleID] != nil }

  /// Names of the values that `covers` needs of the rule's hits, each once.
  package func fieldsNeeded(byRule id: String) -> [String] {
    var names: [String] = []
    for index in byRule[id] ?? [] {
      guard let expression = all[index].expression else { continue }
      for name in expression.standardNames + expression.fieldNames where name != "time" && !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }

  /// Those that hide nothing any more at the time of the newest record.
  package func expired(newest: Int64) -> [Suppression] {
    newest == EventTime.none ? [] : all.filter { $0.expires <= newest }
  }

  /// Whether an expression's `id` is meant by a request id's usual name in a group-by.
  static func isID(_ name: String, among groupBy: [String]) -> Bool {
    name == "id" && groupBy.contains { NamedValues.isID($0) }
  }
}

/// Values by name as a record that expressions can look at: `status`, `route`, `duration` and the others with their own
/// meaning, all else as a field that was logged as text.
struct NamedValues {
  private var fields: LineFields
  private var bytes: [UInt8] = []
  private var route: [UInt8] = []

  init(_ values: [(name: String, value: String?)], time: Int64, for expression: FilterExpression) {
    var wanted = WantedNames()
    wanted.add(expression.fieldNames)
    fields = LineFields(wantedCount: wanted.names.count)
    fields.time = time
    for (name, value) in values {
      guard let value else { continue }
      let slice = Slice(bytes.count, bytes.count + value.utf8.count)
      bytes += Array(value.utf8)
      if let slot = wanted[name], fields.wanted[slot].kind == .missing {
        fields.wanted[slot] = FieldValue(.text, slice)
      }
      place(name, value, slice)
    }
  }

  static func isID(_ name: String) -> Bool { ["id", "request_id", "trace_id"].contains(name) }

  private mutating func place(_ name: String, _ value: String, _ slice: Slice) {
    switch name {
    case "status": fields.status = Int32(value).flatMap { (100...999).contains($0) ? $0 : nil } ?? 0
    case "duration": fields.duration = OptionValue.duration(value).flatMap { $0 >= 0 ? $0 : nil } ?? -1
    case "level": fields.level = Level(word: bytes.span, from: slice.start, to: slice.end) ?? .none
    case "route": route = Array(value.utf8)
    case "method": fields.method = slice
    case "path": fields.path = slice
    case "logger": fields.logger = slice
    case "message": fields.message = slice
    case _ where NamedValues.isID(name): fields.requestID = slice
    default: break
    }
  }

  func evaluate(_ expression: FilterExpression, scratch: MatchScratch) -> Truth {
    expression.evaluate(fields, line: .missing, route: route.span, bytes: bytes.span, scratch: scratch)
  }
}
