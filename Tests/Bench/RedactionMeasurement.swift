internal import ArgumentParser
internal import Foundation
internal import RulePack

/// Times redaction: what a document costs for each megabyte of text from the log.
struct RedactionMeasurement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redaction", abstract: "Time redaction of the lines of a file.", shouldDisplay: false)

  @Argument(help: "A text file; each line is a text of its own.")
  var file: String

  @Option(help: "How many times; the fastest counts.")
  var runs = 3

  @Flag(help: "Print what came out instead.")
  var show = false

  @Flag(help: "The file is one text.")
  var whole = false

  func run() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    let texts = whole ? [bytes] : bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    let rules = RedactionRules()
    if show {
      let redactor = Redactor(rules)
      for text in texts { print(String(decoding: redactor.redacted(text), as: UTF8.self)) }
      return
    }
    let clock = ContinuousClock()
    var best = Duration.seconds(1_000)
    for _ in 0..<max(runs, 1) {
      let redactor = Redactor(rules)
      best = min(best, clock.measure { for text in texts { _ = redactor.redacted(text) } })
    }
    let seconds = best / .seconds(1)
    print(
      "\(bytes.count) bytes, \(texts.count) texts: \(Int(seconds * 1_000)) ms, \(Int(seconds * 1e9 / Double(bytes.count))) ns a byte"
    )
  }
}
