import TestKit
import Testing
import TraceCore

@testable import Analysis

/// What is found only by comparing messages, and the limits of that.
struct TemplateMinerTests {
  private let shape = MessageShape()

  private func mine(_ messages: [String]) -> (counts: [String: Int], miner: TemplateMiner) {
    var miner = TemplateMiner()
    let numbers = messages.map { number(of: Array($0.utf8), &miner) }
    let texts = Dictionary(uniqueKeysWithValues: miner.finish().map { ($0.number, $0.text) })
    var counts: [String: Int] = [:]
    for number in numbers { counts[texts[miner.resolved(number)] ?? "(other)", default: 0] += 1 }
    return (counts, miner)
  }

  private func number(of message: [UInt8], _ miner: inout TemplateMiner) -> Int {
    miner.template(hash: shape.hash(message.span, from: 0, to: message.count), message: message.span)
  }

  private static let names = ["ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal", "ida", "jon"]

  @Test func fiveNamesMakeAValue() {
    let four = Self.names.prefix(4).map { "no such user \($0) here" }
    #expect(mine(four).counts.count == 4)
    let many = Self.names.map { "no such user \($0) here" }
    #expect(mine(many).counts == ["no such user <*> here": 10])
    // A value that is seen as one, and two names.
    #expect(mine(["login of 17 now", "login of ann now", "login of bob now"]).counts == ["login of <*> now": 3])
  }

  /// In front a message says what it is about: that takes ten.
  @Test func theFirstWordTakesMore() {
    #expect(mine(Self.names.prefix(9).map { "\($0): queue is long" }).counts.count == 9)
    #expect(mine(Self.names.map { "\($0): queue is long" }).counts == ["<*>: queue is long": 10])
  }

  @Test(arguments: [
    ["started", "paused", "resumed", "stopped", "finished", "failed", "closing", "opening"],
    ["hit", "miss", "open", "close", "up", "down", "on", "off"],
    ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"],
    ["debug", "info", "notice", "warning", "error", "critical", "fatal"],
  ])
  func wordsOfEventsStay(words: [String]) {
    #expect(mine(words.map { "the job of today \($0) as planned" }).counts.count == words.count)
    #expect(mine(words.map { "the job of today '\($0)'" }).counts.count == words.count)
  }

  /// A name among the words of events is a value still, and what says an event is no value after that.
  @Test func eventsAmongNames() {
    let messages = Self.names.map { "the job of \($0) ok" } + ["the job of started ok"]
    #expect(mine(messages).counts == ["the job of <*> ok": 10, "the job of started ok": 1])
  }

  @Test func namesOfPairsStay() {
    #expect(mine(Self.names.map { "set \($0)=1" }).counts.count == 10)
  }

  @Test func twoPlacesTakeManyMore() {
    let pairs = (0..<16).map { "move of \(Self.letters($0)) to \(Self.letters($0 + 100)) for the queue there" }
    #expect(mine(Array(pairs.prefix(14))).counts.count == 14)
    #expect(mine(pairs).counts == ["move of <*> to <*> for the queue there": 16])
  }

  /// A word of letters for a number.
  private static func letters(_ number: Int) -> String {
    var number = number
    var word = ""
    for _ in 0..<4 {
      word.append(Character(UnicodeScalar(UInt8(0x61 + number % 10))))
      number /= 10
    }
    return word + "x"
  }

  @Test func numbersStayValid() {
    var miner = TemplateMiner()
    let first = number(of: Array("no such user ann here".utf8), &miner)
    let rest = Self.names.dropFirst().map { number(of: Array("no such user \($0) here".utf8), &miner) }
    #expect(Set(rest).count > 1)
    _ = miner.finish()
    #expect(Set(rest.map(miner.resolved)) == [first] && miner.resolved(first) == first)
  }

  /// The text decides, not what came before it.
  @Test func idsAreStable() {
    #expect(TemplateMiner.id(of: "cache hit key=<*>") == "cdb3190d")
    let a = mine(["x 1 came", "job started"]).miner
    let b = mine(["job started", "nothing else", "x 2 came"]).miner
    var (one, other) = (a, b)
    let ids = Dictionary(uniqueKeysWithValues: other.finish().map { ($0.text, $0.id) })
    let found = one.finish()
    #expect(found.count == 2 && found.allSatisfy { ids[$0.text] == $0.id })
  }

  /// Shapes without end: numbers, texts and comparisons are bounded, and the rest is counted.
  @Test func aStormOfShapes() {
    var miner = TemplateMiner()
    var others = 0
    for index in 0..<40_000 {
      // A mark more for every thousand, so that not all lie beside one another.
      let message = "failed " + String(repeating: "; ", count: index / 1_000) + Self.letters(index) + "ed"
      if number(of: Array(message.utf8), &miner) == TemplateMiner.other { others += 1 }
    }
    #expect(others > 0 && miner.numbers <= TemplateMiner.mostTemplates)
    // Every shape is new.
    #expect(others + miner.numbers - 2 == 40_000)
    #expect(miner.finish().count <= TemplateMiner.mostTemplates)
    // What is known is found as before.
    let known = Array(("failed " + Self.letters(0) + "ed").utf8)
    #expect(number(of: known, &miner) == 2)
  }

  /// What the cache forgets is found again: the numbers are those of a miner that remembers every shape.
  @Test func theCacheChangesNothing() {
    var random = SplitMix64(seed: 7)
    var miner = TemplateMiner()
    var remembered: [UInt64: Int] = [:]
    for _ in 0..<60_000 {
      let message = Array("user \(Self.letters(random.below(9_000))) asked for \(random.below(100))".utf8)
      let found = number(of: message, &miner)
      let key = shape.hash(message.span, from: 0, to: message.count)
      #expect(miner.resolved(remembered[key, default: found]) == miner.resolved(found))
      remembered[key] = found
    }
    #expect(miner.finish().map(\.text) == ["user <*> asked for <*>"])
  }

  @Test func hostileMessages() {
    let (counts, _) = mine([
      "", String(repeating: "x", count: 1 << 20), String(repeating: "w ", count: 10_000), "\0\0 \u{FFFD}",
    ])
    #expect(counts.count == 4 && counts["(other)"] == nil)
    #expect(counts[""] == 1 && counts["<*> …"] == 1)
    var miner = TemplateMiner()
    _ = number(of: [0xFF, 0xFE, 0x20, 0xC3], &miner)
    #expect(miner.finish().map(\.text) == ["\u{FFFD}\u{FFFD} \u{FFFD}"])
  }
}
