internal import TraceCore

/// What the search says in words.
extension IncidentSearch {
  private static let source =
    "scan statistic: M. Kulldorff, Communications in Statistics 26(6), 1997; span against the rest: A. B. Olshen et al., "
    + "Biostatistics 5(4), 2004"

  func method(_ piece: Piece?) -> String {
    let of = "\(GateText.count(Int64(series.count), "window")) of \(Self.seconds(length))"
    let limit = isTimed ? ", or that of requests that are slow for their route," : ""
    let grouped = tracks.map { $0.scan.group * $0.scale }.max() ?? 1
    let cells = grouped > 1 ? ", up to \(grouped) of them put together" : ""
    let routes = searchedRoutes > 1 ? ", of all requests or on one of \(searchedRoutes) routes," : ""
    if failsThroughout {
      return "most requests fail in all of the log (\(of)): there is nothing healthy to compare them with"
    }
    guard let piece else {
      return "in no span of \(of)\(cells) is the share of failed requests\(limit)\(routes) higher than in the rest by "
        + "more than chance and by enough to matter (\(Self.source))"
    }
    let signals = piece.tracks.sorted().map { place in
      let track = tracks[place]
      let what = track.signal == .errors ? "failed requests" : "slow requests"
      return "the share of \(what)\(track.route.map { " of \($0)" } ?? "") (\(Self.evidence(track, piece)))"
    }
    let shown =
      signals.prefix(3).joined(separator: " and ") + (signals.count > 3 ? " and \(signals.count - 3) more" : "")
    let slow =
      piece.tracks.contains { tracks[$0].signal == .latency }
      ? "; slow is what takes longer than 95 % of its route's requests outside (\(slowText) over all routes)" : ""
    return "of all spans of \(of)\(cells), the one in which \(shown) "
      + "\(signals.count == 1 ? "is" : "are") higher than in the rest by more than chance; it ends with the first of "
      + "\(cleanNeeded) windows without a sign of it\(slow) (\(Self.source))"
  }

  private static func evidence(_ track: ShareTrack, _ piece: Piece) -> String {
    let own = track.hits.filter { track.covered($0.windows).overlaps(piece.windows) }
    guard let best = own.max(by: { $0.ratio < $1.ratio }) else { return "with the other sign" }
    return "log-likelihood ratio \(GateText.number(best.ratio)), \(GateText.number(best.needed)) required, dispersion "
      + GateText.number(best.dispersion)
  }

  /// Stretches without requests that are reported one by one.
  private var mostDrops: Int { 3 }

  func notes(_ found: IncidentFinder.Found) -> [String] {
    var notes: [String] = []
    if !isTimed { notes.append("no request has a duration: latency was not searched for an incident") }
    for drop in found.drops.prefix(mostDrops) { notes.append(Self.text(drop)) }
    if found.drops.count > mostDrops {
      notes.append("so it was \(GateText.count(Int64(found.drops.count - mostDrops), "more time"))")
    }
    for track in tracks where track.route == nil && track.recurring >= 3 {
      notes.append(
        "\(track.signal == .errors ? "failures" : "slow requests") recur: \(track.recurring) spans of them stand "
          + "out from the rest of the log, and none from the others")
    }
    if everyDay > 0 {
      notes.append(
        "\(GateText.count(Int64(everyDay), "span")) that stood out \(everyDay == 1 ? "is" : "are") as bad at the same hours "
          + "of the log's other days, and no incident")
    }
    guard let span = found.span, !failsThroughout else { return notes }
    if span.beginsBefore { notes.append("the log begins inside the incident: when it began is not known") }
    if span.isOngoing {
      notes.append("the log ends inside the incident: whether it is over is not known")
    } else if found.cleanWindows < found.cleanWindowsNeeded {
      notes.append(
        "only \(GateText.count(Int64(found.cleanWindows), "clean window")) after the recovery, \(found.cleanWindowsNeeded) make it certain"
      )
    }
    return notes
  }

  private static func text(_ drop: TrafficDrop) -> String {
    let span = "from \(EventTime.timeOfDay(drop.from)) to \(EventTime.timeOfDay(drop.to)) UTC"
    let expected = Int64(saturating: drop.expected.rounded())
    if Double(drop.requests) > 0.1 * drop.expected {
      return "traffic fell to \(GateText.value(Double(drop.requests) / drop.expected, .share)) of what it was \(span): "
        + "\(drop.requests) requests ended where about \(expected) were to be expected"
    }
    let few = drop.requests == 0 ? "no request ended" : "only \(GateText.count(drop.requests, "request")) ended"
    return "\(few) \(span), where about \(expected) were to be expected: the service stood still, or nobody called it"
  }

  private var slowText: String { GateText.duration(Double(LatencyHistogram.border(slowBucket))) }

  private static func seconds(_ nanoseconds: Int64) -> String { GateText.duration(Double(nanoseconds)) }
}
