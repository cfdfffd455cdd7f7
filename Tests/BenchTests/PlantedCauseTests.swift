import Analysis
import Testing

@testable import SkeinBench

/// What is planted is found, in logs shorter than those of docs/causes.md, with fixed seeds; and where nothing is, no fact.
struct PlantedCauseTests {
  @Test(arguments: PlantedLog.Cause.allCases)
  func whatIsPlantedComesFirst(cause: PlantedLog.Cause) throws {
    let log = PlantedLog(cause, seed: 41, rate: 12, minutes: 8)
    let found = CauseSearch(log.sample, suspects: [.init(name: "version", value: "v2")]).find()
    guard cause != .deploy else {
      #expect(try #require(found.general) > 0.9, "all fail alike: \(found.causes)")
      return
    }
    let first = try #require(found.causes.first { !$0.isChronic })
    #expect(Set(first.facts.map { "\($0.name)=\($0.value)" }) == Set(log.facts.map { "\($0.name)=\($0.value)" }))
    #expect(try #require(found.general) < 0.5)
  }

  /// The host explains the release; nothing explains the host.
  @Test func aHostExplainsItsRelease() throws {
    let log = PlantedLog(.hostOfRelease, seed: 43, rate: 12, minutes: 8)
    let first = try #require(CauseSearch(log.sample).find().causes.first)
    #expect(first.facts.map(\.name) == ["host"])
    #expect(first.explains.contains { $0.name == "version" && $0.value == "v2" })
  }

  @Test(arguments: PlantedLog.Null.allCases)
  func nothingIsNamedWhereAllFailAlike(null: PlantedLog.Null) {
    let answers = (0..<4).map { NullCauses(PlantedLog(nil, null: null, seed: 70 + UInt64($0), rate: 12, minutes: 5)) }
    // Of four at 5 % two or more are chance once in 70.
    #expect(answers.count { $0.names || $0.shows } <= 1)
  }

  /// The same seed, the same log.
  @Test func aSeedIsALog() {
    let (a, b) = (PlantedLog(.pool, seed: 9, rate: 10, minutes: 1), PlantedLog(.pool, seed: 9, rate: 10, minutes: 1))
    #expect(a.requests == b.requests && a.requests > 400)
    #expect(a.rows.map(\.isFailed) == b.rows.map(\.isFailed))
  }
}
