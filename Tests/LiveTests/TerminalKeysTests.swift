import Report
import TestKit
import Testing

@testable import Application

/// Bytes of a terminal as keys.
struct TerminalKeysTests {
  private func keys(_ text: String) -> [Key] {
    var keys = TerminalKeys()
    let found = keys.take(Array(text.utf8), at: 0)
    return found + keys.take([], at: TerminalKeys.patience)
  }

  static let known: [(String, Key)] = [
    ("a", .character("a")), ("é", .character("é")), ("漢", .character("漢")), ("😀", .character("😀")), ("\r", .enter),
    ("\n", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{3}", .control("c")),
    ("\u{1A}", .control("z")), ("\u{1C}", .control("\\")), ("\u{C}", .control("l")), ("\u{1B}", .escape),
    ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[C", .right), ("\u{1B}OD", .left), ("\u{1B}[H", .home),
    ("\u{1B}[F", .end), ("\u{1B}[1~", .home), ("\u{1B}[4~", .end), ("\u{1B}[3~", .delete), ("\u{1B}[5~", .pageUp),
    ("\u{1B}[6~", .pageDown), ("\u{1B}[Z", .backTab), ("\u{1B}[1;5A", .up), ("\u{1B}[6;2~", .pageDown),
    ("\u{1B}OM", .enter),
  ]

  @Test(arguments: known)
  func each(text: String, key: Key) { #expect(keys(text) == [key]) }

  /// In pieces of a byte each, as a slow line brings them.
  @Test func inPieces() {
    for (text, key) in TerminalKeysTests.known where text != "\u{1B}" {
      var keys = TerminalKeys()
      var found: [Key] = []
      for (i, byte) in text.utf8.enumerated() { found += keys.take([byte], at: Int64(i) * TerminalKeys.patience / 2) }
      #expect(found == [key], "\(text.debugDescription)")
      #expect(keys.due == nil)
    }
  }

  @Test func escapeWaitsForWhatMayFollow() {
    var keys = TerminalKeys()
    #expect(keys.take([0x1B], at: 100) == [])
    #expect(keys.due == 100 + TerminalKeys.patience)
    #expect(keys.take([], at: 100 + TerminalKeys.patience - 1) == [])
    #expect(keys.take([], at: 100 + TerminalKeys.patience) == [.escape])
    #expect(keys.due == nil)
    // Twice is twice; and a sequence later is one.
    #expect(self.keys("\u{1B}\u{1B}") == [.escape, .escape])
    #expect(self.keys("\u{1B}\u{1B}[A") == [.escape, .up])
  }

  /// What is no key is passed over whole: no letter of it is typed.
  @Test(arguments: [
    "\u{1B}[M !!", "\u{1B}[<0;12;5M", "\u{1B}[200~", "\u{1B}]0;title q\u{7}", "\u{1B}]11;rgb:ff/ff\u{1B}\\",
    "\u{1B}P1$r0m\u{1B}\\",
    "\u{1B}[?62;c", "\u{1B}q", "\u{1B}[[A", "\u{1B}[15~", "\u{0}",
  ])
  func noKey(text: String) { #expect(keys(text + "x") == [.character("x")]) }

  @Test func invalidBytesAreNoKeys() {
    var keys = TerminalKeys()
    #expect(keys.take([0xFF, 0x80, 0xC3, 0x61, 0xE2, 0x82], at: 0) == [.character("a")])
    #expect(keys.take([], at: TerminalKeys.patience) == [])
    #expect(keys.due == nil)
    #expect(keys.take(Array("\u{1B}]".utf8) + [UInt8](repeating: 0x71, count: 100), at: 0).count <= 1)
    #expect(keys.take([0x62], at: 0) == [.character("b")])
  }

  /// Nothing stays behind and nothing traps, whatever comes.
  @Test func anyBytes() {
    var random = SplitMix64(seed: 3)
    let likely: [UInt8] = [0x1B, 0x5B, 0x4F, 0x5D, 0x3B, 0x7E, 0x4D, 0xE2, 0x82, 0xAC, 0x61]
    for _ in 0..<2_000 {
      var keys = TerminalKeys()
      var now: Int64 = 0
      for _ in 0..<random.below(8) {
        let bytes = (0..<random.below(12)).map { _ in
          random.below(2) == 0 ? likely[random.below(likely.count)] : UInt8(random.below(256))
        }
        _ = keys.take(bytes, at: now)
        now += Int64(random.below(60_000_000))
      }
      for _ in 0..<70 { _ = keys.take([], at: now + TerminalKeys.patience) }
      #expect(keys.due == nil)
    }
  }
}
