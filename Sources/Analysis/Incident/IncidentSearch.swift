internal import Glibc
internal import TraceCore

/// One search of `IncidentFinder`: scans all shares, puts together what belongs together, and chooses.
struct IncidentSearch {
  /// A stretch of windows with a sign.
  struct Piece {
    var windows: Range<Int>
    /// Places in `tracks`.
    var tracks: Set<Int>
    /// Requests failed or slow beyond what the baseline has.
    var harm = 0.0
    /// It is slow at first and less and less so, as after a start.
    var isSlowStart = false
  }

  /// Times that what is slow and what is usual are measured by one another.
  private static let rounds = 5

  let series: [SeriesWindow]
  /// Nanoseconds of a window.
  let length: Int64
  let options: IncidentFinder.Options
  let cleanNeeded: Int
  let isTimed: Bool

  /// Failed requests of all; slow ones of all where durations are known; then those of routes where something was found.
  private(set) var tracks: [ShareTrack] = []
  /// Routes that were searched one by one.
  private(set) var searchedRoutes = 0
  /// First bucket of slow requests, of all routes together.
  private(set) var slowBucket = LatencyHistogram.buckets - 1
  private(set) var slowByRoute: [String: Int64] = [:]
  private(set) var pieces: [Piece] = []
  private(set) var drops: [(windows: Range<Int>, drop: TrafficDrop)] = []
  /// Spans that stood out and are as bad at the same hours of other days.
  private(set) var everyDay = 0
  /// Nothing to compare with: most requests fail throughout.
  private(set) var failsThroughout = false

  init(_ series: [SeriesWindow], length: Int64, _ options: IncidentFinder.Options) {
    self.series = series
    self.length = length
    self.options = options
    cleanNeeded = max(3, IncidentSearch.windows(options.cleanTime, length))
    isTimed = series.contains { $0.timed > 0 }
  }

  /// Windows that it takes for so much time.
  private static func windows(_ time: Int64, _ length: Int64) -> Int {
    Int(clamping: (time.plus(length).less(1)) / length)
  }

  mutating func run(_ routes: RouteWindows) {
    let scale = Int(clamping: routes.length / length)
    let offset = Int(clamping: series[0].start.less(routes.start) / length)
    let errors = series.map { ShareScan.Counts(bad: $0.errors, total: $0.requests) }
    tracks = [ShareTrack(.errors, scan(errors, .errors), count: series.count)]
    tracks[0].search()
    drop(isUsualAt: 0)
    var latency = RouteLatency(routes)
    if isTimed { searchLatency(&latency, scale: scale, offset: offset) }
    if routes.routes.count > 1 { searchRoutes(routes, &latency, scale: scale, offset: offset) }
    for stratum in latency.strata {
      if let route = stratum.route {
        slowByRoute[routes.routes[route].name] = LatencyHistogram.border(stratum.border)
      }
    }
    drops = TrafficDrop.find(series, length: length)
    join()
    for index in pieces.indices { pieces[index].isSlowStart = isSlowStart(pieces[index], latency) }
    let outside = tracks[0].counts(outside: isInside)
    let all = tracks[0].counts(series.indices)
    if (outside.total > 0 ? outside.share : all.share) >= 0.5, all.bad >= 10 {
      failsThroughout = true
      pieces = [Piece(windows: series.indices, tracks: [0], harm: Double(all.bad))]
    }
  }

  // MARK: The shares

