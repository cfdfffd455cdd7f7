import TestKit
import Testing

@testable import TraceCore

/// Errors of expressions: their column, their words, and that no input does worse.
struct FilterErrorTests {
  @Test(arguments: [
    ("", 1, "empty"), ("   ", 1, "empty"),
    ("status", 1, "write `status = …` or `has(status)`"), ("status >=", 10, "a value is missing after `>=`"),
    ("status >= and x = 1", 11, "a value is missing after `>=`"), ("status >= )", 11, "a value is missing"),
    ("status =< 500", 8, "write `<=`"), ("status => 500", 8, "write `>=`"), ("path =~ \"x\"", 6, "write `~`"),
    ("path !=~ x", 6, "write `!~`"), ("a <> 1", 3, "write `!=`"), ("a === 1", 3, "write `=`"), ("a ~* x", 3, "(?i)"),
    ("a = 1 & b = 2", 7, "write `and`"), ("a = 1 | b = 2", 7, "write `or`"), ("a = 1 AND b = 2", 7, "lower case"),
    ("NOT a = 1", 1, "lower case"), ("a =! 1", 3, "write `!=`"),
    ("status is 500", 8, "write `status =`"), ("path contains x", 6, "write `path ~`"), ("a gte 5", 3, "write `a >=`"),
    ("status 500", 8, "an operator is missing between `status` and this"), ("status \"500\"", 8, "operator is missing"),
    ("path foo", 6, "an operator is missing between `path` and this"),
    ("500 <= status", 1, "begins with a field"), ("\"a\" = b", 1, "backquotes"), ("a = b = c", 7, "one operator"),
    ("(a = b = c)", 8, "one operator"), ("a = 1 b = 2", 7, "`and` or `or` is missing"),
    ("a = 1 (b = 2)", 7, "is missing"),
    ("(a = 1", 1, "never closed"), ("a = 1)", 6, "closes nothing"), ("()", 1, "nothing between"),
    ("a = 1 and", 7, "missing after `and`"), ("a = 1 or )", 7, "missing after `or`"), ("and a = 1", 1, "before `and`"),
    ("not", 1, "missing after `not`"), ("= 5", 1, "a field is missing"), ("a in 5", 6, "a list in parentheses"),
    ("a in ()", 7, "a value is missing"), ("a in (1", 6, "never closed"), ("a in (1 2)", 9, "a comma or `)`"),
    ("a not = 1", 3, "not in"), ("a = \"x", 5, "never closed"), ("`a = 1", 1, "never closed"),
    ("`` = 1", 1, "no field name"),
    ("a = 1, b", 6, "a comma is allowed only"), ("; = 1", 1, "no meaning here"), ("has(1)", 5, "a field"),
    ("has()", 4, "nothing"),
    ("exists(a)", 1, "no function `exists`"), ("any(a = 1)", 1, "traces --where"),
    ("count(a = 1) > 2", 1, "traces --where"),
    ("status = ok", 10, "status is a number"), ("status = 500ms", 10, "status is a number"),
    ("status = 500.5", 10, "a number"),
    ("status ~ \"^5\"", 10, "cannot be matched by a pattern"), ("status = 500..599", 10, "status in (500..599)"),
    ("status in (599..500)", 12, "backwards"), ("duration > 300", 12, "duration needs a unit: write 300ms"),
    ("duration > 0", 12, "write 0ms"), ("duration > 3MB", 12, "300ms, 1.5s"), ("duration > soon", 12, "300ms, 1.5s"),
    ("duration > 0.1ns", 12, "whole number of nanoseconds"), ("duration > 400000d", 12, "292 years"),
    ("level >= wran", 10, "did you mean `warn`?"), ("level >= 40", 10, "trace, debug"),
    ("level ~ e", 9, "level >= warning"),
    ("time > yesterday", 8, "2026-11-23T06:50:00Z"), ("path ~ \"a(b\"", 12, "this pattern is not valid"),
    ("path ~ \"ä(?<1>x)\"", 13, "this pattern is not valid"), ("path = \"C:\\dir\"", 8, "backslash"),
    ("path > 5", 8, "is a text"), ("a = null", 5, "not has(a)"), ("a in (1..2ms)", 7, "same unit"),
    ("a in (5..1)", 7, "backwards"),
    ("a = 1..5", 5, "a in (1..5)"),
    ("größe = 1 & b", 11, "write `and`"), ("👍🏽 = 1 =< 2", 7, "write `<=`"), ("reopened", 1, "is not compared"),
  ])
  func columns(text: String, column: Int, words: String) {
    do throws(FilterError) {
      _ = try FilterExpression(parsing: text)
      Issue.record("`\(text)` was taken")
    } catch {
      #expect(error.column == column && error.message.contains(words), "\(text): \(error)")
    }
  }

