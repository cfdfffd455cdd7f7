internal import TraceCore

/// What the feed wants to know of requests that are not counted yet: values of fields that a gate measures, and ids of those
/// that failed. Memory: what waits (`ExchangeTable`).
struct WaitingDetails {
  struct Value: Equatable {
    /// Number in `ParsePlan.valueSlots`.
    var field: Int32
    var text: String
  }

  struct Detail: Equatable {
    var id: String?
    var values: [Value] = []
  }

  private var details: [UInt64: Detail] = [:]
  /// Fields that a gate measures: the first ones among those whose values are kept.
  private let fields: Int

  init(fields: Int) { self.fields = fields }

  /// Takes what the records say that tell of requests.
  mutating func take(_ tellings: ContiguousArray<TraceGrouper.TellingNote>, of parsed: ParsedBlock, keepsIDs: Bool) {
    for telling in tellings where telling.exchange != 0 && !telling.isLate {
      let record = parsed.batch.records[Int(telling.record)]
      let id =
        keepsIDs && record.idHash != 0 && RequestEvent.isFailure(status: record.status, level: record.level)
        ? parsed.id(of: record) : nil
      let values = values(at: telling.record, of: parsed)
      guard id != nil || !values.isEmpty else { continue }
      var detail = details[telling.exchange] ?? Detail()
      detail.id = detail.id ?? id
      for value in values where !detail.values.contains(where: { $0.field == value.field }) {
        detail.values.append(value)
      }
      details[telling.exchange] = detail
    }
  }

  private func values(at record: Int32, of parsed: ParsedBlock) -> [Value] {
    var values: [Value] = []
    while parsed.consumedValues < parsed.batch.values.count {
      let value = parsed.batch.values[parsed.consumedValues]
      guard value.record <= record else { break }
      parsed.consumedValues += 1
      if value.record == record, Int(value.field) < fields {
        values.append(Value(field: value.field, text: parsed.batch.labels.string(Int(value.label))))
      }
    }
    return values
  }

  /// What is known of an exchange that is counted, or never will be.
  mutating func remove(_ exchange: UInt64) -> Detail? {
    details.isEmpty ? nil : details.removeValue(forKey: exchange)
  }
}

extension WaitingDetails: StateCodable {
  /// Without ids, which are for somebody who watches.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(
      &details, emptyKey: 0, empty: Detail(),
      key: { exchange, coder throws(StateError) in try coder.code(word: &exchange) },
      { detail, coder throws(StateError) in
        try coder.code(&detail.values, empty: Value(field: 0, text: "")) { value, coder throws(StateError) in
          try coder.code(&value.field)
          try coder.code(&value.text)
        }
      })
  }
}
