internal import Foundation

/// What each part of skein's work costs, counted: the table that is checked in.
///
/// A tab-separated file that people read, too: lines that begin with `#` are remarks, then one row a figure.
struct InstructionTable: Equatable {
  /// Where it lies in the repository.
  static let path = "Tests/Bench/instructions.tsv"

  /// One figure.
  struct Row: Equatable {
    /// The part of the work.
    var part: String
    /// What is counted, over what: `instructions/line`.
    var unit: String
    var value: Double

    /// Whether it is a count of instructions, which is held against the last one.
    var isInstructions: Bool { unit.hasPrefix("instructions/") }

    /// Four digits: a tenth of what a check tolerates, at worst.
    var shown: String {
      let decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 4
      return String(format: "%.\(decimals)f", value)
    }
  }

  var rows: [Row]
  /// What counted them.
  var tool: String

  init(rows: [Row], tool: String) {
    self.rows = rows
    self.tool = tool
  }

  /// Reads a table; nil if there is none at `path`. A row that is none is a fault.
  init?(at path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    rows = []
    tool = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix(Self.toolMark) { tool = String(line.dropFirst(Self.toolMark.count)) }
      if line.hasPrefix("#") { continue }
      let cells = line.split(separator: "\t")
      guard cells.count == 3 else { throw BenchFault("\(path): '\(line)' is not a part, a unit and a value") }
      guard let value = Double(cells[2]) else { throw BenchFault("\(path): '\(cells[2])' is not a number") }
      rows.append(Row(part: String(cells[0]), unit: String(cells[1]), value: value))
    }
  }

  /// The table as its file has it.
  var text: String {
    """
    # What each part of skein's work costs, counted under valgrind: no clock, so the same on a busy machine.
    # Each figure is the difference between a small and a large run, over the difference in lines (records, ...).
    # ./dev bench --check holds the code against this table; ./dev bench --update writes it anew.
    \(Self.toolMark)\(tool)
    # part\tunit\tvalue

    """ + rows.map { "\($0.part)\t\($0.unit)\t\($0.shown)\n" }.joined()
  }

  private static let toolMark = "# counted with: "

  /// The figure of that part and unit.
  func value(_ part: String, _ unit: String) -> Double? {
    rows.first { $0.part == part && $0.unit == unit }?.value
  }

  /// This table with the rows of `newer` in the place of its own, new ones at the end.
  func replacing(with newer: InstructionTable) -> InstructionTable {
    var result = self
    result.tool = newer.tool
    for row in newer.rows {
      if let at = result.rows.firstIndex(where: { $0.part == row.part && $0.unit == row.unit }) {
        result.rows[at] = row
      } else {
        result.rows.append(row)
      }
    }
    return result
  }
}