  private func scan(
    _ counts: [ShareScan.Counts], _ signal: IncidentSpan.Signal, isOfRoute: Bool = false, families: Int = 1,
    scale: Int = 1
  ) -> ShareScan {
    let length = self.length.times(Int64(scale))
    var effect =
      signal == .errors
      ? ShareScan.Effect(ratio: options.errorRatio, more: options.errorsMore, alone: options.errorsAlone)
      : ShareScan.Effect(ratio: options.slowRatio, more: options.slowMore, alone: 1)
    effect.bad = options.leastBad
    if signal == .errors { effect.gross = options.errorsGross }
    if isOfRoute {
      // Of few requests a handful says nothing, whatever its share.
      effect.bad = options.leastOfRoute
      (effect.more, effect.alone) = (max(effect.more, options.routeMore), max(effect.alone, options.routeAlone))
    }
    // Windows of some seconds are noisy one by one: a second of failures, or five slow ones, must not be all of a span.
    let (spared, least) =
      signal == .errors ? (options.sparedErrors, options.leastErrors) : (options.sparedSlow, options.least)
    return ShareScan(
      counts, group: ShareScan.group(counts.map(\.total)),
      ShareScan.Rules(
        effect: effect, alpha: isOfRoute ? options.alphaOfRoutes / Double(max(1, families)) : options.alpha,
        spared: length < spared.times(2) ? IncidentSearch.windows(spared, length) : 0,
        least: max(1, IncidentSearch.windows(least, length)),
        near: max(1, cleanNeeded / max(1, scale)),
        sparedOthers: signal == .errors ? options.sparedOutages : options.sparedSlowdowns))
  }

  /// What is slow depends on the windows outside the span, and these on what is slow: from the quietest quarter of the windows
  /// on until neither changes.
  private mutating func searchLatency(_ latency: inout RouteLatency, scale: Int, offset: Int) {
    let failing = tracks[0].hits
    var track = ShareTrack(
      .latency, scan(latency.slow, .latency, scale: scale), scale: scale, offset: offset, count: series.count)
    func isQuiet(_ track: ShareTrack) -> [Bool] {
      var isQuiet = [Bool](repeating: true, count: latency.count)
      for hit in track.hits { for index in hit.windows { isQuiet[index] = false } }
      for hit in failing { for index in track.own(hit.windows) { isQuiet[index] = false } }
      return isQuiet
    }
    for _ in 0..<IncidentSearch.rounds {
      track.search()
      let quiet = isQuiet(track)
      track.keep(track.hits.filter { isSlowdown($0, track, latency, quiet) })
      guard latency.measure(isQuiet(track)) else { break }
      track = ShareTrack(
        .latency, scan(latency.slow, .latency, scale: scale), scale: scale, offset: offset, count: series.count,
        as: track)
    }
    tracks.append(track)
    drop(isUsualAt: 1)
    var merged = LatencyHistogram()
    let quiet = isQuiet(tracks[1])
    for index in series.indices where quiet[tracks[1].own(index)] { merged.merge(series[index].latency) }
    if let bucket = merged.bucket(ofQuantile: 0.95) { slowBucket = min(bucket + 1, LatencyHistogram.buckets - 1) }
  }

  /// Whether requests became slower by enough, and at once at one of the borders at least: load and latency that rise and
  /// fall with the day are no incident.
  private func isSlowdown(
    _ hit: ShareScan.Hit, _ track: ShareTrack, _ latency: RouteLatency, _ isQuiet: [Bool], route: Int? = nil
  ) -> Bool {
    guard let slowdown = latency.slowdown(in: hit.windows, isQuiet, route: route), slowdown >= options.latencyRatio
    else {
      return false
    }
    let effect = hit.inside.share - track.scan.untaken(isQuiet.indices, isQuiet.map(!)).share
    let own = length.times(Int64(track.scale))
    let reach = max(2 * track.scan.group, IncidentSearch.windows(options.abrupt, own))
    let counts = track.scan.windows
    let (from, to) = (hit.windows.lowerBound, hit.windows.upperBound)
    if from == 0 && to == counts.count { return true }
    func isAbrupt(_ outside: Range<Int>, _ inside: Range<Int>) -> Bool {
      let (low, high) = (counts[outside].reduce(.init(), +), counts[inside].reduce(ShareScan.Counts(), +))
      return low.total > 0 && high.share - low.share >= options.abruptPart * effect
        && ShareScan.ratio(high, low) / hit.dispersion >= options.abruptRatio
    }
    return from > 0 && isAbrupt(max(0, from - reach)..<from, from..<min(to, from + reach))
      || to < counts.count && isAbrupt(to..<min(counts.count, to + reach), max(from, to - reach)..<to)
  }

