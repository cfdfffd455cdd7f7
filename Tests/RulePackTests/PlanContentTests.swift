import Patterns
@testable import Platform
import TestKit
import Testing
import TraceCore

@testable import RulePack

/// What the cache keeps of a plan, and what becomes of a plan when something else is kept.
struct PlanContentTests {
  private let content = PlanContent(
    methods: [
      .expression("ab[c-d]"), .always,
      .literals([RequiredLiteral("timed out", isCaseless: true), RequiredLiteral([0xFF, 0x0A])]), .expression("é\\xFF"),
    ],
    database: [1, 2, 3, 4, 5])

  @Test func comesBackWhole() throws {
    #expect(PlanContent(content.bytes[...], ruleCount: 4) == content)
    let plain = PlanContent(methods: [.always, .literals([RequiredLiteral("ab")])])
    #expect(PlanContent(([7, 7] + plain.bytes)[2...], ruleCount: 2) == plain)
    #expect(PlanContent(PlanContent(methods: []).bytes[...], ruleCount: 0) == PlanContent(methods: []))
  }

  /// Any part of it, and more than all of it, is nothing.
  @Test func damageIsSeen() {
    let whole = content.bytes
    for count in whole.indices { #expect(PlanContent(whole[..<count], ruleCount: 4) == nil) }
    #expect(PlanContent((whole + [0])[...], ruleCount: 4) == nil)
    for count in [0, 3, 5, 1 << 30] { #expect(PlanContent(whole[...], ruleCount: count) == nil) }
  }

  /// Methods that no plan has: what they would be given to relies on that.
  @Test func impossibleMethodsAreSeen() {
    func isTaken(_ method: PrefilterMethod, database: ArraySlice<UInt8> = []) -> Bool {
      PlanContent(PlanContent(methods: [method], database: database).bytes[...], ruleCount: 1) != nil
    }
    #expect(
      isTaken(.always) && isTaken(.literals([RequiredLiteral("ab")])) && isTaken(.expression("ab"), database: [1]))
    #expect(!isTaken(.literals([])))
    #expect(!isTaken(.literals([RequiredLiteral("ab"), RequiredLiteral("a")])))
    #expect(!isTaken(.expression("ab")))
    #expect(!isTaken(.always, database: [1]))
    // One rule, and a tag or a truth that there is none of; or a length beyond the end.
    for bytes: [UInt8] in [
      [1, 0, 0, 0, 3, 0, 0, 0, 0], [1, 0, 0, 0, 2, 1, 0, 0, 0, 2, 2, 0, 0, 0, 97, 98, 0, 0, 0, 0],
      [1, 0, 0, 0, 1, 255, 255, 255, 255, 97, 98, 0, 0, 0, 0], [1, 0, 0, 0, 2, 255, 255, 255, 255, 0, 0, 0, 0],
    ] { #expect(PlanContent(bytes[...], ruleCount: 1) == nil) }
  }

  /// All that a plan is made from is in the key; what candidates are called is not.
  @Test func keysDiffer() {
    func key(_ rules: PrefilterRule..., platform: String = "5.4.9 f") -> [UInt8] {
      PlanContent.key(rules, platform: platform)
    }
    let first = PrefilterRule(index: 0, pattern: "ab", keywords: ["c", "d"])
    let second = PrefilterRule(index: 1, pattern: "cd")
    let keys = [
      key(), key(first), key(second), key(first, second), key(second, first), key(first, second, platform: "5.4.9 e"),
      key(first, first), key(PrefilterRule(index: 0, pattern: "ab", options: .caseless, keywords: ["c", "d"])),
      key(PrefilterRule(index: 0, pattern: "ab", keywords: ["cd"])),
      key(PrefilterRule(index: 0, pattern: "ab", keywords: ["d", "c"])),
      key(PrefilterRule(index: 0, pattern: "ab", keywords: ["c", "d"], acrossLines: true)),
      key(PrefilterRule(index: 0, pattern: nil, keywords: ["ab", "c", "d"])),
      key(PrefilterRule(index: 0, pattern: nil)), key(PrefilterRule(index: 0, pattern: "")),
      key(PrefilterRule(index: 0, pattern: "abc", keywords: ["d"])),
    ]
    #expect(Set(keys).count == keys.count)
    var renamed = first
    renamed.index = 9
    #expect(key(renamed) == key(first))
  }

  // MARK: Plans

  private static let patterns = ["QueuePool limit \\d+", "(?i)timed out", "\\d", "deadlock|out of memory"]
  private static let text = Array("QueuePool limit 5\nnothing\nTimed OUT, out of memory\n".utf8)

  private func rules(from first: UInt32 = 0) -> [PrefilterRule] {
    Self.patterns.enumerated().map { PrefilterRule(index: UInt32($0) + first, pattern: $1) }
  }

  private func found(_ plan: PrefilterPlan) -> [UInt32] {
    var candidates: ContiguousArray<RuleCandidate> = []
    plan.makePrefilter().scan(Self.text.span, into: &candidates)
    return candidates.map(\.rule)
  }

  /// The one file of a folder: its key, and what is kept under it.
  private func kept(in folder: TemporaryFolder) throws -> (key: [UInt8], content: [UInt8]) {
    let names = try Syscalls.names(in: Syscalls.openOwnFolder(folder.path("skein"))).filter { $0.count > 2 }
    #expect(names.count == 1)
    let file = try WholeFile.read(folder.path("skein/" + names[0]), limit: 1 << 20)
    let keyCount = Int(file[8]) | Int(file[9]) << 8
    return (Array(file[40..<(40 + keyCount)]), Array(file[(40 + keyCount)...]))
  }

  @Test(arguments: [PrefilterPlan.Mode.automatic, .literals])
  func plansAreKept(mode: PrefilterPlan.Mode) throws {
    let folder = try TemporaryFolder()
    let cache = PrefilterCache(folder: folder.path("skein"))
    let made = PrefilterPlan(rules: rules(), mode: mode)
    for first: UInt32 in [0, 0, 7] {
      let plan = PrefilterPlan(rules: rules(from: first), mode: mode, cache: cache)
      #expect(plan.methods == made.methods && plan.description == made.description && plan.note == nil)
      #expect(plan.alwaysRules == [2 + Int(first)])
      #expect(found(plan) == [first, first + 1, first + 3])
      #expect(try PlanContent(kept(in: folder).content[...], ruleCount: 4)?.methods == made.methods)
    }
  }

  /// What is kept is what is done: the rules are not looked at again.
  @Test func keptMethodsCount() throws {
    let folder = try TemporaryFolder()
    let cache = PrefilterCache(folder: folder.path("skein"))
    _ = PrefilterPlan(rules: rules(), cache: cache)
    let methods: [PrefilterMethod] = [.always, .literals([RequiredLiteral("nothing")]), .always, .always]
    #expect(try cache.store(PlanContent(methods: methods).bytes, kept(in: folder).key) == nil)
    let plan = PrefilterPlan(rules: rules(), cache: cache)
    #expect(plan.methods == methods && plan.alwaysRules == [0, 2, 3] && found(plan) == [1])
  }

  /// Under the right key, whole by its checksums, and yet not a plan for these rules: it is made anew and kept.
  @Test func nonsenseIsMadeAnew() throws {
    let folder = try TemporaryFolder()
    let cache = PrefilterCache(folder: folder.path("skein"))
    let made = PrefilterPlan(rules: rules(), cache: cache)
    let (key, right) = try kept(in: folder)
    let expression = PrefilterMethod.expression("ab")
    for wrong: [UInt8] in [
      [], [1, 2, 3], PlanContent(methods: [.always, .always, .always]).bytes, Array(right.dropLast()), right + [0],
      // No database at all.
      PlanContent(methods: [expression, expression, .always, .always], database: [1, 2, 3]).bytes,
    ] {
      #expect(cache.store(wrong, key) == nil)
      let plan = PrefilterPlan(rules: rules(), cache: cache)
      #expect(plan.methods == made.methods && plan.alwaysRules == [2] && found(plan) == [0, 1, 3])
      #expect(try kept(in: folder).content == right)
    }
  }

  /// Rules of which one differs take nothing from each other.
  @Test func otherRulesOtherFiles() throws {
    let folder = try TemporaryFolder()
    let cache = PrefilterCache(folder: folder.path("skein"))
    _ = PrefilterPlan(rules: rules(), cache: cache)
    var others = rules()
    others[0].pattern = "nothing"
    others.swapAt(1, 3)
    let plan = PrefilterPlan(rules: others, cache: cache)
    #expect(found(plan) == [0, 1, 3])
    #expect(plan.methods != PrefilterPlan(rules: rules(), cache: cache).methods)
    #expect(try Syscalls.names(in: Syscalls.openOwnFolder(folder.path("skein"))).count == 4)
  }
}
