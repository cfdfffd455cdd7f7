package import TraceCore

/// Records counted by message template.
package struct TemplateSummary: Sendable, Equatable {
  /// What was counted under one template.
  package struct Row: Sendable, Equatable {
    /// The same for the same text in any run.
    package var id: String
    /// With `<*>` where values stand.
    package var text: String
    package var count: Int64
    /// The worst of its records; `none` if none names one.
    package var level: Level
    /// Least and greatest event time; EventTime.none without times.
    package var first: Int64
    package var last: Int64
    /// Where the record stands that was read first, and the beginning of its first line.
    package var path: String
    package var line: Int
    package var example: String

    package init(
      id: String, text: String, count: Int64, level: Level, first: Int64, last: Int64, path: String, line: Int,
      example: String
    ) {
      self.id = id
      self.text = text
      self.count = count
      self.level = level
      self.first = first
      self.last = last
      self.path = path
      self.line = line
      self.example = example
    }
  }

  /// The order of rows; of equal ones the earlier record comes first.
  package enum Order: String, Sendable, CaseIterable {
    /// Most frequent first.
    case count
    /// By the time of the first record; without times, as they were read.
    case first
    /// Least frequent first.
    case rare
  }

  package var rows: [Row] = []
  /// Records counted in all.
  package var records: Int64 = 0
  /// Of those, records beyond the limit of templates, and records whose layout has no message.
  package var other: Int64 = 0
  package var withoutMessage: Int64 = 0

  package init() {}

  /// Leaves the first `count` rows; all for 0.
  package mutating func keep(first count: Int) {
    if count > 0, rows.count > count { rows.removeLast(rows.count - count) }
  }

  /// Puts the rows in order.
  package mutating func sort(by order: Order) {
    let ordered = rows.enumerated().sorted { a, b in
      switch order {
      case .count: (-a.element.count, a.offset) < (-b.element.count, b.offset)
      case .rare: (a.element.count, a.offset) < (b.element.count, b.offset)
      case .first:
        (a.element.first == EventTime.none ? Int64.max : a.element.first, a.offset)
          < (b.element.first == EventTime.none ? Int64.max : b.element.first, b.offset)
      }
    }
    rows = ordered.map(\.element)
  }
}