  /// Each route by itself, where no incident of all requests is.
  private mutating func searchRoutes(_ routes: RouteWindows, _ latency: inout RouteLatency, scale: Int, offset: Int) {
    let busy = routes.routes.indices.filter { routes.routes[$0].total >= options.leastOfRoute }
      .prefix(IncidentFinder.mostRoutes)
    searchedRoutes = busy.count
    var isTaken = [Bool](repeating: false, count: series.count)
    for track in tracks {
      for hit in track.hits { for index in track.covered(hit.windows) { isTaken[index] = true } }
    }
    let isTimed = Set(latency.strata.compactMap(\.route))
    for index in busy {
      let route = routes.routes[index]
      let errors = zip(route.errors, route.requests).map { ShareScan.Counts(bad: $0, total: $1) }
      if errors.contains(where: { $0.bad > 0 }) {
        var track = ShareTrack(
          .errors, route: route.name, scan(errors, .errors, isOfRoute: true, families: busy.count, scale: scale),
          scale: scale, offset: offset, count: series.count)
        track.search(excluded: track.own(isTaken))
        track.keep(track.hits.filter { isOfRoute($0, track, tracks[0]) })
        take(track)
      }
      if isTimed.contains(index) { searchLatency(of: index, route.name, &latency, busy.count, isTaken, scale, offset) }
    }
  }

  private mutating func searchLatency(
    of route: Int, _ name: String, _ latency: inout RouteLatency, _ families: Int, _ isTaken: [Bool], _ scale: Int,
    _ offset: Int
  ) {
    // What all requests together do not show was in what its border was measured by.
    latency.beginAnew(route: route)
    for round in 1...IncidentSearch.rounds {
      guard let stratum = latency.strata.first(where: { $0.route == route }) else { return }
      let slow = stratum.windows.slow(from: stratum.border)
      var track = ShareTrack(
        .latency, route: name, scan(slow, .latency, isOfRoute: true, families: families, scale: scale), scale: scale,
        offset: offset, count: series.count)
      let excluded = track.own(isTaken)
      track.search(excluded: excluded)
      var quiet = excluded.map(!)
      for hit in track.hits { for index in hit.windows { quiet[index] = false } }
      track.keep(
        track.hits.filter { isOfRoute($0, track, tracks[1]) && isSlowdown($0, track, latency, quiet, route: route) })
      quiet = excluded.map(!)
      for hit in track.hits { for index in hit.windows { quiet[index] = false } }
      // The border was measured with what was found in it.
      if !latency.measure(quiet, route: route) || round == IncidentSearch.rounds { return take(track) }
    }
  }

  /// Whether a route is worse than the others at the same time, too.
  private func isOfRoute(_ hit: ShareScan.Hit, _ track: ShareTrack, _ all: ShareTrack) -> Bool {
    let inside = track.scan.windows[hit.windows].reduce(ShareScan.Counts(), +)
    let others = all.counts(track.covered(hit.windows)) - inside
    return others.total <= 0 || track.scan.rules.effect.isMet(inside.share, max(0, others.share))
  }

  private mutating func take(_ track: ShareTrack) {
    guard !track.hits.isEmpty else { return }
    tracks.append(track)
    drop(isUsualAt: tracks.count - 1)
    if tracks[tracks.count - 1].hits.isEmpty { tracks.removeLast() }
  }

  /// Takes out of a track's hits those that are as bad at the same hours of the log's other days.
  private mutating func drop(isUsualAt place: Int) {
    let track = tracks[place]
    let day = Int(clamping: 86_400 * EventTime.nanosecondsPerSecond / length.times(Int64(track.scale)))
    let counts = track.scan.windows
    guard day > 0, counts.count > day else { return }
    let kept = track.hits.filter { hit in
      var usual = ShareScan.Counts()
      for shift in stride(from: -counts.count / day * day, through: counts.count, by: day) where shift != 0 {
        let same = hit.windows.clamped(to: max(0, -shift)..<max(0, min(counts.count, counts.count - shift)))
        for window in same { usual = usual + counts[window + shift] }
      }
      // Half as many requests must have come then, so that their share says something.
      guard usual.total * 2 >= hit.inside.total else { return true }
      return track.scan.rules.effect.isMet(hit.inside.share, usual.share)
        && ShareScan.ratio(hit.inside, usual) / hit.dispersion >= hit.needed / 2
    }
    everyDay += track.hits.count - kept.count
    tracks[place].keep(kept)
  }

