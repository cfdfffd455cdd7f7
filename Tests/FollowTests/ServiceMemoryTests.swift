import Foundation
import LogSource
import Pipeline
import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// What a service remembers of people, retries, stack traces and new messages: as the log has it, however it was read.
@Suite struct ServiceMemoryTests {
  private func plan() throws -> RunPlan {
    var plan = try LiveRun.plan(hasGate: false)
    plan.live?.service = ServiceOptions()
    return plan
  }

  /// All hours' parts as one.
  private func whole(_ service: ServiceSnapshot) -> ServiceHour<String>.Part {
    var sum = ServiceHour<String>.Part()
    for hour in service.hours { for (_, part) in hour.parts.sorted(by: { $0.key < $1.key }) { sum.merge(part) } }
    return sum
  }

  private func followed(_ capture: Capture, seed: UInt64, kills: Bool) throws -> ServiceSnapshot {
    var run = try FollowedRun(try capture.appLogBytes(), style: .rename, seed: seed, plan: try plan())
    _ = try run.run(rotationsIn: 12, kills: kills)
    return try #require(run.service)
  }

  /// What a reader of the text log counts with nothing but the words of its lines.
  private struct Reading {
    var retries: Int64 = 0
    var identified: Int64 = 0
    var users: [String: Set<String>] = [:]
    var failed: Set<String> = []
    var stackTraces: Int64 = 0

    init(_ text: String) throws {
      var routes: [String: Set<String>] = [:]
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if line.hasPrefix("Traceback (most recent call last)") { stackTraces += 1 }
        guard words.count > 5, words[4].hasPrefix("["), words[4].hasSuffix("]") else { continue }
        let id = words[4] == "[-]" ? nil : String(words[4].filter { $0 != "-" })
        func value(_ name: String) -> String? {
          words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
        if let id, let user = value("user_id") { users[user, default: []].insert(id) }
        guard line.contains("[api.access]"), line.contains(" request finished "), let id else { continue }
        identified += 1
        let path = (value("path") ?? "").split(separator: "/").map { Int($0) == nil ? String($0) : "{id}" }
        let route = "\(value("method") ?? "") \(path.joined(separator: "/"))"
        if !routes[id, default: []].insert(route).inserted { retries += 1 }
        if (value("status") ?? "").hasPrefix("5") { failed.insert(id) }
      }
    }
  }

  @Test func asTheTextSays() throws {
    let text = String(decoding: try Capture.text.appLogBytes(), as: UTF8.self)
    let reading = try Reading(text)
    let service = try followed(.text, seed: 3, kills: false)
    let part = whole(service)
    #expect(part.identified == reading.identified)
    #expect(part.retries == reading.retries && reading.retries > 100)
    let users = try #require(part.audiences["user_id"])
    #expect(users.all.isEstimate == (users.all.count > 256))
    #expect(abs(Double(users.all.count) / Double(reading.users.count) - 1) < 0.07)
    let failed = reading.users.filter { !$0.value.isDisjoint(with: reading.failed) }
    #expect(abs(Double(users.failed.count) - Double(failed.count)) <= max(2, 0.07 * Double(failed.count)))
    #expect(part.audiences["client"] != nil)
    #expect(part.causes.values.reduce(0, +) > 0)
    for (key, count) in part.causes { #expect(count > 0 && service.causes.contains { $0.key == key }) }
    let messages = try #require(service.messages)
    #expect(messages.forgotten == 0 && messages.other == 0)
    // Version 2 draws from a pool that version 1 does not have.
    #expect(messages.shapes.contains { $0.level >= .error }, "\(messages.shapes.map(\.text))")
  }

  @Test(arguments: [Capture.text, .json]) func howeverItIsRead(capture: Capture) throws {
    let first = try followed(capture, seed: 1, kills: false)
    for (seed, kills) in [(2, false), (11, true), (28, true)] as [(UInt64, Bool)] {
      let other = try followed(capture, seed: seed, kills: kills)
      let (a, b) = (whole(first), whole(other))
      #expect(a.identified == b.identified && a.retries == b.retries, "seed \(seed)")
      #expect(a.causes == b.causes && first.causes == other.causes, "seed \(seed)")
      #expect(a.audiences == b.audiences, "seed \(seed)")
      #expect(first.messages?.shapes == other.messages?.shapes, "seed \(seed)")
    }
  }
}
