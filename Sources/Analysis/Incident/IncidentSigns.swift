internal import TraceCore

/// Whether a window alone says that an incident goes on: more failed or slow requests than one in 10,000 windows of the
/// baseline has.
struct IncidentSigns {
  private let tracks: [ShareTrack]
  private let series: [SeriesWindow]
  /// Of each track, outside of what was found.
  private let shares: [Double]

  init(_ search: IncidentSearch) {
    tracks = search.tracks
    series = search.series
    let isInside = search.isInside
    shares = tracks.map { track in
      let outside = track.counts(outside: isInside)
      return (Double(outside.bad) + 0.5) / (Double(outside.total) + 1)
    }
  }

  func isSign(_ window: Int, _ places: Set<Int>) -> Bool {
    places.contains { place in
      let counts = tracks[place].scan.windows[tracks[place].own(window)]
      return Binomial.isOver(
        Double(counts.bad), of: Double(counts.total), limit: shares[place], alpha: 1e-4,
        dispersion: tracks[place].hits.last?.dispersion ?? 1)
    }
  }

  /// Whether a stretch as a whole is so much worse than the baseline as matters.
  func isBad(_ windows: Range<Int>, _ places: Set<Int>) -> Bool {
    places.contains { tracks[$0].scan.rules.effect.isMet(tracks[$0].counts(windows).share, shares[$0]) }
  }

  /// The longest run of windows with requests and without a sign, of these or of all requests.
  func clean(from start: Int, to end: Int, _ places: Set<Int>) -> Int {
    guard start < end else { return 0 }
    let looked = places.union(tracks.indices.filter { tracks[$0].route == nil })
    var (run, most) = (0, 0)
    for window in start..<end where series[window].requests > 0 {
      run = isSign(window, looked) ? 0 : run + 1
      most = max(most, run)
    }
    return most
  }

  /// Clean windows from `start` to the first with a sign, or `end`.
  func cleanRun(from start: Int, to end: Int, _ places: Set<Int>) -> Int {
    let looked = places.union(tracks.indices.filter { tracks[$0].route == nil })
    var clean = 0
    for window in start..<max(start, end) where series[window].requests > 0 {
      if isSign(window, looked) { break }
      clean += 1
    }
    return clean
  }

  /// Requests that failed or were slow beyond what the baseline has: of all, and of those routes that alone say so.
  func harm(_ windows: Range<Int>, _ places: Set<Int>) -> Double {
    let all = tracks.indices.filter { tracks[$0].route == nil }
    func excess(_ place: Int) -> Double {
      let counts = tracks[place].counts(windows)
      return max(0, Double(counts.bad) - shares[place] * Double(counts.total))
    }
    let byRoute = places.filter { tracks[$0].route != nil }.map(excess).reduce(0, +)
    return max(all.map(excess).reduce(0, +), byRoute)
  }
}
