import Report
import TestKit
import Testing

struct EscapeTests {
  @Test func filesHoldNoControlsButLineEndsAndTabs() {
    #expect(Escape.file("a\u{1B}[31m\u{0}b\u{9B}c\u{7F}") == "a\\x1b[31m\\x00b\\u{9b}c\\x7f")
    #expect(Escape.file("a\tb\r\nc\u{202E}é") == "a\tb\r\nc\u{202E}é")
  }

  @Test func terminalMakesControlsVisible() {
    #expect(Escape.terminal("plain é 日 😀 \\x1b") == "plain é 日 😀 \\x1b")
    #expect(Escape.terminal("\u{1B}[31m") == "\\x1b[31m")
    #expect(Escape.terminal("a\tb\nc\rd\u{0}\u{7F}") == "a\\tb\\nc\\rd\\x00\\x7f")
    #expect(Escape.terminal("a\tb", tabs: 4) == "a    b")
    #expect(
      Escape.terminal("\u{9B}\u{202E}\u{2066}\u{200F}\u{61C}\u{2028}")
        == "\\u{9b}\\u{202e}\\u{2066}\\u{200f}\\u{61c}\\u{2028}")
  }

  @Test func terminalShowsBytesThatAreNotUTF8() {
    #expect(Escape.terminal(bytes: [0x61, 0xFF, 0xC3, 0xA9, 0xC3, 0x28, 0xE2, 0x82]) == "a\\xffé\\xc3(\\xe2\\x82")
    // Overlong, surrogate, beyond U+10FFFF; then the last characters of each length.
    #expect(
      Escape.terminal(bytes: [0xC0, 0x80, 0xED, 0xA0, 0x80, 0xF4, 0x90, 0x80, 0x80])
        == "\\xc0\\x80\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80".lowercased())
    #expect(Escape.terminal(bytes: Array("߿￿􏿿".utf8)) == "߿￿􏿿")
  }

  /// On valid text both ways say the same; on any bytes nothing harmful comes out.
  @Test func bytesAndTextAgree() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(!Escape.terminal(bytes: bytes).unicodeScalars.contains(where: Escape.isControl))
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(Escape.terminal(bytes: Array(text.utf8)) == Escape.terminal(text))
    }
  }

  @Test(arguments: [
    ("GET /api", "GET /api"), ("", ""), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("a\nb", "\"a\nb\""),
    ("=1+2", "'=1+2"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "\"'\rx\""),
    ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
  ])
  func csv(cell: String, escaped: String) {
    #expect(Escape.csv(cell) == escaped)
  }
}

struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2),
    ("ｆ", 2), ("ﾊ", 1), ("│─…", 3), ("▁█", 2), ("a\u{200B}b", 2), ("µs", 2),
  ])
  func width(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test func fitCutsBetweenCharacters() {
    #expect(DisplayWidth.fit("GET /api/spots", 14, ellipsis: "…") == "GET /api/spots")
    #expect(DisplayWidth.fit("GET /api/spots", 8, ellipsis: "…") == "GET /ap…")
    #expect(DisplayWidth.fit("日本語", 5, ellipsis: "…") == "日本…")
    #expect(DisplayWidth.fit("日本語", 4, ellipsis: "…") == "日…")
    #expect(DisplayWidth.fit("ee\u{301}e", 2, ellipsis: "…") == "e…")
    #expect(DisplayWidth.fit("abcdef", 2, ellipsis: "...") == "ab")
    #expect(DisplayWidth.fit("abc", 0, ellipsis: "…") == "")
  }

  @Test func wrapLosesNothing() {
    #expect(DisplayWidth.wrap("one two three", 8) == ["one two", "three"])
    #expect(DisplayWidth.wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"])
    #expect(DisplayWidth.wrap("日本", 1) == ["日", "本"])
    #expect(DisplayWidth.wrap("x y", nil) == ["x y"])
    #expect(DisplayWidth.wrap("", 5) == [""])
    var random = SplitMix64(seed: 5)
    for _ in 0..<300 {
      let text = String(
        (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in "ab 日e\u{301}".randomElement(using: &random) })
      let columns = Int.random(in: 2...20, using: &random)
      let lines = DisplayWidth.wrap(text, columns)
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns })
      #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }
  }
}
