internal import TraceCore

/// What the search found, as `IncidentFinder.Found`.
extension IncidentSearch {
  func found() -> IncidentFinder.Found {
    var found = IncidentFinder.Found()
    found.drops = drops.map(\.drop)
    found.resolution = length.times(Int64(tracks[0].scan.group))
    found.cleanWindowsNeeded = cleanNeeded
    found.baseline = baseline()
    found.slowByRoute = slowByRoute
    // What falls back by itself stands after what did not.
    func weight(_ piece: Piece) -> Double { piece.isSlowStart ? piece.harm / 4 : piece.harm }
    let worst = pieces.indices.max { (weight(pieces[$0]), $1) < (weight(pieces[$1]), $0) }
    for index in pieces.indices where index != worst { found.others.append(span(pieces[index])) }
    if let worst {
      let piece = pieces[worst]
      found.span = span(piece)
      found.peak = peak(piece)
      let next = worst + 1 < pieces.count ? pieces[worst + 1].windows.lowerBound : series.count
      found.cleanWindows = IncidentSigns(self).cleanRun(from: piece.windows.upperBound, to: next, piece.tracks)
    }
    found.method = method(worst.map { pieces[$0] })
    found.notes = notes(found)
    return found
  }

  private func span(_ piece: Piece) -> IncidentSpan {
    let own = piece.tracks.sorted().map { tracks[$0] }
    return IncidentSpan(
      onset: series[piece.windows.lowerBound].start, recovery: series[piece.windows.upperBound - 1].end,
      signals: IncidentSpan.Signal.allCases.filter { signal in own.contains { $0.signal == signal } },
      routes: own.contains { $0.route == nil }
        ? []
        : own.compactMap(\.route).reduce(into: []) { routes, route in
          if !routes.contains(route) { routes.append(route) }
        },
      isOngoing: piece.windows.upperBound == series.count, beginsBefore: piece.windows.lowerBound == 0,
      isSlowStart: piece.isSlowStart)
  }

  private func baseline() -> IncidentFinder.Baseline {
    let isInside = self.isInside
    let outside = tracks[0].counts(outside: isInside)
    var baseline = IncidentFinder.Baseline(requests: outside.total, errorRate: outside.total > 0 ? outside.share : nil)
    guard isTimed, !failsThroughout else { return baseline }
    baseline.slowThreshold = LatencyHistogram.border(slowBucket)
    var slow = ShareScan.Counts()
    for index in series.indices where !isInside[index] { slow = slow + slowCounts(index) }
    baseline.slowShare = slow.total > 0 ? slow.share : nil
    return baseline
  }

  /// Requests from the threshold of all on.
  private func slowCounts(_ index: Int) -> ShareScan.Counts {
    ShareScan.Counts(bad: series[index].latency.count(from: slowBucket), total: series[index].latency.total)
  }

  private func peak(_ piece: Piece) -> IncidentFinder.Peak? {
    let isFailing = piece.tracks.contains { tracks[$0].signal == .errors }
    let group = tracks[0].scan.group
    var peak: (start: Int, errors: ShareScan.Counts, slow: ShareScan.Counts)?
    for start in piece.windows where start == piece.windows.lowerBound || start + group <= piece.windows.upperBound {
      let windows = start..<min(piece.windows.upperBound, start + group)
      let failed = tracks[0].scan.windows[windows].reduce(ShareScan.Counts(), +)
      let late = windows.reduce(ShareScan.Counts()) { $0 + slowCounts($1) }
      guard failed.total > 0 else { continue }
      guard let best = peak else {
        peak = (start, failed, late)
        continue
      }
      let isWorse = isFailing ? failed.share > best.errors.share : late.share > best.slow.share
      if isWorse { peak = (start, failed, late) }
    }
    return peak.map {
      .init(
        time: series[$0.start].start, errorRate: $0.errors.share, slowShare: $0.slow.total > 0 ? $0.slow.share : nil)
    }
  }
}
