internal import Analysis
internal import ArgumentParser
internal import Foundation
internal import TraceCore

/// How well templates are found: against logs of which people have said which message is of which template.
///
/// The logs are Loghub's samples of 2,000 lines (J. Zhu et al., ISSRE 2023; `*_2k.log_structured.csv`), which are not here:
/// they are for research. Any CSV with the columns `Content` and `EventId` will do.
struct TemplateMeasurement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates", abstract: "Measure how well templates are found, on Loghub's labelled samples.")

  @Option(help: "A folder with *_2k.log_structured.csv, in it or in folders of its own.")
  var loghub: String

  @Option(help: "Of this log alone: the groups that are not as they were labelled.")
  var explain: String?

  @Option(help: "Of this log alone: all templates.")
  var list: String?

  func run() throws {
    let names = try files()
    guard !names.isEmpty else { throw BenchFault("no *_structured.csv in \(loghub)") }
    var sum = Score(), shapes = Score()
    print("log           messages  labelled  found    GA    FGA   GA by shape alone")
    for path in names {
      let name = URL(fileURLWithPath: path).lastPathComponent.split(separator: "_")[0]
      let messages = try LabelledLog(path: path)
      let found = messages.mined()
      let score = Score(found.numbers, messages.labels)
      let alone = Score(messages.shapes(), messages.labels)
      sum.add(score)
      shapes.add(alone)
      print(
        pad(String(name), -12) + pad("\(messages.labels.count)", 10) + pad("\(score.labelled)", 10)
          + pad("\(score.found)", 7) + pad(text(score.accuracy), 8) + pad(text(score.groups), 7)
          + pad(text(alone.accuracy), 8))
      if explain == String(name) { messages.explain(found) }
      if list == String(name) { for template in found.templates { print("  \(template.id)  \(template.text)") } }
    }
    let count = Double(names.count)
    print(
      pad("average", -39) + pad(text(sum.accuracy / count), 8) + pad(text(sum.groups / count), 7)
        + pad(text(shapes.accuracy / count), 8))
  }

  private func files() throws -> [String] {
    guard let all = FileManager.default.enumerator(atPath: loghub) else { return [] }
    return all.compactMap { $0 as? String }.filter { $0.hasSuffix("_structured.csv") }.map { loghub + "/" + $0 }
      .sorted { ($0 as NSString).lastPathComponent < ($1 as NSString).lastPathComponent }
  }

  private func text(_ share: Double) -> String { String(format: "%.3f", share) }

  private func pad(_ text: String, _ width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? text + blanks : blanks + text
  }
}

/// The measures of Z. Jiang et al., "A Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024.
struct Score {
  /// GA: the share of messages whose group is exactly their labelled one.
  var accuracy = 0.0
  /// FGA: the harmonic mean of the shares of found groups, and of labelled ones, that are exactly one of the other kind.
  var groups = 0.0
  var labelled = 0
  var found = 0

  init() {}

  init(_ found: [Int], _ labels: [String]) {
    var byNumber: [Int: [Int]] = [:]
    var byLabel: [String: [Int]] = [:]
    for index in labels.indices {
      byNumber[found[index], default: []].append(index)
      byLabel[labels[index], default: []].append(index)
    }
    var messages = 0
    var equal = 0
    for members in byNumber.values where byLabel[labels[members[0]]] == members {
      messages += members.count
      equal += 1
    }
    accuracy = Double(messages) / Double(max(labels.count, 1))
    groups = 2 * Double(equal) / Double(max(byNumber.count + byLabel.count, 1))
    labelled = byLabel.count
    self.found = byNumber.count
  }

  mutating func add(_ other: Score) {
    accuracy += other.accuracy
    groups += other.groups
  }
}

/// Messages with their labels.
struct LabelledLog {
  private(set) var messages: [ContiguousArray<UInt8>] = []
  private(set) var labels: [String] = []
  private let shape = MessageShape()

  init(path: String) throws {
    let rows = LabelledLog.rows(of: try Data(contentsOf: URL(fileURLWithPath: path)))
    let names = rows.first?.map { String(decoding: $0, as: UTF8.self) } ?? []
    guard let content = names.firstIndex(of: "Content"), let label = names.firstIndex(of: "EventId") else {
      throw BenchFault("\(path): no columns Content and EventId")
    }
    for row in rows.dropFirst() where row.count == names.count {
      messages.append(row[content])
      labels.append(String(decoding: row[label], as: UTF8.self))
    }
  }

  /// RFC 4180.
  private static func rows(of data: Data) -> [[ContiguousArray<UInt8>]] {
    var rows: [[ContiguousArray<UInt8>]] = []
    var row: [ContiguousArray<UInt8>] = []
    var cell: ContiguousArray<UInt8> = []
    var isQuoted = false
    var wasQuote = false
    for byte in data {
      if isQuoted && byte != UInt8(ascii: "\"") {
        cell.append(byte)
      } else if byte == UInt8(ascii: "\"") {
        // Of two quotes in a quoted cell one is meant.
        if !isQuoted && wasQuote { cell.append(byte) }
        wasQuote = isQuoted
        isQuoted.toggle()
        continue
      } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
        row.append(cell)
        cell = []
        if byte == UInt8(ascii: "\n") {
          rows.append(row)
          row = []
        }
      } else if byte != UInt8(ascii: "\r") {
        cell.append(byte)
      }
      wasQuote = false
    }
    if !row.isEmpty { rows.append(row + [cell]) }
    return rows
  }

  /// What is found: a number for each message, and the templates.
  func mined() -> (numbers: [Int], templates: [TemplateMiner.Template]) {
    var miner = TemplateMiner()
    let numbers = messages.map { message in
      miner.template(hash: shape.hash(message.span, from: 0, to: message.count), message: message.span)
    }
    let templates = miner.finish()
    return (numbers.map(miner.resolved), templates)
  }

  /// A number for each shape, as if there were nothing more than shapes.
  func shapes() -> [Int] {
    messages.map { Int(truncatingIfNeeded: shape.hash($0.span, from: 0, to: $0.count)) }
  }

  /// Prints labelled groups that were not found as such, the largest first.
  func explain(_ found: (numbers: [Int], templates: [TemplateMiner.Template])) {
    let text = Dictionary(uniqueKeysWithValues: found.templates.map { ($0.number, $0.text) })
    var sizes: [Int: Int] = [:]
    var members: [String: [Int: Int]] = [:]
    for (number, label) in zip(found.numbers, labels) {
      sizes[number, default: 0] += 1
      members[label, default: [:]][number, default: 0] += 1
    }
    let wrong = members.filter { $0.value.count > 1 || sizes[$0.value.first?.key ?? 0] != $0.value.first?.value }
    for (label, parts) in wrong.sorted(by: {
      (-$0.value.values.reduce(0, +), $0.key) < (-$1.value.values.reduce(0, +), $1.key)
    }) {
      print("  \(label), \(parts.values.reduce(0, +)) messages")
      for (number, count) in parts.sorted(by: { (-$0.value, $0.key) < (-$1.value, $1.key) }).prefix(6) {
        print("    \(count) of \(sizes[number] ?? 0): \(text[number] ?? "(other)")")
      }
    }
  }
}
