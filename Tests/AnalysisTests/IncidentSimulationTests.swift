import Glibc
import TestKit
import Testing

@testable import Analysis

/// How often an incident is found where there is none, and missed where there is one: simulated with fixed seeds.
///
/// The figures of docs/incidents.md; `SKEIN_SIMULATION=print` prints them.
struct IncidentSimulationTests {
  /// Then there are more runs, too.
  private static let isPrinted: Bool = {
    guard let value = unsafe getenv("SKEIN_SIMULATION") else { return false }
    return unsafe String(cString: value) == "print"
  }()

  private static func show(_ line: String) {
    if isPrinted { print(line) }
  }

  private static func runs(_ few: Int, _ many: Int) -> Int { isPrinted ? many : few }

  private static func percent(_ part: Int, _ all: Int) -> String {
    let tenths = (part * 1_000 + all / 2) / max(1, all)
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// Load from 1 to 200 requests a second, 0.1 to 5 % errors that come in clumps, stalls: nothing is wrong in under 2 %.
  @Test func quietLogs() {
    var random = SplitMix64(seed: 7)
    let runs = Self.runs(100, 1_000)
    var alarms = 0
    for _ in 0..<runs {
      let service = RandomService.random(&random, most: 60)
      if IncidentFinder.find(service.series(&random)).span != nil { alarms += 1 }
    }
    Self.show("| quiet | \(runs) | \(Self.percent(alarms, runs)) |")
    #expect(alarms * 50 < runs)
  }

  /// Load and latency that rise and fall once over the span.
  @Test func theRhythmOfADay() {
    var random = SplitMix64(seed: 8)
    let runs = Self.runs(40, 200)
    var alarms = 0
    for _ in 0..<runs {
      var service = RandomService.random(&random, most: 60)
      (service.seconds, service.length, service.rate) = (86_400, 256, 0.1 + random.unit() * 0.2)
      service.loadRhythm = 0.3 + random.unit() * 0.6
      service.latencyRhythm = random.unit() * 0.4
      if IncidentFinder.find(service.series(&random)).span != nil { alarms += 1 }
    }
    Self.show("| a day's rhythm | \(runs) | \(Self.percent(alarms, runs)) |")
    #expect(alarms * 50 < runs)
  }

  struct Planted: CustomTestStringConvertible, Sendable {
    var name: String
    /// Requests a second.
    var rate: Double
    var isLatency: Bool
    /// What is expected of 100 runs: found, and with both borders within two windows of the search.
    var found = 95
    var near = 95
    var testDescription: String { "\(name) at \(rate)/s" }
  }

  static let planted = [
    Planted(name: "errors", rate: 2, isLatency: false, found: 0, near: 0),
    Planted(name: "errors", rate: 20, isLatency: false, found: 90, near: 85),
    Planted(name: "errors", rate: 60, isLatency: false),
    Planted(name: "latency x3", rate: 2, isLatency: true, found: 0, near: 0),
    Planted(name: "latency x3", rate: 20, isLatency: true),
    Planted(name: "latency x3", rate: 60, isLatency: true),
  ]

  /// One to five minutes, anywhere: the error rate is five times as high and at least five points more; or all requests take
  /// three times as long.
  @Test(arguments: planted)
  func plantedIncidents(setting: Planted) {
    var random = SplitMix64(seed: UInt64(setting.rate))
    let runs = Self.runs(40, 300)
    var (found, near, exact) = (0, 0, 0)
    for _ in 0..<runs {
      var service = RandomService.random(&random, most: 60)
      service.rate = setting.rate
      let length = 60 + random.unit() * 240
      let start = random.unit() * (Double(service.seconds) - length)
      service.incidents = [
        .init(
          start: start, end: start + length,
          errorRate: setting.isLatency ? nil : max(5 * service.errorRate, service.errorRate + 0.05),
          slowness: setting.isLatency ? 3 : 1)
      ]
      let result = IncidentFinder.find(service.series(&random))
      guard let span = result.span else { continue }
      found += 1
      let off = max(abs(Double(span.onset) / 1e9 - start), abs(Double(span.recovery) / 1e9 - start - length))
      if off <= 2 * Double(result.resolution) / 1e9 { near += 1 }
      if off <= 2 * Double(service.length) { exact += 1 }
    }
    Self.show(
      "| \(setting.name) | \(Int(setting.rate)) | \(Self.percent(found, runs)) | \(Self.percent(near, runs)) | "
        + "\(Self.percent(exact, runs)) |")
    #expect(found * 100 >= setting.found * runs && near * 100 >= setting.near * runs, "\(found) found, \(near) near")
  }
}
