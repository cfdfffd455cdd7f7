import Foundation
import TestKit
import Testing

/// One golden case: a file of fixtures/cases, made to be read by people (its README tells the form).
///
/// Refuses what it does not understand, with the line that is at fault; a case that checks nothing is an error too.
struct CaseFile: Sendable, CustomTestStringConvertible {
  /// A log that the case lays out in its folder.
  struct Log: Sendable {
    var name: String
    var bytes: [UInt8]
    /// Seconds since 1970, for logs whose year comes from the file.
    var modified: TimeInterval?
  }

  /// What is expected of one command.
  struct Step: Sendable {
    var arguments: [String]
    /// Line of the `$`, from 1.
    var line: Int
    var exitCode: Int32 = 0
    /// A part of standard error.
    var errorParts: [String] = []
    /// A path into the JSON and the value there, as JSON text.
    var facts: [(path: String, value: String)] = []
    /// Standard output, exactly; nil if only facts are asked for.
    var output: String?
  }

  var name: String
  var logs: [Log] = []
  var steps: [Step] = []
  /// A pipe cannot give the same here; the comment says why.
  var isForFilesOnly = false

  var testDescription: String { name }

  /// All cases, by name.
  static func names() -> [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("cases"))) ?? []
    return found.filter { $0.hasSuffix(".case") }.sorted()
  }

  /// Parses the text of a case.
  init(name: String, text: String) throws {
    self.name = name
    var log: (head: [String], lines: [String])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().enumerated() {
      let line = String(line)
      let isHead = line.hasPrefix("--- ") || line.hasPrefix("$ ")
      if isHead, let done = log {
        logs.append(try CaseFile.log(done.head, done.lines))
        log = nil
      }
      if line.hasPrefix("--- ") {
        log = (line.dropFirst(4).split(separator: " ").map(String.init), [])
      } else if log != nil {
        log?.lines.append(line)
      } else if line.hasPrefix("$ ") {
        steps.append(Step(arguments: CaseFile.words(String(line.dropFirst(2))), line: index + 1))
      } else {
        try take(line, at: index + 1)
      }
    }
    for step in steps where step.output == nil && step.facts.isEmpty && step.errorParts.isEmpty {
      throw CaseProblem("\(name):\(step.line): nothing is expected of this command")
    }
    if steps.isEmpty { throw CaseProblem("\(name): no command") }
  }

  private mutating func take(_ line: String, at number: Int) throws {
    if line.isEmpty || line.hasPrefix("#") { return }
    if line == "files only" {
      isForFilesOnly = true
      return
    }
    guard let last = steps.indices.last else { throw CaseProblem("\(name):\(number): stands before the first command") }
    if line.hasPrefix("exit ") {
      steps[last].exitCode = Int32(line.dropFirst(5)) ?? -1
    } else if line.hasPrefix("stderr ") {
      steps[last].errorParts.append(String(line.dropFirst(7)))
    } else if line == "|" || line.hasPrefix("| ") {
      steps[last].output = (steps[last].output ?? "") + line.dropFirst(2) + "\n"
    } else if let equals = line.range(of: " = ", options: .backwards) {
      steps[last].facts.append((String(line[..<equals.lowerBound]), String(line[equals.upperBound...])))
    } else {
      throw CaseProblem("\(name):\(number): neither a fact (path = value), 'exit', 'stderr' nor '| output'")
    }
  }

  /// A log from its head (`app.log`, then `escapes`, `crlf`, `no-newline`, `modified=TIME`) and its lines.
  private static func log(_ head: [String], _ lines: [String]) throws -> Log {
    var log = Log(name: head.first ?? "", bytes: [])
    let options = head.dropFirst()
    var lines = lines
    while lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      // A log's own line that begins like a head of this form has a backslash in front.
      let plain = line.hasPrefix("\\--- ") || line.hasPrefix("\\$ ") || line == "\\" ? String(line.dropFirst()) : line
      log.bytes += options.contains("escapes") ? unescape(plain) : Array(plain.utf8)
      if index == lines.count - 1 && options.contains("no-newline") { break }
      log.bytes += options.contains("crlf") ? [0x0D, 0x0A] : [0x0A]
    }
    for option in options {
      if option.hasPrefix("modified=") {
        guard let date = ISO8601DateFormatter().date(from: String(option.dropFirst(9))) else {
          throw CaseProblem("\(log.name): '\(option)' is not a time")
        }
        log.modified = date.timeIntervalSince1970
      } else if !["escapes", "crlf", "no-newline"].contains(option) {
        throw CaseProblem("\(log.name): no option is named '\(option)'")
      }
    }
    return log
  }

  /// `\e`, `\t`, `\r`, `\0`, `\\` and `\xNN`.
  private static func unescape(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x5C, let kind = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch kind {
      case UInt8(ascii: "e"): bytes.append(0x1B)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "0"): bytes.append(0)
      case UInt8(ascii: "x"):
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        rest = rest.dropFirst(2)
        bytes.append(UInt8(digits, radix: 16) ?? 0x3F)
      default: bytes.append(kind)
      }
    }
    return bytes
  }

  /// Words of a command line; single and double quotes keep blanks, a backslash in double quotes the next character.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word?.append(character)
        isEscaped = false
      } else if quote == "\"", character == "\\" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }
}

/// What is wrong with a case itself.
struct CaseProblem: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
