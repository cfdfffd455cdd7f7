internal import Glibc
internal import TraceCore

/// One search of `IncidentFinder`: scans both signals, puts together what belongs together, and chooses.
struct IncidentSearch {
  /// A stretch of windows with a sign.
  struct Piece {
    var windows: Range<Int>
    var errors: Bool
    var latency: Bool
    /// Requests failed or slow beyond what the baseline has.
    var harm = 0.0
  }

  let series: [SeriesWindow]
  /// Nanoseconds of a window.
  let length: Int64
  let options: IncidentFinder.Options
  let errorGroup: Int
  let latencyGroup: Int
  let cleanNeeded: Int
  let isTimed: Bool

  private(set) var errorHits: [ShareScan.Hit] = []
  private(set) var latencyHits: [ShareScan.Hit] = []
  /// First bucket of slow requests.
  private(set) var slowBucket = LatencyHistogram.buckets - 1
  private(set) var pieces: [Piece] = []
  private(set) var drops: [(windows: Range<Int>, drop: TrafficDrop)] = []
  /// Nothing to compare with: most requests fail throughout.
  private(set) var failsThroughout = false

  init(_ series: [SeriesWindow], length: Int64, _ options: IncidentFinder.Options) {
    self.series = series
    self.length = length
    self.options = options
    errorGroup = ShareScan.group(series.map(\.requests))
    latencyGroup = ShareScan.group(series.map(\.timed))
    cleanNeeded = max(3, Int((options.cleanTime + length - 1) / length))
    isTimed = series.contains { $0.timed > 0 }
  }

  mutating func run() {
    errorHits = scan(errors, group: errorGroup, errorEffect).hits()
    if isTimed { searchLatency() }
    drops = TrafficDrop.find(series)
    join()
    let outside = counts(errors, outside: pieces)
    let all = errors.reduce(ShareScan.Counts(), +)
    if (outside.total > 0 ? outside.share : all.share) >= 0.5, all.bad >= 10 {
      failsThroughout = true
      pieces = [Piece(windows: series.indices, errors: true, latency: false, harm: Double(all.bad))]
    }
  }

  // MARK: The signals

  private var errors: [ShareScan.Counts] { series.map { ShareScan.Counts(bad: $0.errors, total: $0.requests) } }

  private func slow(from bucket: Int) -> [ShareScan.Counts] {
    series.map { ShareScan.Counts(bad: $0.latency.count(from: bucket), total: $0.latency.total) }
  }

  private var errorEffect: ShareScan.Effect {
    .init(ratio: options.errorRatio, more: options.errorsMore, alone: options.errorsAlone)
  }

  private var latencyEffect: ShareScan.Effect { .init(ratio: options.slowRatio, more: options.slowMore, alone: 1) }

  private func scan(_ counts: [ShareScan.Counts], group: Int, _ effect: ShareScan.Effect) -> ShareScan {
    // Windows of some seconds are noisy one by one: five seconds of a span must not be all of it.
    let spared = length < 10_000_000_000 ? Int((5_000_000_000 + length - 1) / length) : 0
    return ShareScan(
      counts, group: group, effect: effect, alpha: options.alpha, spared: spared,
      least: max(1, Int((options.least + length - 1) / length)), near: cleanNeeded)
  }

  /// The border of slow requests depends on the windows outside the span, and these on the border: from the quietest
  /// quarter of the windows on until neither changes.
  private mutating func searchLatency() {
    var isQuiet = quietestQuarter()
    for hit in errorHits { for index in hit.windows { isQuiet[index] = false } }
    var before = -1
    for _ in 0..<5 {
      guard let bucket = merged({ isQuiet[$0] }).bucket(ofQuantile: 0.95) else { return }
      slowBucket = min(bucket + 1, LatencyHistogram.buckets - 1)
      guard slowBucket != before else { return }
      before = slowBucket
      let counts = slow(from: slowBucket)
      latencyHits = scan(counts, group: latencyGroup, latencyEffect).hits()
      let all = latencyHits + errorHits
      isQuiet = series.indices.map { index in !all.contains { $0.windows.contains(index) } }
      latencyHits = latencyHits.filter { isSlowdown($0, counts, isQuiet) }
      isQuiet = series.indices.map { index in !(latencyHits + errorHits).contains { $0.windows.contains(index) } }
    }
  }

  /// The windows of those cells whose p95 is at most the lower quartile of theirs: an incident may be most of the log.
  private func quietestQuarter() -> [Bool] {
    var cells: [(windows: Range<Int>, bucket: Int)] = []
    for start in stride(from: 0, to: series.count, by: latencyGroup) {
      let windows = start..<min(series.count, start + latencyGroup)
      if let bucket = merged({ windows.contains($0) }, in: windows).bucket(ofQuantile: 0.95) {
        cells.append((windows, bucket))
      }
    }
    let buckets = cells.map(\.bucket).sorted()
    var isQuiet = [Bool](repeating: false, count: series.count)
    for cell in cells where cell.bucket <= buckets[(buckets.count - 1) / 4] {
      for index in cell.windows { isQuiet[index] = true }
    }
    return isQuiet
  }

