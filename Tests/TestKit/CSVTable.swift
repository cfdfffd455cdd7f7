/// A CSV text with a header line (RFC 4180: quoted fields may hold commas, doubled quotes and newlines).
package struct CSVTable: Sendable, Equatable {
  /// Names of the columns, in order.
  package private(set) var columns: [String] = []
  /// The rows after the header; each is as long as the text made it.
  package private(set) var rows: [[String]] = []

  /// Never fails: what is not closed ends with the text. Lines end in LF or CRLF.
  package init(parsing text: String) {
    var row: [String] = []
    var field: [UInt8] = []
    var quoted = false
    var all: [[String]] = []
    var bytes = Array(text.utf8)[...]
    func endField() {
      row.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where quoted && bytes.first == UInt8(ascii: "\""):
        field.append(byte)
        bytes.removeFirst()
      case UInt8(ascii: "\""): quoted.toggle()
      case UInt8(ascii: ",") where !quoted: endField()
      case UInt8(ascii: "\r") where !quoted && bytes.first == UInt8(ascii: "\n"): break
      case UInt8(ascii: "\n") where !quoted:
        endField()
        all.append(row)
        row.removeAll(keepingCapacity: true)
      default: field.append(byte)
      }
    }
    if !field.isEmpty || !row.isEmpty {
      endField()
      all.append(row)
    }
    columns = all.first ?? []
    rows = Array(all.dropFirst())
  }

  /// Position of a column; nil if there is none of that name.
  package func index(of column: String) -> Int? { columns.firstIndex(of: column) }

  /// All values of a column, in order; empty strings where a row is too short, an empty array without the column.
  package func values(_ column: String) -> [String] {
    guard let index = index(of: column) else { return [] }
    return rows.map { index < $0.count ? $0[index] : "" }
  }
}
