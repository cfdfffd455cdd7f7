import Report
import TestKit
import Testing

@testable import Application

/// Only what changed is written, and the screen then shows the frame.
struct ScreenDifferenceTests {
  /// A terminal that knows what `ScreenDifference` uses: moving, erasing, painting (passed over), and no wrapping.
  private struct Screen {
    var rows: [[Character]]
    let columns: Int

    init(_ columns: Int, _ rows: Int, filledWith character: Character) {
      self.rows = Array(repeating: Array(repeating: character, count: columns), count: rows)
      self.columns = columns
    }

    mutating func write(_ bytes: [UInt8]) {
      var row = 0
      var column = 0
      var rest = Substring(String(decoding: bytes, as: UTF8.self))
      while let character = rest.popFirst() {
        guard character == "\u{1B}" else {
          rows[row][min(column, columns - 1)] = character
          column += 1
          continue
        }
        rest.removeFirst()
        let end = rest.firstIndex { $0.isLetter } ?? rest.endIndex
        let numbers = rest[..<end].split(separator: ";").compactMap { Int($0) }
        switch rest[end] {
        case "H": (row, column) = (numbers[0] - 1, numbers[1] - 1)
        // The cursor behind a full line stands on its last column.
        case "K": for i in min(column, columns - 1)..<columns { rows[row][i] = " " }
        case "J":
          for r in (numbers == [2] ? 0 : row)..<rows.count { rows[r] = Array(repeating: " ", count: columns) }
        default: break
        }
        rest = rest[rest.index(after: end)...]
      }
    }

    var lines: [String] { rows.map { String($0) } }
  }

  private func padded(_ lines: [String], _ columns: Int) -> [String] {
    lines.map { line in
      let plain = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      return plain + String(repeating: " ", count: columns - plain.count)
    }
  }

  @Test func theScreenShowsEachFrame() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<100 {
      let columns = 1 + random.below(12)
      let rows = 1 + random.below(6)
      var difference = ScreenDifference()
      var screen = Screen(columns, rows, filledWith: "#")
      for _ in 0..<8 {
        if random.below(5) == 0 {
          difference.forget()
          screen = Screen(columns, rows, filledWith: "#")
        }
        let lines = (0..<rows).map { _ in
          let text = String(repeating: ["a", "b"][random.below(2)], count: random.below(columns + 1))
          return Style(color: random.below(2) == 0).painted(text, .bold)
        }
        screen.write(difference.bytes(for: lines, columns: columns))
        #expect(screen.lines == padded(lines, columns))
      }
    }
  }

  @Test func nothingIsWrittenForTheSameFrame() {
    var difference = ScreenDifference()
    #expect(!difference.bytes(for: ["a", "b"], columns: 10).isEmpty)
    #expect(difference.bytes(for: ["a", "b"], columns: 10).isEmpty)
    let change = String(decoding: difference.bytes(for: ["a", "c"], columns: 10), as: UTF8.self)
    #expect(change == "\u{1B}[?2026h\u{1B}[2;1Hc\u{1B}[K\u{1B}[?2026l")
  }
}
