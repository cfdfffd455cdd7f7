import TestKit
import Testing

@testable import TraceCore

/// The coder by itself: what was saved is loaded, the same value gives the same bytes, and damage is an error.
struct StateCoderTests {
  /// One value of every form.
  private struct Everything: StateCodable, Equatable {
    var words: ContiguousArray<UInt64> = []
    var numbers: [Int64] = []
    var small: ContiguousArray<Int32> = []
    var time: Int64 = 0
    var count: Int64 = 0
    var byte: UInt8 = 0
    var half: UInt16 = 0
    var word: UInt32 = 0
    var long: UInt64 = 0
    var flag = false
    var real = 0.0
    var text = ""
    var name: String?
    var number: Int64?
    var level = Level.none
    var kind = LedgerNote.Kind.skipped
    var byNumber: [Int: String] = [:]
    var set: Set<String> = []

    mutating func code(_ coder: inout StateCoder) throws(StateError) {
      try coder.section("everything")
      try coder.code(words: &words)
      try coder.code(&numbers, empty: 0) { number, coder throws(StateError) in try coder.code(&number) }
      try coder.code(&small)
      try coder.code(time: &time)
      try coder.code(count: &count)
      try coder.code(&byte)
      try coder.code(&half)
      try coder.code(&word)
      try coder.code(&long)
      try coder.code(&flag)
      try coder.code(&real)
      try coder.code(&text)
      try coder.code(&name)
      try coder.code(&number)
      try coder.code(choice: &level)
      try coder.code(choice: &kind)
      try coder.code(&byNumber, empty: "") { text, coder throws(StateError) in try coder.code(&text) }
      try coder.code(&set, empty: "") { text, coder throws(StateError) in try coder.code(&text) }
    }

    init() {}

    init(random: inout SplitMix64) {
      func wide(_ random: inout SplitMix64) -> Int64 {
        let edges = [Int64.min, Int64.max, 0, -1, 63, 64, -64, -65]
        return random.below(4) == 0 ? edges[random.below(8)] : Int64(bitPattern: random.next() >> random.next() % 64)
      }
      func string(_ random: inout SplitMix64) -> String {
        String((0..<random.below(9)).map { _ in ["a", "é", "\0", "🪢", "\n"][random.below(5)] as Character })
      }
      for _ in 0..<random.below(20) {
        words.append(random.next())
        numbers.append(wide(&random))
        small.append(Int32(truncatingIfNeeded: wide(&random)))
        byNumber[Int(wide(&random))] = string(&random)
        set.insert(string(&random))
      }
      time = wide(&random)
      count = Int64((random.next() >> 4) >> (random.next() % 60))
      (byte, half, word) = (UInt8(random.below(256)), UInt16(random.below(65_536)), UInt32(random.next() >> 32))
      long = random.next() >> (random.next() % 64)
      flag = random.below(2) == 0
      real = [0, -0.5, .infinity, Double(wide(&random))][random.below(4)]
      text = string(&random)
      name = random.below(2) == 0 ? nil : string(&random)
      number = random.below(2) == 0 ? nil : wide(&random)
      level = Level.allCases[random.below(Level.allCases.count)]
      kind = [.truncated, .trailingGarbage, .changed][random.below(3)]
    }
  }

  @Test func everyForm() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<500 {
      var value = Everything(random: &random)
      let before = value
      let state = try StateRoundTrip.saved(&value)
      #expect(value == before)
      var loaded = Everything()
      try StateRoundTrip.load(&loaded, state)
      #expect(loaded == value)
      #expect(try StateRoundTrip.saved(&loaded) == state)
      for length in 0..<state.count {
        #expect(throws: StateError.self) { try StateRoundTrip.load(&loaded, Array(state[..<length])) }
      }
    }
  }

  @Test func damage() throws {
    var random = SplitMix64(seed: 2)
    var refused = 0
    for _ in 0..<2_000 {
      var value = Everything(random: &random)
      var state = try StateRoundTrip.saved(&value)
      state[random.below(state.count)] ^= 1 << UInt8(random.below(8))
      do throws(StateError) { try StateRoundTrip.load(&value, state) } catch { refused += 1 }
    }
    #expect(refused > 500)
  }

  @Test func lengthsAreChecked() {
    func refusal(_ bytes: [UInt8], _ body: (inout StateCoder) throws(StateError) -> Void) -> StateError? {
      do throws(StateError) {
        try StateCoder.load(bytes.span, body)
        return nil
      } catch {
        return error
      }
    }
    let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    var text = ""
    var words: ContiguousArray<UInt64> = []
    var number: UInt64 = 0
    var flag = false
    #expect(refusal(huge) { coder throws(StateError) in try coder.code(&text) } == .ended)
    #expect(refusal(huge) { coder throws(StateError) in try coder.code(words: &words) } == .ended)
    #expect(refusal([2, 0, 0]) { coder throws(StateError) in try coder.code(words: &words) } == .ended)
    #expect(refusal(huge) { coder throws(StateError) in try coder.code(&number) } == nil && number == .max)
    #expect(
      refusal(huge.dropLast() + [0x02]) { coder throws(StateError) in try coder.code(&number) } == .invalid("number"))
    #expect(
      refusal(huge.dropLast() + [0x81, 0]) { coder throws(StateError) in try coder.code(&number) } == .invalid("number")
    )
    #expect(refusal([2]) { coder throws(StateError) in try coder.code(&flag) } == .invalid("choice"))
    #expect(refusal([2, 0xC3, 0x28]) { coder throws(StateError) in try coder.code(&text) } == .invalid("text"))
    #expect(refusal([0, 0]) { coder throws(StateError) in try coder.code(&flag) } == .invalid("end"))
    #expect(refusal([8]) { coder throws(StateError) in try coder.check(3, "--top") } == .mismatch("--top"))
  }

  /// The check value of the catalogue of CRCs, and that each bit matters.
  @Test func checksum() {
    #expect(CRC64.checksum(of: Array("123456789".utf8).span) == 0x995D_C9BB_DF19_39FA)
    var bytes = (0..<100).map { UInt8($0) }
    let sum = CRC64.checksum(of: bytes.span)
    for bit in 0..<800 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(CRC64.checksum(of: bytes.span) != sum)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }
}

/// A value through the coder and back.
enum StateRoundTrip {
  static func saved(_ value: inout some StateCodable & ~Copyable) throws(StateError) -> [UInt8] {
    // A closure cannot take hold of an inout value that is not copyable.
    var coder = StateCoder()
    try coder.code(&value)
    return coder.written
  }

  static func load(_ value: inout some StateCodable & ~Copyable, _ state: [UInt8]) throws(StateError) {
    var coder = StateCoder(loading: state.span)
    try coder.code(&value)
    guard coder.remaining == 0 else { throw .invalid("end") }
  }
}
