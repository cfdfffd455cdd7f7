import Foundation
import Testing

/// The default formats of frameworks, servers and clouds, three interleaved requests each, held against their truth: requests,
/// statuses, durations, traces, failed traces, tracebacks, records, unparsed lines and times.
@Suite struct StackFormatsTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("fixtures/stacks")

  /// What a log should give; a figure that is "any" is not looked at.
  static var truth: [String: [String: Any]] {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("truth.json")) else { return [:] }
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: [String: Any]] ?? [:]
  }

  /// Figures that are not reached, and why.
  static let misses: [String: Set<String>] = [
    // The log says ERROR of its access lines; the truth has no level for them.
    "gcp-lb": ["error_traces"], "go-caddy": ["error_traces"],
    // Neither a level nor an id stands in the lines that failed.
    "java-logbook-json": ["error_traces"], "ruby-rails8-tagged": ["error_traces", "levels"],
  ]

  @Test(arguments: truth.keys.sorted()) func format(_ name: String) throws {
    let wanted = try #require(Self.truth[name])
    let found = try figures(name)
    let misses = Self.misses[name] ?? []
    for (key, value) in found.sorted(by: { $0.key < $1.key }) {
      var want = wanted[key]
      if key == "levels" {
        let traces = wanted["error_traces"]
        want = (traces as? String) == "any" || (traces as? Int) == 0 ? nil : true
      }
      guard let want, (want as? String) != "any" else { continue }
      let isRight = (want as? NSObject) == (value as? NSObject)
      if misses.contains(key) {
        #expect(!isRight, "\(name): \(key) is right now")
      } else {
        #expect(isRight, "\(name): \(key) \(value) for \(want)")
      }
    }
  }

  /// Most formats are whole.
  @Test func mostAreWhole() { #expect(Self.truth.count == 77 && Self.misses.count <= 4) }

  private func figures(_ name: String) throws -> [String: Any] {
    let log = name + ".log"
    let stats = try objects(["stats", "--json", log]).first ?? [:]
    let byStatus = try objects(["stats", "--by", "status", "--json", log]).first ?? [:]
    let records = try objects(["filter", "--json", "has(level) or not has(level)", log])
      .filter { $0["schema"] as? String == "skein.record/1" }
    let traces = try objects(["traces", "--all", "--json", log]).filter { $0["trace_id"] != nil }
    let ledger = stats["ledger"] as? [String: Any] ?? [:]
    var statuses: [String: Int] = [:]
    for group in byStatus["groups"] as? [[String: Any]] ?? [] {
      let label = group["status"] ?? group["group"] ?? group["value"]
      if let label, !(label is NSNull), "\(label)" != "(none)" { statuses["\(label)"] = group["requests"] as? Int }
    }
    let durations = records.compactMap { $0["duration_ms"] as? Double }.map { ($0 * 1000).rounded() / 1000 }.sorted()
    func isFailed(_ object: [String: Any]) -> Bool { ["error", "critical"].contains(object["level"] as? String ?? "") }
    return [
      "requests": (stats["total"] as? [String: Any])?["requests"] as? Int ?? 0, "statuses": statuses,
      "durations": durations, "traces": traces.count, "error_traces": traces.count(where: isFailed),
      "tracebacks": ledger["tracebacks"] as? Int ?? -1, "records": ledger["records"] as? Int ?? -1,
      "unparsed": ledger["unparsed_lines"] as? Int ?? -1,
      "times": !records.isEmpty && records.allSatisfy { $0["time"] is String },
      "levels": records.contains(where: isFailed),
    ]
  }

  private func objects(_ arguments: [String]) throws -> [[String: Any]] {
    try SkeinBinary.run(arguments, in: Self.folder.path).output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }
}
