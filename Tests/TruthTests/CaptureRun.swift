import LogSource
import Pipeline
import TestKit
import TraceCore

/// One capture read by the library: what `skein stats --every 10s` and `skein traces` say, and each finish line.
struct CaptureRun: Sendable {
  /// A closing record that counts as a request.
  struct Finish: Equatable, Sendable {
    var time: String
    var id: String
    var route: String
    var status: Int
    var nanoseconds: Int64
    var version: String
  }

  var stats: StatsSummary
  var traces: [TraceSummary]

  /// By route, in windows of ten seconds, with every trace.
  static func byRoute(_ capture: Capture) throws -> CaptureRun {
    var plan = RunPlan(input: try input(capture.appLogs))
    plan.every = 10 * EventTime.nanosecondsPerSecond
    let result = try Driver(plan: plan).run(ranking: TraceRanking(order: .start, most: .max))
    return CaptureRun(stats: result.stats, traces: result.ranking?.rows.map(\.trace) ?? [])
  }

  /// By another field, with the finish lines in the order of the files; `version` holds the field's value.
  static func by(_ field: String, _ capture: Capture) throws -> (stats: StatsSummary, finishes: [Finish]) {
    var plan = RunPlan(input: try input(capture.appLogs))
    plan.groupBy = field
    var finishes: [Finish] = []
    let driver = Driver(plan: plan) { parsed in
      let labels = parsed.batch.labels
      let arena = parsed.batch.arena
      let block = parsed.block
      func label(_ index: Int32) -> String { index >= 0 ? labels.string(Int(index)) : "-" }
      for record in parsed.batch.records where record.kind == .closing && label(record.logger) == "api.access" {
        var id: [UInt8] = []
        for i in record.id.start..<record.id.end {
          id.append(record.id.isInArena ? arena[i] : block.bytes[i])
        }
        finishes.append(
          Finish(
            time: EventTime.rfc3339(record.time), id: String(decoding: id, as: UTF8.self), route: label(record.route),
            status: Int(record.status), nanoseconds: record.duration, version: label(record.group)))
      }
    }
    let stats = try driver.run().stats
    return (stats, finishes)
  }

  /// The statistics of other files of a capture's folder.
  static func stats(_ paths: [String], by field: String? = nil, layout: String? = nil) throws -> StatsSummary {
    var plan = RunPlan(input: try input(paths))
    plan.groupBy = field
    plan.layout = layout
    return try Driver(plan: plan).run().stats
  }

  static func input(_ paths: [String]) throws -> InputPlan {
    let detector = LayoutDetector(catalog: FieldCatalog(), zone: .utc)
    var known: LayoutSet?
    return try InputPlan.make(arguments: paths, firstTime: { detector.firstTime(in: $0, known: &known) })
  }
}

/// What truth.json says, in skein's words.
struct Truth {
  let json: JSONValue

  init(_ capture: Capture) throws {
    json = try JSONValue(parsing: try Fixtures.bytes("logs/parkapi-\(capture.rawValue)/truth.json"))
  }

  var server: JSONValue { json["server"] }

  /// Finish lines that the rotation lost, as the service had written them.
  var lostFinishes: [JSONValue] { json["verify"]["lost_finish_lines"].array }

  /// Ids of which the files lack records.
  var idsWithMissingRecords: [(id: String, inFiles: Int)] {
    json["verify"]["ids_with_missing_records"].array.map {
      ($0["request_id"].string ?? "", $0["records_in_files"].int ?? -1)
    }
  }
}

/// The framework's template ("/api/spots/{spot_id}") as skein names the route.
func route(_ method: String, _ template: String) -> String {
  var path = ""
  var isInside = false
  for character in template {
    if character == "{" {
      isInside = true
      path += "{id}"
    }
    if !isInside { path.append(character) }
    if character == "}" { isInside = false }
  }
  return method + " " + path
}

/// The ceil(q n)-th value, in nanoseconds.
func nearestRank(_ tenths: [Int], percent: Int) -> Int64 {
  let sorted = tenths.sorted()
  let rank = max((sorted.count * percent + 99) / 100, 1)
  return Int64(sorted[rank - 1]) * 100_000
}

/// Whether a quantile is what it should be within 0.1 %.
func isNear(_ value: Int64?, _ expected: Int64) -> Bool {
  guard let value else { return false }
  return Double(abs(value - expected)) <= 0.001 * Double(expected)
}
