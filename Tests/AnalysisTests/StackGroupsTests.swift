import Foundation
import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Stack traces counted by their cause.
struct StackGroupsTests {
  private func trace(_ type: String, _ function: String, line: Int = 3, _ message: String = "m") -> [UInt8] {
    let frame = "  File \"/srv/a.py\", line \(line), in \(function)\n"
    return Array("failed\nTraceback (most recent call last):\n\(frame)\(type): \(message)".utf8)
  }

  @Test func theCauseAndItsFrameMakeAGroup() {
    var groups = StackGroups()
    let isOne = groups.add(trace("ValueError", "f", line: 3, "user 7"), time: 20, path: "a.log", line: 1)
    groups.add(trace("ValueError", "f", line: 99, "user 8"), time: 10, path: "a.log", line: 5)
    groups.add(trace("ValueError", "g"), time: 30, path: "a.log", line: 9)
    groups.add(trace("KeyError", "f"), time: 5, path: "a.log", line: 13)
    let isNone = !groups.add(Array("no trace\nat all".utf8), time: 1, path: "a.log", line: 17)
    #expect(isOne && isNone)
    #expect(groups.count == 4)
    #expect(groups.groups.map(\.cause) == ["ValueError", "KeyError", "ValueError"])
    let first = groups.groups[0]
    #expect(first.count == 2 && first.first == 10 && first.last == 20 && first.line == 1 && first.message == "user 7")
    #expect(first.frame == "f (a.py:3)" && first.outermost == nil && first.text.hasPrefix("failed\n"))
  }

  /// What is not read twice is what groups do not tell apart: numbers alone, and ids.
  @Test func outlines() {
    func outline(_ text: String) -> UInt64 { StackOutline.hash(Array(text.utf8)) }
    #expect(
      outline("line 7, 2026-11-23 06:50:00,818 [24469155-c891-4f02-8662-944e8927362a]")
        == outline("line 12, 2026-12-01 16:00:01,001 [a58dbf27-dea3-4c6e-8fd0-9ea142aa8b67]"))
    #expect(outline("id 0e97f7bb72ee4b60807798abd9eed9f9") == outline("id d627307a60444c2b85e3fe1500e2a6f5"))
    #expect(outline("HTTP404Error: no") != outline("HTTP500Error: no"))
    #expect(outline("in save_v1") != outline("in save_v2") && outline("E404: x") != outline("E500: x"))
    var groups = StackGroups()
    for type in ["HTTP404Error", "HTTP500Error", "HTTP404Error"] {
      groups.add(trace(type, "f"), time: 1, path: "a.log", line: 1)
    }
    #expect(groups.groups.map(\.count) == [2, 1])
  }

  /// Where there is no frame the message decides, without its numbers and addresses.
  @Test func withoutAFrameTheMessageCounts() {
    func cause(_ text: String) -> String {
      StackGroups.fingerprint(StackTrace(links: [StackTrace.Link(type: "E", message: text)])!)
    }
    #expect(cause("user 7 at 0x7f12ab") == cause("user 12 at 0x8a"))
    #expect(cause("id deadbeef01") == cause("id 00c0ffee"))
    #expect(cause("cannot read") != cause("cannot write"))
  }

  @Test func groupsAreBoundedAndExamplesCut() {
    var groups = StackGroups()
    for number in 0..<(StackGroups.mostGroups + 7) {
      // Digits would not tell functions apart.
      let function = String(number, radix: 2).replacing("0", with: "a").replacing("1", with: "b")
      groups.add(trace("E.Error", function), time: 1, path: "p", line: number)
    }
    #expect(groups.groups.count == StackGroups.mostGroups + 1)
    #expect(groups.groups.last?.cause == StackGroups.otherCause && groups.groups.last?.count == 7)
    var long = StackGroups()
    let frame = "  File \"/srv/a.py\", line 3, in f\n"
    let text = "x\nTraceback (most recent call last):\n" + String(repeating: frame, count: 200) + "ValueError: é"
    long.add(Array(text.utf8), time: EventTime.none, path: "p", line: 1)
    #expect(long.groups[0].text.split(separator: "\n").count == 64 && long.groups[0].first == EventTime.none)
    var wide = StackGroups()
    wide.add(trace("ValueError", "f", String(repeating: "é", count: 9_000)), time: 1, path: "p", line: 1)
    #expect(wide.groups[0].text.utf8.count <= 8_192 && !wide.groups[0].text.contains("\u{FFFD}"))
  }

  /// Texts in another order give the same groups, but for the examples.
  @Test func theOrderDoesNotMatter() {
    var (forth, back) = (StackGroups(), StackGroups())
    let traces = (0..<90).map { (trace("E\(["A", "B", "C"][$0 % 3]).Error", ["f", "g"][$0 % 2]), Int64($0)) }
    for (text, time) in traces { forth.add(text, time: time, path: "p", line: 1) }
    for (text, time) in traces.reversed() { back.add(text, time: time, path: "p", line: 1) }
    #expect(forth.groups == back.groups)
  }

  // MARK: Captures

  /// Records with a traceback: their whole texts.
  private func tracebacks(_ capture: Capture) throws -> [String] {
    let log = String(decoding: try capture.appLogBytes(), as: UTF8.self)
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false)
    if capture == .json {
      return try lines.filter { $0.contains("\"exc\":") }.map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(object?["exc"] as? String)
      }
    }
    var records: [[Substring]] = []
    for line in lines {
      if line.prefixMatch(of: #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /#) != nil { records.append([]) }
      if !records.isEmpty { records[records.count - 1].append(line) }
    }
    return records.filter { $0.contains { $0.contains("Traceback (most recent call last)") } }
      .map { $0.joined(separator: "\n") }
  }

  /// The first line of a traceback that says a type, inside a group or not, is of its cause: counted without a reader of frames.
  @Test(arguments: Capture.allCases)
  func causesOfACaptureAreCounted(capture: Capture) throws {
    var expected: [String: Int64] = [:]
    var groups = StackGroups()
    let texts = try tracebacks(capture)
    for (number, text) in texts.enumerated() {
      let types = text.split(separator: "\n").dropFirst(capture == .json ? 0 : 1).compactMap { line -> Substring? in
        let bare = line.first == " " ? line.firstMatch(of: #/^ +\| (.*)$/#)?.1 : line
        return bare?.prefixMatch(of: #/([a-z_.]*[A-Z]\w+)(:|$)/#)?.1
      }
      let type = types.first { $0 != "ExceptionGroup" }
      expected[String(try #require(type)), default: 0] += 1
      groups.add(Array(text.utf8), time: Int64(number), path: "app.log", line: number)
    }
    var found: [String: Int64] = [:]
    for group in groups.groups { found[group.cause, default: 0] += group.count }
    #expect(found == expected)
    #expect(groups.count == ["text": 417, "json": 356, "copytruncate": 401][capture.rawValue])
    #expect(groups.groups.allSatisfy { $0.frame != nil })
  }
}
