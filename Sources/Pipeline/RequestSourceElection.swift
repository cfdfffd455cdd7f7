internal import TraceCore

/// Decides whose closing records count as requests (DESIGN section 3, "What counts as a request").
///
/// Looks at the first 2,000 records, in 20,000 lines at most, from the first candidate on and takes the most complete
/// source. It depends on the sequence of lines alone, so that files, a pipe and a followed log agree
/// (docs/decisions/0006), but for a valve: what waits for the decision never takes more than 48 MiB.
struct RequestSourceElection {
  /// Records looked at.
  static let sample = 2_000
  /// Records waited for at most where requests only begin (bounds what is held).
  static let patience = 20_000
  /// Lines looked at, in which there may be few records.
  static let mostLines = 20_000
  /// Bytes that may wait.
  static let mostBytes = 48 << 20

  /// A stream, logger and layout that tells of exchanges.
  struct Source: Equatable {
    var stream: Int
    var layout: String
    var logger: String?
  }

  /// What a source's records had.
  struct Candidate {
    var source: Source
    var closings = 0
    var openings = 0
    /// Ends of requests that name no path.
    var completions = 0
    var withMethod = 0
    var withDuration = 0

    /// Records that end requests, as the source tells it.
    var ends: Int { closings > 0 ? closings : completions }

    /// Method and duration on top of the path and status that every closing record has; then openings.
    var completeness: Int {
      // What an opening told stands for what its completion leaves out, but a record that tells all comes first.
      if closings == 0 { return 3 }
      return (withMethod * 2 >= closings ? 4 : 0) + (withDuration * 2 >= closings ? 2 : 0) + (openings > 0 ? 1 : 0)
    }
  }

  private(set) var candidates: [Candidate] = []
  private(set) var seen = 0
  /// Lines up to the last one looked at: of the blocks before, and in all, by stream; in all at the first candidate.
  private var linesBefore: [Int: Int] = [:]
  private var linesReached: [Int: Int] = [:]
  private var linesAtStart: Int?
  private var bytes = 0
  /// Only sources with this name may win (`--requests-from`): a logger, a stream, or a layout.
  let wanted: String?
  var streamNames: [String]

  init(wanted: String?, streamNames: [String]) {
    self.wanted = wanted
    self.streamNames = streamNames
  }

  /// Whether enough was seen.
  var isDecided: Bool {
    (seen >= RequestSourceElection.sample
      && (seen >= RequestSourceElection.patience || candidates.contains { $0.ends > 0 }))
      || lines >= RequestSourceElection.mostLines
      || bytes >= RequestSourceElection.mostBytes
  }

  /// Lines since the first candidate.
  private var lines: Int {
    guard let linesAtStart else { return 0 }
    return linesReached.values.reduce(0, +) - linesAtStart
  }
  /// Whether nothing has to be waited for: no candidate has come yet.
  var isIdle: Bool { candidates.isEmpty }

  /// Looks at the records of `range` until the sample is full.
  mutating func observe(_ parsed: ParsedBlock, _ range: Range<Int>) {
    let batch = parsed.batch
    let before = linesBefore[parsed.stream, default: 0]
    defer {
      if range.upperBound == batch.records.count {
        linesBefore[parsed.stream] = before + batch.lineCount
        linesReached[parsed.stream] = before + batch.lineCount
        if !candidates.isEmpty { bytes += parsed.block.count }
      }
    }
    for index in range {
      let record = batch.records[index]
      linesReached[parsed.stream] = before + Int(record.line)
      guard !isDecided else { return }
      if record.kind != .plain && record.kind != .outbound { note(record, parsed) }
      guard !candidates.isEmpty else { continue }
      seen += 1
      if linesAtStart == nil { linesAtStart = linesReached.values.reduce(0, +) }
    }
  }

  private mutating func note(_ record: Record, _ parsed: ParsedBlock) {
    let logger = record.logger >= 0 ? parsed.batch.labels.string(Int(record.logger)) : nil
    let source = Source(stream: parsed.stream, layout: parsed.layouts[Int(record.layout)], logger: logger)
    guard isWanted(source) else { return }
    let index: Int
    if let known = candidates.firstIndex(where: { $0.source == source }) {
      index = known
    } else if record.kind == .completion {
      // Without an opening before it nobody knows what it ends.
      return
    } else if candidates.count < 100 {
      index = candidates.count
      candidates.append(Candidate(source: source))
    } else {
      return
    }
    if record.kind == .opening {
      candidates[index].openings += 1
    } else if record.kind == .completion {
      candidates[index].completions += 1
    } else {
      candidates[index].closings += 1
      if record.flags.contains(.hasMethod) { candidates[index].withMethod += 1 }
      if record.duration >= 0 { candidates[index].withDuration += 1 }
    }
  }

  /// Whether a source's requests end with records that name no path.
  func endsByID(_ source: Source) -> Bool {
    candidates.contains { $0.source == source && $0.closings == 0 && $0.completions > 0 }
  }

  private func isWanted(_ source: Source) -> Bool {
    guard let wanted else { return true }
    let stream = streamNames[source.stream]
    return source.logger == wanted || source.layout == wanted || stream == wanted || stream.hasSuffix("/" + wanted)
  }

  /// The most complete source; of equals the one with more closing records, then the first seen.
  var winner: Source? {
    // Where no request ever ends, those that began are unfinished.
    let anyCloses = candidates.contains { $0.ends > 0 }
    return candidates.indices.filter { anyCloses ? candidates[$0].ends > 0 : true }
      .max { a, b in
        let (x, y) = (candidates[a], candidates[b])
        if x.completeness != y.completeness { return x.completeness < y.completeness }
        if x.ends != y.ends { return x.ends < y.ends }
        return a > b
      }
      .map { candidates[$0].source }
  }
}

// MARK: State

extension RequestSourceElection.Source: StateCodable {
  /// What loading fills.
  static var empty: RequestSourceElection.Source { RequestSourceElection.Source(stream: 0, layout: "", logger: nil) }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&stream)
    try coder.code(&layout)
    try coder.code(&logger)
  }
}

extension RequestSourceElection: StateCodable {
  /// Before the first candidate: how far each stream has come. What is told by candidates is never saved: while they are
  /// looked at, what was read waits; and once it is decided, `MergeStage` has the winner.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(streamNames.count, "streams")
    try coder.code(&linesBefore, empty: 0) { lines, coder throws(StateError) in try coder.code(&lines) }
    try coder.code(&linesReached, empty: 0) { lines, coder throws(StateError) in try coder.code(&lines) }
  }
}