  @Test func rendered() {
    let text = "status >= 500 and duration > 300"
    do throws(FilterError) {
      _ = try FilterExpression(parsing: text)
    } catch {
      #expect(
        error.render(expression: text) == """
          duration needs a unit: write 300ms
            status >= 500 and duration > 300
                                         ^^^
          """)
    }
    #expect(FilterError("m", column: 3).render(expression: "a\u{1B}") == "m\n  a \n    ^")
    #expect(FilterError("m", column: 6, length: 9).render(expression: "a = 1\nb = 2\nc") == "m\n  a = 1\n       ^")
    #expect(FilterError("m", column: 7, length: 1).render(expression: "a = 1\nb = 2\nc") == "m\n  b = 2\n  ^")
    #expect(FilterError("m", column: 1).render(expression: "") == "m\n  \n  ^")
  }

  @Test func nestingIsLimited() throws {
    for (open, close) in [("(", ")"), ("not ", ""), ("!", ""), ("(a = 1 or ", ")"), ("(a = 1 and b = 2 or ", ")")] {
      let deepest = FilterParser.depthLimit
      let taken = String(repeating: open, count: deepest) + "x = 1" + String(repeating: close, count: deepest)
      #expect(try SampleRecord(logged: [("x", .number, "1")]).evaluate(taken) != .unknown || open.contains("a"))
      for depth in [deepest + 1, 10_000] {
        let text = String(repeating: open, count: depth) + "x = 1" + String(repeating: close, count: depth)
        do throws(FilterError) {
          _ = try FilterExpression(parsing: text)
          Issue.record("\(depth) levels were taken")
        } catch {
          #expect(error.message.contains("levels deep"))
        }
      }
    }
  }

  /// Deep and mixed, so that the machine's stacks are as full as they get.
  @Test func deepestStacks() throws {
    let depth = FilterParser.depthLimit
    let open = String(repeating: "(gone = 1 or x = 1 and ", count: depth)
    let close = String(repeating: ")", count: depth)
    let record = SampleRecord(logged: [("x", .number, "1")])
    #expect(try record.evaluate(open + "x = 1" + close) == .yes)
    #expect(try record.evaluate(open + "x = 2" + close) == .unknown)
    #expect(try record.evaluate(open.replacing("gone = 1", with: "x = 3") + "x = 2" + close) == .no)
    #expect(try record.evaluate(open.replacing("gone = 1", with: "x = 3") + "gone = 2" + close) == .unknown)
  }

  @Test func longChains() throws {
    let record = SampleRecord(logged: [("x", .number, "1")])
    #expect(try record.evaluate((0..<2_000).map { "x = \($0 + 2)" }.joined(separator: " or ") + " or x = 1") == .yes)
    #expect(try record.evaluate("x in (" + (0..<2_000).map { "\($0 + 2)" }.joined(separator: ",") + ", 1)") == .yes)
  }

  /// Whatever is typed: a value or an error with a column inside the text, never a trap.
  @Test func fuzz() {
    var random = SplitMix64(seed: 99)
    let pieces = [
      "status", "duration", "level", "x", "route", "time", " ", " ", "  ", "(", ")", "and", "or", "not", "in", "has(",
      "any(",
      "all(", "count(", "=", "!=", "<", ">=", "~", "!~", "&&", "||", "!", ",", "..", "500", "5xx", "300ms", "2 %",
      "10MB",
      "\"a\"", "'b", "\"", "`", "`a`", "\\", "é", "👍🏽", "\u{0}", "\u{1B}", "-1", "1e9", "null", "warn", "2026-11-23",
      "\n",
      "reopened", "lines", "^[a", "1..2", "*", ".", "-", "%", "ms",
    ]
    let record = SampleRecord(status: 500, duration: 1, level: .error, time: 1, logged: [("x", .text, "1")])
    for round in 0..<8_000 {
      var bytes: [UInt8] = []
      for _ in 0..<(random.next() % 14) {
        if round % 4 == 0 {
          bytes.append(UInt8(truncatingIfNeeded: random.next()))
        } else {
          bytes += Array(pieces[Int(random.next() % UInt64(pieces.count))].utf8)
          if random.next() % 2 == 0 { bytes.append(0x20) }
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(FilterError) {
        let expression = try FilterExpression(parsing: text)
        _ = record.evaluate(expression)
      } catch {
        #expect(error.column >= 1 && error.column <= text.count + 1 && !error.message.isEmpty)
        _ = error.render(expression: text)
      }
      do throws(FilterError) {
        _ = try TraceExpression(parsing: text)
      } catch {
        #expect(error.column >= 1 && error.column <= text.count + 1)
      }
    }
  }
}