  // MARK: Spans

  var isInside: [Bool] {
    var isInside = [Bool](repeating: false, count: series.count)
    for piece in pieces { for index in piece.windows { isInside[index] = true } }
    return isInside
  }

  /// Makes incidents of hits: those that are not parted by `cleanNeeded` clean windows are one.
  private mutating func join() {
    var list: [Piece] = []
    for (index, track) in tracks.enumerated() {
      list += track.hits.map { Piece(windows: track.covered($0.windows), tracks: [index]) }
    }
    list = list.filter { !$0.windows.isEmpty }
    list.sort { ($0.windows.lowerBound, $0.windows.upperBound) < ($1.windows.lowerBound, $1.windows.upperBound) }
    pieces = list
    let signs = IncidentSigns(self)
    // A stretch without traffic belongs to the incident that it touches.
    for index in list.indices {
      for drop in drops {
        let group = tracks[0].scan.group
        let near = drop.windows.lowerBound - group..<drop.windows.upperBound + group
        let windows = list[index].windows
        guard near.overlaps(windows) else { continue }
        list[index].windows =
          min(windows.lowerBound, drop.windows.lowerBound)..<max(windows.upperBound, drop.windows.upperBound)
      }
    }
    pieces = []
    for piece in list {
      guard var last = pieces.last,
        signs.clean(from: last.windows.upperBound, to: piece.windows.lowerBound, last.tracks.union(piece.tracks))
          < cleanNeeded
      else {
        pieces.append(piece)
        continue
      }
      last.windows = last.windows.lowerBound..<max(last.windows.upperBound, piece.windows.upperBound)
      last.tracks.formUnion(piece.tracks)
      pieces[pieces.count - 1] = last
    }
    for index in pieces.indices {
      // The end is the first of so many clean windows in a row.
      let next = index + 1 < pieces.count ? pieces[index + 1].windows.lowerBound : series.count
      var (end, clean, at) = (pieces[index].windows.upperBound, 0, pieces[index].windows.upperBound)
      while at < next, clean < cleanNeeded {
        let isSign = signs.isSign(at, pieces[index].tracks)
        // A stall of some seconds, half a minute later, is another story: all up to it must be bad by enough.
        if isSign, signs.isBad(end..<at + 1, pieces[index].tracks) {
          (end, clean) = (at + 1, 0)
        } else if !isSign, series[at].requests > 0 {
          clean += 1
        }
        at += 1
      }
      pieces[index].windows = pieces[index].windows.lowerBound..<end
      pieces[index].harm = signs.harm(pieces[index].windows, pieces[index].tracks)
    }
  }

  /// Whether a slow time has its worst at its beginning and falls back by itself, as a service does that was just started: what
  /// its last third is slower than elsewhere is under half of what the first one is.
  private func isSlowStart(_ piece: Piece, _ latency: RouteLatency) -> Bool {
    guard let place = piece.tracks.min(), piece.tracks.allSatisfy({ tracks[$0].signal == .latency }) else {
      return false
    }
    let own = tracks[place].own(piece.windows)
    let third = own.count / 3
    let quiet = tracks[place].own(isInside).map(!)
    guard third > 0, let first = latency.slowdown(in: own.lowerBound..<own.lowerBound + third, quiet, at: [0.5]),
      let last = latency.slowdown(in: own.upperBound - third..<own.upperBound, quiet, at: [0.5])
    else { return false }
    return first > 1 && last - 1 < (first - 1) / 2
  }
}
