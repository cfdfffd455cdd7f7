import Foundation
import TestKit

/// The ```console blocks of a document: each `$ command` with the output that follows it.
///
/// A line `…` alone stands for any number of lines.
struct ConsoleExamples {
  struct Example {
    var command: String
    /// Lines of the document, from 0, that hold the output.
    var lines: Range<Int>
    var output: [String]
  }

  let path: String
  private(set) var lines: [String]
  private(set) var examples: [Example] = []

  init(path: String) throws {
    self.path = path
    lines = String(decoding: try readFile(path), as: UTF8.self).components(separatedBy: "\n")
    var inside = false
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        inside = line == "```console"
      } else if inside && line.hasPrefix("$ ") {
        examples.append(Example(command: String(line.dropFirst(2)), lines: number + 1..<number + 1, output: []))
      } else if inside, !examples.isEmpty {
        let last = examples.count - 1
        examples[last].lines = examples[last].lines.lowerBound..<number + 1
        examples[last].output.append(line)
      }
    }
  }

  /// What the command prints, standard error behind it, in the folder of the text capture.
  static func run(_ command: String) throws -> [String] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: Fixtures.path("logs/parkapi-text"))
    let folder = (Command.path as NSString).deletingLastPathComponent
    process.environment = ["PATH": "\(folder):/usr/bin:/bin", "COLUMNS": "100", "LC_ALL": "C.UTF-8"]
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var lines = String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Whether `found` is what the example shows.
  static func matches(_ shown: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
    guard let first = shown.first else { return found.isEmpty }
    guard first == "…" else {
      return found.first == first && matches(shown.dropFirst(), found.dropFirst())
    }
    let rest = shown.dropFirst()
    return (0...found.count).contains { matches(rest, found.dropFirst($0)) }
  }

  /// Puts what the commands print into the document, except where the example is abridged with `…`.
  mutating func rewrite() throws {
    for example in examples.reversed() where !example.output.contains("…") {
      lines.replaceSubrange(example.lines, with: try ConsoleExamples.run(example.command))
    }
    try writeFile(path, Array(lines.joined(separator: "\n").utf8))
  }
}
