import Foundation
import TestKit

/// What a document shows as done: the ```console blocks, each `$ command` with the output that follows it, and files, each in
/// a block that begins with its language and its name (```yaml pay.yml).
///
/// A line `…` alone stands for any number of lines. A file is there for the commands behind it, until another block of its
/// name takes its place.
struct ConsoleExamples {
  struct Example {
    var command: String
    /// Lines of the document, from 0, that hold the output.
    var lines: Range<Int>
    var output: [String]
  }

  struct File {
    /// A name in the folder of the examples, or in a folder there.
    var name: String
    var text: String
  }

  private enum Step {
    /// Number of the example.
    case run(Int)
    case write(File)
  }

  let path: String
  private(set) var lines: [String]
  private(set) var examples: [Example] = []
  /// In the order of the document.
  private var steps: [Step] = []

  private enum Block { case console, file(name: String, text: String), other }

  init(path: String) throws {
    self.path = path
    lines = String(decoding: try readFile(path), as: UTF8.self).components(separatedBy: "\n")
    var block: Block?
    for (number, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        if case .file(let name, let text) = block { steps.append(.write(File(name: name, text: text))) }
        block = block == nil ? ConsoleExamples.block(line) : nil
        continue
      }
      switch block {
      case .console: read(line, number)
      case .file(let name, let text): block = .file(name: name, text: text + line + "\n")
      case .other, nil: continue
      }
    }
  }

  private static func block(_ fence: String) -> Block {
    let words = fence.dropFirst(3).split(separator: " ")
    if words == ["console"] { return .console }
    return words.count == 2 ? .file(name: String(words[1]), text: "") : .other
  }

  private mutating func read(_ line: String, _ number: Int) {
    if line.hasPrefix("$ ") {
      steps.append(.run(examples.count))
      examples.append(Example(command: String(line.dropFirst(2)), lines: number + 1..<number + 1, output: []))
    } else if !examples.isEmpty {
      let last = examples.count - 1
      examples[last].lines = examples[last].lines.lowerBound..<number + 1
      examples[last].output.append(line)
    }
  }

  /// What each command prints, standard error behind it, in the folder of the text capture. If the document has files, that
  /// is a folder of their own, with links to all that the capture has.
  func run() throws -> [[String]] {
    var folder = Fixtures.path("logs/parkapi-text")
    var own: TemporaryFolder?
    if steps.contains(where: { if case .write = $0 { true } else { false } }) {
      let made = try TemporaryFolder()
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try FileManager.default.createSymbolicLink(atPath: made.path(name), withDestinationPath: folder + "/" + name)
      }
      folder = made.path
      own = made
    }
    var outputs: [[String]] = []
    for step in steps {
      switch step {
      case .run(let number): outputs.append(try ConsoleExamples.run(examples[number].command, in: folder))
      case .write(let file):
        let path = folder + "/" + file.name
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try writeFile(path, Array(file.text.utf8))
      }
    }
    withExtendedLifetime(own) {}
    return outputs
  }

  private static func run(_ command: String, in folder: String) throws -> [String] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let programs = (Command.path as NSString).deletingLastPathComponent
    process.environment = ["PATH": "\(programs):/usr/bin:/bin", "COLUMNS": "100", "LC_ALL": "C.UTF-8"]
    // No settings of the machine's own, but for a page that shows some.
    if !FileManager.default.fileExists(atPath: folder + "/.skein.yml") { process.environment?["SKEIN_CONFIG"] = "none" }
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
    for (example, output) in zip(examples, try run()).reversed() where !example.output.contains("…") {
      lines.replaceSubrange(example.lines, with: output)
    }
    try writeFile(path, Array(lines.joined(separator: "\n").utf8))
  }
}
