import Config
import Patterns
import TestKit
import Testing

@testable import RulePack
@testable import TraceCore

/// Sigma documents as tests give them, and what the rules made of them find.
enum SigmaSample {
  static func rules(_ text: String) throws -> [Rule] { try PackReader.read(Array(text.utf8), path: "sigma.yml").rules }

  /// What is wrong, as people read it.
  static func problems(_ text: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try PackReader.read(Array(text.utf8), path: "sigma.yml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  /// A rule of a category with this detection, whose lines are indented by two blanks.
  static func document(_ detection: String, category: String = "webserver") -> String {
    "title: A rule\nlogsource:\n  category: \(category)\ndetection:\n\(detection)\n"
  }

  static func condition(_ detection: String, category: String = "webserver") throws -> LineCondition {
    let rules = try SigmaSample.rules(document(detection, category: category))
    guard case .line(let condition) = try #require(rules.first).condition else {
      Issue.record("no rule about lines")
      throw SigmaSampleError()
    }
    return condition
  }

  static func source(_ detection: String) throws -> String? { try condition(detection).expression?.source }

  /// The numbers (from 1) of the lines of a log that the rule hits, in one parse as a run has it.
  static func hits(_ condition: LineCondition, _ log: [String], layout: String = "json") throws -> [Int] {
    let rules = LineRules([condition.rule], unfiltered: condition.rule.isDense ? [] : [0], makePrefilter: nil)
    let catalog = FieldCatalog(wanted: rules.denseFieldNames)
    let layouts = try LayoutDetector(catalog: catalog, zone: .utc).named(layout).layouts
    var parser = BlockParser(
      plan: ParsePlan(catalog: catalog, rules: rules), layouts: layouts, zone: .utc, referenceTime: 0)
    let block = Block(capacity: 64)
    block.append(copying: Array((log.joined(separator: "\n") + "\n").utf8).span)
    var batch = RecordBatch()
    parser.run(block, into: &batch)
    #expect(batch.ruleHits.hits.allSatisfy { $0.kind == .match })
    return batch.ruleHits.hits.map { Int($0.line) + 1 }
  }

  static func hits(_ detection: String, _ log: [String], layout: String = "json") throws -> [Int] {
    try hits(condition(detection), log, layout: layout)
  }
}

struct SigmaSampleError: Error {}