  private func merged(_ isTaken: (Int) -> Bool, in windows: Range<Int>? = nil) -> LatencyHistogram {
    var histogram = LatencyHistogram()
    for index in windows ?? series.indices where isTaken(index) { histogram.merge(series[index].latency) }
    return histogram
  }

  /// Whether requests became slower by enough, and at once at one of the borders at least: load and latency that rise and
  /// fall with the day are no incident.
  private func isSlowdown(_ hit: ShareScan.Hit, _ counts: [ShareScan.Counts], _ isQuiet: [Bool]) -> Bool {
    let inside = merged({ hit.windows.contains($0) }, in: hit.windows)
    let outside = merged { isQuiet[$0] }
    let largest = [0.5, 0.95].compactMap { q -> Double? in
      guard let inside = inside.quantile(q), let outside = outside.quantile(q) else { return nil }
      return inside / outside
    }.max()
    guard let largest, largest >= options.latencyRatio else { return false }
    if largest >= 4 { return true }
    let effect = hit.inside.share - share(counts, series.indices.filter { isQuiet[$0] })
    let reach = 2 * latencyGroup
    let borders = [hit.windows.lowerBound, hit.windows.upperBound].filter { $0 > 0 && $0 < series.count }
    return borders.contains { border in
      let below = share(counts, Array(max(0, border - reach)..<border))
      let above = share(counts, Array(border..<min(series.count, border + reach)))
      return abs(above - below) >= 0.4 * effect
    }
  }

  private func share(_ counts: [ShareScan.Counts], _ indices: [Int]) -> Double {
    indices.reduce(ShareScan.Counts()) { $0 + counts[$1] }.share
  }

  // MARK: Spans

  private func counts(_ counts: [ShareScan.Counts], outside pieces: [Piece]) -> ShareScan.Counts {
    var sum = ShareScan.Counts()
    for index in counts.indices where !pieces.contains(where: { $0.windows.contains(index) }) {
      sum = sum + counts[index]
    }
    return sum
  }

  /// Makes incidents of hits: those that are not parted by `cleanNeeded` clean windows are one.
  private mutating func join() {
    var list = errorHits.map { Piece(windows: $0.windows, errors: true, latency: false) }
    list += latencyHits.map { Piece(windows: $0.windows, errors: false, latency: true) }
    list.sort { ($0.windows.lowerBound, $0.windows.upperBound) < ($1.windows.lowerBound, $1.windows.upperBound) }
    let signs = Signs(self, outside: list)
    // A stretch without traffic belongs to the incident that it touches.
    for index in list.indices {
      for drop in drops {
        let near = drop.windows.lowerBound - errorGroup..<drop.windows.upperBound + errorGroup
        let windows = list[index].windows
        guard near.overlaps(windows) else { continue }
        list[index].windows =
          min(windows.lowerBound, drop.windows.lowerBound)..<max(windows.upperBound, drop.windows.upperBound)
      }
    }
    pieces = []
    for piece in list {
      guard var last = pieces.last,
        signs.clean(from: last.windows.upperBound, to: piece.windows.lowerBound) < cleanNeeded
      else {
        pieces.append(piece)
        continue
      }
      last.windows = last.windows.lowerBound..<max(last.windows.upperBound, piece.windows.upperBound)
      last.errors = last.errors || piece.errors
      last.latency = last.latency || piece.latency
      pieces[pieces.count - 1] = last
    }
    for index in pieces.indices {
      // The end is the first of so many clean windows in a row.
      let next = index + 1 < pieces.count ? pieces[index + 1].windows.lowerBound : series.count
      var (end, clean, at) = (pieces[index].windows.upperBound, 0, pieces[index].windows.upperBound)
      while at < next, clean < cleanNeeded {
        let isSign = signs.isSign(at, errors: pieces[index].errors, latency: pieces[index].latency)
        // A stall of some seconds, half a minute later, is another story: all up to it must be bad by enough.
        if isSign, signs.isBad(end..<at + 1, errorEffect, latencyEffect) {
          (end, clean) = (at + 1, 0)
        } else if !isSign, series[at].requests > 0 {
          clean += 1
        }
        at += 1
      }
      pieces[index].windows = pieces[index].windows.lowerBound..<end
      pieces[index].harm = signs.harm(pieces[index].windows)
    }
  }

  /// Whether a window alone says that the incident goes on: more failed or slow requests than one in 10,000 windows of the
  /// baseline has.
  private struct Signs {
    let errors: [ShareScan.Counts]
    let slow: [ShareScan.Counts]
    let errorRate: Double
    let slowShare: Double
    let errorDispersion: Double
    let slowDispersion: Double

    init(_ search: IncidentSearch, outside pieces: [Piece]) {
      errors = search.errors
      slow = search.slow(from: search.slowBucket)
      func limit(_ counts: ShareScan.Counts) -> Double { (Double(counts.bad) + 0.5) / (Double(counts.total) + 1) }
      errorRate = limit(search.counts(errors, outside: pieces))
      slowShare = limit(search.counts(slow, outside: pieces))
      errorDispersion = search.errorHits.last?.dispersion ?? 1
      slowDispersion = search.latencyHits.last?.dispersion ?? 1
    }

