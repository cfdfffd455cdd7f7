import Pipeline
import RulePack
import TestKit
import Testing

/// The rules that come with skein: what is built in is what stands in rules/, and every sample does as it says.
struct RepositoryRulesTests {
  private static var packs: String { Fixtures.path("../rules/packs") }

  @Test func builtInIsWhatStandsInTheRepository() throws {
    #expect(!EmbeddedPacks.all.isEmpty)
    #expect(EmbeddedPacks.all.map(\.name) == EmbeddedPacks.all.map(\.name).sorted())
    for (name, text) in EmbeddedPacks.all {
      let file = try readFile("\(Self.packs)/\(name).yml")
      #expect(
        text + "\n" == String(decoding: file, as: UTF8.self), "\(name).yml is not what is built in: run ./dev packs")
    }
    let loaded = try RuleLoader.load(paths: [Self.packs], builtin: [])
    #expect(loaded.packs == EmbeddedPacks.all.map(\.name), "a pack is not built in: run ./dev packs")
    #expect(loaded.rules.map(\.id) == (try RuleLoader.load(paths: [], builtin: nil).rules.map(\.id)))
  }

  @Test func everySample() throws {
    let set = try RuleLoader.load(paths: [], builtin: nil, raisesAll: true)
    #expect(set.rules.count >= 60)
    let check = SampleCheck(set)
    for rule in set.rules {
      #expect(try check.failures(of: rule).map(\.problem.description) == [])
    }
  }

  /// The whole folder is what people give, suppressions and all.
  @Test func theFolder() throws {
    let rules = Fixtures.path("../rules")
    let suppressions = rules + "/suppressions.yml"
    let set = try RuleLoader.load(paths: [rules], builtin: [], suppressions: [suppressions])
    #expect(set.packs == EmbeddedPacks.all.map(\.name))
    #expect(!set.suppressions.isEmpty)
    #expect(throws: RuleLoader.Failure.self) { try RuleLoader.load(paths: [suppressions], builtin: []) }
  }
}
