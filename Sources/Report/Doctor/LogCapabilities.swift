package import TraceCore

/// What of skein works with one log, judged by what its records have; the same for the text and the JSON of doctor.
///
/// It looks at counts alone and guesses nothing about the service behind the log.
package struct LogCapabilities: Sendable, Equatable {
  /// How well something is there.
  package enum State: String, Sendable {
    case ok, partly, missing
  }

  /// Records can be grouped by a request id.
  package let traces: State
  /// Requests can be counted: some record tells path and status.
  package let statistics: State
  /// Requests carry a duration with a unit.
  package let latency: State
  /// Requests can be put into spans of time.
  package let windows: State
  private let isEmpty: Bool
  private let hasRecords: Bool
  private let lacksUnit: Bool
  private let hasTimes: Bool
  /// Share of the lines that nothing reads, where that is a gap; else 0.
  private let unreadShare: Double

  package init(_ diagnosis: Diagnosis) {
    isEmpty = diagnosis.counts.lines == 0
    hasRecords = diagnosis.counts.records > 0
    lacksUnit = diagnosis.durationsWithoutUnit > 0
    traces = hasRecords ? LogCapabilities.state(diagnosis.coverage(of: .requestID)) : .missing
    statistics = hasRecords && diagnosis.closings > 0 ? .ok : .missing
    latency = statistics == .ok ? LogCapabilities.state(diagnosis.coverage(of: .duration)) : .missing
    let times = LogCapabilities.state(diagnosis.coverage(of: .time))
    hasTimes = times != .missing
    unreadShare = diagnosis.unread.isEmpty ? 0 : 1 - (diagnosis.parsedShare ?? 1)
    windows = statistics == .ok ? times : .missing
  }

  /// Whether nothing has to be added for traces, statistics, latency and windows.
  package var isComplete: Bool { unreadShare == 0 && hasAll }

  private var hasAll: Bool { [traces, statistics, latency, windows].allSatisfy { $0 == .ok } }

  /// Whether a field is there. Ids of background records are missing in any log, so four fifths of those will do.
  package static func state(_ coverage: Diagnosis.Coverage?) -> State {
    guard let coverage, coverage.found > 0 else { return .missing }
    if coverage.found >= coverage.of { return .ok }
    if coverage.field == .requestID && coverage.found >= coverage.of - coverage.of / 5 { return .ok }
    return .partly
  }

  /// One plain sentence: what works and what does not, and why.
  package var verdict: String {
    if isEmpty { return "The log is empty: there is nothing to judge. Try a file that has been written to." }
    if !hasRecords {
      return
        "No line fits a layout, so nothing works yet: paste the format of the service's configuration with --layout."
    }
    var works: [String] = []
    // Those that fail for the same reason stand together.
    var fails: [(reason: String, names: [String])] = []
    func sort(_ state: State, _ name: String, but reason: String, partly: String = "") {
      switch state {
      case .ok: works.append(name)
      case .partly: works.append("\(name) (\(partly))")
      case .missing:
        if let known = fails.firstIndex(where: { $0.reason == reason }) {
          fails[known].names.append(name)
        } else {
          fails.append((reason, [name]))
        }
      }
    }
    let noRequest = "no record has a path and a status"
    let isCounted = statistics == .ok
    sort(traces, "traces", but: "no request id", partly: "of the records with an id")
    sort(statistics, "statistics", but: noRequest)
    sort(
      latency, "latency", but: !isCounted ? noRequest : lacksUnit ? "durations without a unit" : "no duration",
      partly: "of the requests with a duration")
    sort(
      windows, "windows", but: !isCounted && hasTimes ? noRequest : "no time", partly: "of the records with a time")
    if fails.isEmpty && isComplete { return "Traces, statistics, latency and windows: all work with this log." }
    var sentences: [String] = []
    if unreadShare > 0 {
      sentences.append("\(PercentText.text(unreadShare)) of the lines could not be read, and are not counted")
    }
    if !works.isEmpty { sentences.append("works: " + works.joined(separator: ", ")) }
    if !fails.isEmpty {
      let groups = fails.map { $0.names.joined(separator: ", ") + " (\($0.reason))" }
      sentences.append("does not work: " + groups.joined(separator: ", "))
    }
    let text = sentences.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}

extension Diagnosis {
  /// What was counted for `field`; nil if nothing was.
  package func coverage(of field: Coverage.Field) -> Coverage? { coverage.first { $0.field == field } }
}
