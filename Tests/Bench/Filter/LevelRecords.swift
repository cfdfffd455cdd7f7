internal import Foundation

/// The records of a generated text log that are errors, taken out of it by the header of each: what a filter must write.
///
/// It knows this one layout and nothing else, so that it cannot share a mistake with what it judges.
struct LevelRecords {
  /// What is looked for, as skein has it.
  static let expression = "level >= error"
  /// The levels that are errors, as the log writes them.
  static let levels = ["ERROR", "CRITICAL"]

  /// The lines of the records, byte for byte.
  private(set) var lines = Data()
  /// The first line of each alone.
  private(set) var heads = Data()

  private var isInside = false

  /// Reads the log at `path`.
  init(ofLogAt path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else { throw BenchFault("there is no \(path)") }
    var rest: [UInt8] = []
    while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
      let bytes = rest + chunk
      var start = 0
      while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
        take(bytes[start...end])
        start = end + 1
      }
      rest = Array(bytes[start...])
    }
    guard rest.isEmpty else { throw BenchFault("\(path) does not end with a newline") }
  }

  private mutating func take(_ line: ArraySlice<UInt8>) {
    // A record begins with its year; 24 bytes are its time, and a blank behind it.
    let isHead = line.count > 24 && line[line.startIndex + 4] == UInt8(ascii: "-") && isDigit(line.first)
    if isHead {
      let level = line.dropFirst(24).prefix { $0 != UInt8(ascii: " ") }
      isInside = Self.bytes.contains { level.elementsEqual($0) }
      if isInside { heads.append(contentsOf: line) }
    }
    if isInside { lines.append(contentsOf: line) }
  }

  private static let bytes = levels.map { Array($0.utf8) }

  private func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

  /// What somebody's output is worth, beside `expected`.
  static func remark(_ output: Data, beside expected: Data, part: String = "") -> String {
    if output == expected { return "right" + part }
    let at = zip(output, expected).enumerated().first { $1.0 != $1.1 }?.offset ?? min(output.count, expected.count)
    return "WRONG: \(output.count) bytes, not \(expected.count); differs at byte \(at + 1)"
  }
}