    func isSign(_ window: Int, errors isErrors: Bool, latency isLatency: Bool) -> Bool {
      func isMore(_ counts: ShareScan.Counts, _ limit: Double, _ dispersion: Double) -> Bool {
        Binomial.isOver(Double(counts.bad), of: Double(counts.total), limit: limit, alpha: 1e-4, dispersion: dispersion)
      }
      return isErrors && isMore(errors[window], errorRate, errorDispersion)
        || isLatency && isMore(slow[window], slowShare, slowDispersion)
    }

    /// Whether a stretch as a whole is so much worse than the baseline as matters.
    func isBad(_ windows: Range<Int>, _ error: ShareScan.Effect, _ latency: ShareScan.Effect) -> Bool {
      error.isMet(errors[windows].reduce(ShareScan.Counts(), +).share, errorRate)
        || latency.isMet(slow[windows].reduce(ShareScan.Counts(), +).share, slowShare)
    }

    /// The longest run of windows with requests and without a sign.
    func clean(from start: Int, to end: Int) -> Int {
      guard start < end else { return 0 }
      var (run, most) = (0, 0)
      for window in start..<end where errors[window].total > 0 {
        run = isSign(window, errors: true, latency: true) ? 0 : run + 1
        most = max(most, run)
      }
      return most
    }

    func harm(_ windows: Range<Int>) -> Double {
      windows.reduce(0) { sum, window in
        sum + max(0, Double(errors[window].bad) - errorRate * Double(errors[window].total))
          + max(0, Double(slow[window].bad) - slowShare * Double(slow[window].total))
      }
    }

    /// Clean windows from `start` to the first with a sign, or `end`.
    func cleanRun(from start: Int, to end: Int) -> Int {
      var clean = 0
      for window in start..<max(start, end) where errors[window].total > 0 {
        if isSign(window, errors: true, latency: true) { break }
        clean += 1
      }
      return clean
    }
  }

  // MARK: What was found

  func found() -> IncidentFinder.Found {
    var found = IncidentFinder.Found()
    found.drops = drops.map(\.drop)
    found.resolution = length * Int64(errorGroup)
    found.cleanWindowsNeeded = cleanNeeded
    found.baseline = baseline()
    let worst = pieces.indices.max { (pieces[$0].harm, $1) < (pieces[$1].harm, $0) }
    for index in pieces.indices where index != worst { found.others.append(span(pieces[index])) }
    if let worst {
      let piece = pieces[worst]
      found.span = span(piece)
      found.peak = peak(piece)
      let next = worst + 1 < pieces.count ? pieces[worst + 1].windows.lowerBound : series.count
      found.cleanWindows = Signs(self, outside: pieces).cleanRun(from: piece.windows.upperBound, to: next)
    }
    found.method = method(worst.map { pieces[$0] })
    found.notes = notes(found)
    return found
  }

  private func span(_ piece: Piece) -> IncidentSpan {
    var signals: [IncidentSpan.Signal] = []
    if piece.errors { signals.append(.errors) }
    if piece.latency { signals.append(.latency) }
    return IncidentSpan(
      onset: series[piece.windows.lowerBound].start, recovery: series[piece.windows.upperBound - 1].end,
      signals: signals, isOngoing: piece.windows.upperBound == series.count, beginsBefore: piece.windows.lowerBound == 0
    )
  }

  private func baseline() -> IncidentFinder.Baseline {
    let outside = counts(errors, outside: pieces)
    var baseline = IncidentFinder.Baseline(requests: outside.total, errorRate: outside.total > 0 ? outside.share : nil)
    guard isTimed, !failsThroughout else { return baseline }
    baseline.slowThreshold = LatencyHistogram.border(slowBucket)
    let slow = counts(slow(from: slowBucket), outside: pieces)
    baseline.slowShare = slow.total > 0 ? slow.share : nil
    return baseline
  }

  private func peak(_ piece: Piece) -> IncidentFinder.Peak? {
    let slow = slow(from: slowBucket)
    var peak: (start: Int, errors: ShareScan.Counts, slow: ShareScan.Counts)?
    for start in piece.windows where start == piece.windows.lowerBound || start + errorGroup <= piece.windows.upperBound
    {
      let windows = start..<min(piece.windows.upperBound, start + errorGroup)
      let failed = errors[windows].reduce(ShareScan.Counts(), +)
      let late = slow[windows].reduce(ShareScan.Counts(), +)
      guard failed.total > 0 else { continue }
      guard let best = peak else {
        peak = (start, failed, late)
        continue
      }
      let isWorse = piece.errors ? failed.share > best.errors.share : late.share > best.slow.share
      if isWorse { peak = (start, failed, late) }
    }
    return peak.map {
      .init(
        time: series[$0.start].start, errorRate: $0.errors.share, slowShare: $0.slow.total > 0 ? $0.slow.share : nil)
    }
  }
}
