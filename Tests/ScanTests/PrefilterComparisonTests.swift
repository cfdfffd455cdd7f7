import Pipeline
import RulePack
import TestKit
import Testing

/// Whatever finds the lines of rules, PCRE2 alone decides: the findings are the same.
@Suite struct PrefilterComparisonTests {
  private static let modes: [PrefilterPlan.Mode] = [.automatic, .literals, .none]

  @Test(arguments: Capture.allCases)
  func onCaptures(_ capture: Capture) throws {
    var scan = try Scan.builtin()
    scan.mode = .literals
    let expected = Scan.lines(try scan.findings(capture))
    #expect(expected.count > 20)
    scan.mode = .automatic
    #expect(Scan.lines(try scan.findings(capture)) == expected)
  }

  /// Every rule in every line, which takes its time: a part of each capture.
  @Test(arguments: Capture.allCases)
  func withoutPrefilter(_ capture: Capture) throws {
    let log = Array(try capture.appLogBytes().suffix(200_000))
    var scan = try Scan.builtin()
    scan.mode = .none
    let expected = Scan.lines(try scan.findings(in: log))
    #expect(expected.count >= 5)
    scan.mode = .automatic
    #expect(Scan.lines(try scan.findings(in: log)) == expected)
  }

  /// Rules that try to part the prefilter from PCRE2: anchors inside of a line, lookarounds, every kind of text and field.
  private static let rules = #"""
    - id: at-start
      pattern: '^needle one'
    - id: at-end
      pattern: 'needle$'
    - id: absolute
      pattern: '\Aneedle (?<what>\w+)\z'
      group-by: [what]
    - id: message-start
      on: message
      pattern: '^needle'
    - id: line-start
      on: line
      pattern: '^2026.*needle'
    - id: line-end
      on: line
      pattern: 'needle\S*$'
    - id: word
      pattern: '\bneedle\b'
    - id: behind
      pattern: '(?<=x)needle|(?<!y)pin'
    - id: caseless
      pattern: '(?i)strasse|straße'
    - id: quoted
      pattern: 'say "needle"'
    - id: backslash
      pattern: 'C:\\needle'
    - id: newline
      on: message
      pattern: 'two\nlines'
    - id: tab
      pattern: 'tab\there'
    - id: error-field
      on: error
      pattern: '^needle "q"'
    - id: path-field
      on: path
      pattern: '/needle/\d+$'
    - id: logger-field
      on: logger
      pattern: '^need'
    - id: route-field
      on: route
      pattern: '/needle/\{id\}$'
    - id: status-field
      on: status
      pattern: '^50[23]$'
    - id: duration-field
      on: duration
      pattern: '^1\d\dms'
    - id: short
      pattern: 'n.e'
    - id: unselective
      pattern: '\w+ \d'
    - id: keyword
      keywords: [NEEDLE, haystack]
    - id: keyword-pattern
      keywords: [haystack]
      pattern: '\d{3}'
    - id: backreference
      pattern: '(ne+)dle \1'
    - id: where-only
      where: 'level >= error and message ~ "needle"'
    - id: where-too
      pattern: 'needle'
      where: 'level >= error and has(user)'
      group-by: [user, logger]
    - id: any-unicode
      pattern: 'n[^a-z]edle'
    - id: dots
      pattern: 'né{2,3}dle.{3}x'
    """#

  private static let words = [
    "needle", "needle one", "xneedle", "yneedle", "pin", "ypin", "NEEDLE", "Straße", "STRASSE", "say \"needle\"",
    "C:\\needle", "tab\there", "haystack 123", "haystack", "neeedle neee", "needle nee", "nédle", "néédle漢字éx",
    "n\u{e9}edle",
    "one 1", "user=ana", "user=\"b c\"", "error=\"needle \\\"q\\\" x\"", "error=needle", "path=/needle/77",
    "status=503",
    "status=200 path=/needle/1", "duration_ms=123", "method=GET path=/needle/9 status=502 duration_ms=150.2", "", " ",
    "two",
  ]

  private static func textLog(_ random: inout SplitMix64, lines: Int) -> [UInt8] {
    var log: [UInt8] = []
    for number in 0..<lines {
      let count = Int(random.next() % 4)
      var text = (0...count).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined(separator: " ")
      switch random.next() % 6 {
      case 0:
        // A line that goes on with the record before it, or belongs to nothing.
        log += Array((random.next() % 2 == 0 ? "  " : "").utf8)
        if random.next() % 3 == 0 {
          text = "Traceback (most recent call last):\n  File \"a.py\"\n\(text)Error: \(text)"
        }
      default:
        let level = ["DEBUG", "INFO", "ERROR"][Int(random.next() % 3)]
        let logger = ["needles", "app", "db.pool"][Int(random.next() % 3)]
        let second = 10 + number % 50
        log += Array("2026-11-23 06:00:\(second),000 \(level) [\(logger)] [id\(random.next() % 9)] ".utf8)
      }
      log += Array(text.utf8)
      if random.next() % 11 == 0 { log += [0xFF, 0xC3, 0x28] }
      if random.next() % 7 == 0 { log.append(0x0D) }
      log.append(0x0A)
    }
    return log
  }

  private static func jsonLog(_ random: inout SplitMix64, lines: Int) -> [UInt8] {
    func string(_ text: String, _ random: inout SplitMix64) -> String {
      var out = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\t": out += "\\t"
        default:
          // Any character may be written as an escape.
          if scalar.value < 0xFFFF, random.next() % (scalar.value < 0x80 ? 40 : 2) == 0 {
            let hex = String(scalar.value, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
          } else {
            out.unicodeScalars.append(scalar)
          }
        }
      }
      return out + "\""
    }
    var log = ""
    for number in 0..<lines {
      let text = (0...Int(random.next() % 3)).map { _ in words[Int(random.next() % UInt64(words.count))] }
        .joined(separator: random.next() % 5 == 0 ? "\n" : " ")
      var line =
        "{\"ts\": \"2026-11-23T06:00:\(10 + number % 50).000Z\", \"level\": \"\(["info", "error"][Int(random.next() % 2)])\""
      line +=
        ", \"logger\": \"\(["needles", "app"][Int(random.next() % 2)])\", \"request_id\": \"id\(random.next() % 9)\""
      line += ", \"msg\": \(string(text, &random))"
      if random.next() % 3 == 0 { line += ", \"error\": \(string("needle \"q\" \(number)", &random))" }
      if random.next() % 3 == 0 {
        line += ", \"path\": \(string("/needle/\(number)", &random)), \"status\": 503, \"method\": \"GET\""
      }
      if random.next() % 4 == 0 { line += ", \"user\": \(string("ü\(number % 3)", &random))" }
      if random.next() % 4 == 0 {
        line += ", \"exc\": \(string("Traceback (most recent call last):\n  x\n\(text)", &random))"
      }
      log += line + "}\n"
      if random.next() % 17 == 0 { log += "needle one\n" }
    }
    return Array(log.utf8)
  }

  @Test(arguments: [UInt64(1), 2, 3], [false, true])
  func onHostileLines(_ seed: UInt64, isJSON: Bool) throws {
    var random = SplitMix64(seed: seed)
    let log = isJSON ? Self.jsonLog(&random, lines: 150) : Self.textLog(&random, lines: 150)
    var scan = try Scan(Self.rules)
    scan.mode = .none
    let expected = Scan.lines(try scan.findings(in: log))
    #expect(expected.count > 15)
    for mode in Self.modes {
      for (threads, blockSize) in [(1, 256 * 1024), (1, 64), (3, 512), (2, 1)] {
        scan.mode = mode
        scan.threads = threads
        scan.blockSize = blockSize
        let found = Scan.lines(try scan.findings(in: log))
        #expect(found == expected, "\(mode), \(threads) threads, blocks of \(blockSize)")
      }
    }
  }
}
