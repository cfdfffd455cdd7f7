import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// Messages that a release logs anew.
struct ServiceMessagesTests {
  private static let second: Int64 = 1_000_000_000

  private func add(
    _ text: String, at time: Int64, level: Level = .info, id: String? = nil, to messages: inout ServiceMessages
  ) {
    let bytes = Array(text.utf8)
    let hash = ByteSearch.hash(bytes.span, from: 0, to: bytes.count)
    messages.add(hash: hash, bytes.span, time: time * Self.second, level: level) { id }
  }

  /// Ten of letters: words that are no values.
  private func word(_ number: Int) -> String {
    var rest = number
    var word = ""
    for _ in 0..<10 {
      word.append(Character(UnicodeScalar(UInt8(97 + rest % 26))))
      rest = rest / 26 + number
    }
    return word
  }

  @Test func whatCameAfterTheReleaseIsNew() {
    var messages = ServiceMessages()
    for time in 1...20 { add("booking \(time) created", at: Int64(time), to: &messages) }
    add("pool exhausted after 30 ms", at: 21, level: .error, to: &messages)
    for time in 22...25 {
      add("pool exhausted after \(time) ms", at: Int64(time), level: .error, id: "r\(time)", to: &messages)
    }
    for time in 22...31 { add("flag seats is on for \(time)", at: Int64(time), to: &messages) }
    add("booking 77 created", at: 40, to: &messages)
    let new = messages.new(since: 21 * Self.second)
    #expect(new.map(\.text) == ["pool exhausted after <*>", "flag seats is on for <*>"])
    #expect(new.map(\.count) == [5, 10] && new[0].trace == "r22" && new[0].level == .error)
    #expect(messages.new(since: 0).count == 3 && messages.new(since: 41 * Self.second).isEmpty)
  }

  @Test func stateComesBackAndGoesOnAlike() throws {
    var random = SplitMix64(seed: 5)
    let texts = (0..<3_000).map { _ in "\(word(random.below(60))) \(word(random.below(30))) took \(random.below(90)) ms"
    }
    var whole = ServiceMessages()
    for (time, text) in texts.enumerated() { add(text, at: Int64(time), to: &whole) }
    var parts = ServiceMessages()
    for (time, text) in texts.enumerated() {
      add(text, at: Int64(time), to: &parts)
      guard time % 700 == 0 else { continue }
      let bytes = try StateCoder.saved { (coder) throws(StateError) in try parts.code(&coder) }
      parts = ServiceMessages()
      try StateCoder.load(bytes.bytes) { (coder) throws(StateError) in try parts.code(&coder) }
    }
    for since in [0, 500, 2_900] {
      #expect(parts.new(since: Int64(since) * Self.second) == whole.new(since: Int64(since) * Self.second))
    }
    #expect(whole.new(since: 0).count > 5)
  }

  @Test func theOldestAreForgottenAndItIsSaid() {
    var messages = ServiceMessages()
    for number in 0..<5_000 {
      // The marks make an outline of its own, so that none becomes one with another.
      let marks = (0..<13).map { number >> $0 & 1 == 1 ? "[\(word($0))]" : word($0 + 50) }.joined(separator: " ")
      add(marks, at: Int64(number), to: &messages)
      // Seen all the time, so it is never new.
      if number % 10 == 0 { add("the heart beats", at: Int64(number), to: &messages) }
    }
    #expect(messages.forgotten > 1_000 && messages.forgottenUntil < 5_000 * Self.second)
    let new = messages.new(since: 4_000 * Self.second)
    #expect(!new.contains { $0.text == "the heart beats" })
    #expect(messages.new(since: 0).contains { $0.text == "the heart beats" && $0.count == 500 })
  }
}
