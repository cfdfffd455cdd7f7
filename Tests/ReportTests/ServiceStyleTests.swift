import Testing

@testable import Report

/// That the pages can be read: the contrast of every pair of text and ground, in light and in dark, by WCAG 2.2.
struct ServiceStyleTests {
  private static func colours(_ scheme: String) -> [String: UInt32] {
    var found: [String: UInt32] = [:]
    for part in scheme.split(whereSeparator: { $0 == ";" || $0 == "\n" }) {
      let pair = part.split(separator: ":")
      guard pair.count == 2, pair[1].hasPrefix("#") else { continue }
      var digits = String(pair[1].dropFirst())
      if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
      found[String(pair[0])] = UInt32(digits, radix: 16)
    }
    return found
  }

  /// Relative luminance as WCAG defines it.
  private static func luminance(_ colour: UInt32) -> Double {
    func part(_ shift: UInt32) -> Double {
      let value = Double(colour >> shift & 0xFF) / 255
      return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055)
    }
    return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
  }

  /// `base` to the power of 2.4: the fifth root of its twelfth power, by Newton.
  private static func power(_ base: Double) -> Double {
    var square = base * base
    square *= base  // third
    let wanted = square * square * square * square
    var root = 1.0
    for _ in 0..<200 { root -= (root * root * root * root * root - wanted) / (5 * root * root * root * root) }
    return root
  }

  static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }

  @Test func theFormulaIsThatOfTheStandard() {
    #expect(abs(Self.contrast(0, 0xFFFFFF) - 21) < 0.001)
    #expect(abs(Self.contrast(0x767676, 0xFFFFFF) - 4.54) < 0.01)
  }

  @Test(arguments: ["light", "dark"])
  func textStandsOut(name: String) throws {
    let colours = Self.colours(name == "light" ? ChartStyle.light : ChartStyle.dark)
    let texts = ["ink", "soft", "accent"]
    let grounds = ["paper", "tint", "wash"]
    for text in texts {
      for ground in grounds {
        let (a, b) = (try #require(colours["--\(text)"]), try #require(colours["--\(ground)"]))
        let contrast = Self.contrast(a, b)
        #expect(contrast >= 4.5, "\(name): --\(text) on --\(ground) is \(contrast)")
      }
    }
    // What shows the focus, and the lines that have to be seen: 3 to 1.
    for line in ["line-2", "accent", "soft"] {
      let (a, b) = (try #require(colours["--\(line)"]), try #require(colours["--paper"]))
      #expect(Self.contrast(a, b) >= 3, "\(name): --\(line)")
    }
  }

  /// A text takes no colour but those that are tested above.
  @Test func noOtherColourIsWrittenWith() {
    let own = ServiceAssets.css.replacing(ChartStyle.drawing, with: "")
    for part in own.split(whereSeparator: { "{};\n".contains($0) }) where part.hasPrefix("color:") {
      #expect(
        ["var(--ink)", "var(--soft)", "var(--accent)", "inherit"].contains { part.hasPrefix("color:" + $0) }, "\(part)")
    }
    for part in own.split(whereSeparator: { "{};\n".contains($0) }) where part.hasPrefix("background:") {
      #expect(["var(--paper)", "var(--tint)", "var(--wash)"].contains { part == "background:" + $0 }, "\(part)")
    }
  }

  @Test func theStyleFetchesNothing() {
    for word in ["url(", "@import", "@font-face", "http"] { #expect(!ServiceAssets.css.contains(word), "\(word)") }
    #expect(ServiceAssets.css.count { $0 == "{" } == ServiceAssets.css.count { $0 == "}" })
  }

  /// The script listens to what the server sends, evaluates nothing and writes no markup.
  @Test func theScriptIsPlain() {
    let script = ServiceAssets.script
    for word in [
      "eval", "innerHTML = ", "outerHTML", "insertAdjacent", "document.write", "Function(", "http:", "https:",
    ] {
      #expect(!script.contains(word), "\(word)")
    }
    for word in ["\"window\"", "\"finding\"", "\"verdict\"", "\"state\"", "\"\(ServiceAddress.events)\""] {
      #expect(script.contains(word), "\(word)")
    }
    #expect(script.utf8.count < 6_000)
  }
}
