import CShims
import TestKit
import Testing

@testable import TraceCore

/// The masks that vector code makes, against bytes looked at one by one.
struct ByteMasksTests {
  /// Texts of every length around the sizes of windows, with many of the bytes that matter.
  static let texts: [[UInt8]] = {
    var random = SplitMix64(seed: 17)
    let telling = Array("\n\r\t \u{0}\u{1F}=]\"'\\\u{7F}aZ09[{}".utf8) + [0x80, 0xC3, 0xFF]
    return (0..<300).map { length in
      (0..<length).map { _ in
        random.below(3) == 0 ? UInt8(truncatingIfNeeded: random.next()) : telling[random.below(telling.count)]
      }
    }
  }()

  static func naive(_ bytes: [UInt8]) -> [ByteMaskWindow] {
    var windows = [ByteMaskWindow](repeating: ByteMaskWindow(), count: (bytes.count + 63) / 64 + 1)
    for (i, byte) in bytes.enumerated() {
      let bit: UInt64 = 1 << UInt64(i % 64)
      if byte == 0x0A { windows[i / 64].newlines |= bit }
      if byte >= 0x80 { windows[i / 64].high |= bit }
      if byte <= 0x20 { windows[i / 64].blanks |= bit }
      if byte == 0x3D { windows[i / 64].equals |= bit }
      if byte == 0x5D { windows[i / 64].brackets |= bit }
      if byte == 0x22 || byte == 0x27 { windows[i / 64].quotes |= bit }
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { windows[i / 64].textEnds |= bit }
    }
    for i in windows.indices { windows[i].telling = windows[i].equals }
    return windows
  }

  @Test func masksAreThoseOfTheBytes() {
    for text in Self.texts {
      let masks = ByteMasks(of: text.span)
      #expect(masks.newlines == text.count { $0 == 0x0A })
      let span = masks.span
      #expect((0..<span.count).map { Words(span[$0]) } == Self.naive(text).map(Words.init))
    }
  }

  /// Without vectors, with SSE2, AVX2 and AVX-512, as far as the processor has them.
  @Test func everyWayIsTheSame() {
    var ways = 0
    for way in Int32(0)..<4 {
      var canBeTried = true
      for text in Self.texts where canBeTried {
        var found = [skein_masks](repeating: skein_masks(), count: (text.count + 63) / 64 + 1)
        canBeTried = unsafe skein_scan_with(way, text, text.count, &found) == 1
        if canBeTried { #expect(found.map(Words.init) == Self.naive(text).map(Words.init), "way \(way)") }
      }
      if canBeTried { ways += 1 }
    }
    #expect(ways >= 1)
  }

  @Test func placesOfNewlines() {
    var masks = ByteMasks()
    for text in Self.texts + [Array(repeating: 0x0A, count: 500)] {
      masks.fill(from: text.span)
      masks.findNewlines()
      let places = masks.newlinePlaces
      #expect((0..<places.count).map { Int(places[$0]) } == text.indices.filter { text[$0] == 0x0A })
    }
  }

  @Test func searchesFindWhatIsThere() {
    for text in Self.texts where text.count > 2 {
      let masks = ByteMasks(of: text.span)
      let span = masks.span
      for start in stride(from: 0, through: text.count, by: 7) {
        for end in [start, min(start + 3, text.count), min(start + 70, text.count), text.count] {
          let blank = text[start..<end].firstIndex { $0 <= 0x20 } ?? end
          #expect(span.first(from: start, to: end) { $0.blanks } == blank)
          let behind = (text[start..<end].lastIndex { $0 <= 0x20 }).map { $0 + 1 } ?? start
          #expect(span.behindLast(from: start, to: end) { $0.blanks } == behind)
        }
      }
    }
  }

  /// The masks of a window, comparable.
  struct Words: Equatable {
    let words: [UInt64]
    init(_ w: ByteMaskWindow) {
      words = [w.newlines, w.high, w.blanks, w.equals, w.brackets, w.quotes, w.textEnds, w.telling]
    }
    init(_ w: skein_masks) {
      words = [w.newlines, w.high, w.blanks, w.equals, w.brackets, w.quotes, w.text_ends, w.telling]
    }
  }
}
