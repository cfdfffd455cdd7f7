internal import TraceCore

/// A figure of a row for programs: its name in JSON and CSV, and its value. One list of them makes the members of an object,
/// the header of a table and the cells of a row, so that none can be in one and not in the others.
struct MachineColumn<Row>: Sendable {
  let name: String
  let value: @Sendable (Row) -> MachineValue

  init(_ name: String, _ value: @escaping @Sendable (Row) -> MachineValue) {
    self.name = name
    self.value = value
  }
}

/// What JSON and CSV write; without a value null and an empty cell.
enum MachineValue {
  case text(String?)
  case int(Int64?)
  case double(Double?)
  case bool(Bool)
  /// Nanoseconds, written as exact milliseconds.
  case milliseconds(Int64?)
  /// Nanoseconds since 1970, or EventTime.none.
  case time(Int64)
}

extension JSONWriter {
  /// The members that `columns` have for a row, in an object that is open.
  mutating func members<Row>(_ columns: [MachineColumn<Row>], of row: Row) {
    for column in columns {
      switch column.value(row) {
      case .text(let text): member(column.name, text)
      case .int(let number): member(column.name, number)
      case .double(let number): member(column.name, number)
      case .bool(let flag): member(column.name, flag)
      case .milliseconds(let nanoseconds): member(column.name, milliseconds: nanoseconds)
      case .time(let time): member(column.name, time: time)
      }
    }
  }
}

extension CSVWriter {
  /// The cells that `columns` have for a row, after those that it has already.
  mutating func cells<Row>(_ columns: [MachineColumn<Row>], of row: Row) {
    for column in columns {
      switch column.value(row) {
      case .text(let text): self.text(text)
      case .int(let number): int(number)
      case .double(let number): double(number)
      case .bool(let flag): bool(flag)
      case .milliseconds(let nanoseconds): milliseconds(nanoseconds)
      case .time(let time): self.time(time)
      }
    }
  }
}
