internal import TraceCore

/// What the search says in words.
extension IncidentSearch {
  private static let source =
    "scan statistic: M. Kulldorff, Communications in Statistics 26(6), 1997; span against the rest: A. B. Olshen et al., "
    + "Biostatistics 5(4), 2004"

  func method(_ piece: Piece?) -> String {
    let of = "\(GateText.count(Int64(series.count), "window")) of \(Self.seconds(length))"
    let limit = isTimed ? ", or that of requests of \(slowText) or more," : ""
    let grouped = max(errorGroup, isTimed ? latencyGroup : 1)
    let cells = grouped > 1 ? ", up to \(grouped) of them put together" : ""
    if failsThroughout {
      return "most requests fail in all of the log (\(of)): there is nothing healthy to compare them with"
    }
    guard let piece else {
      return "in no span of \(of)\(cells) is the share of failed requests\(limit) higher than in the rest by more than "
        + "chance and by enough to matter (\(Self.source))"
    }
    var signals: [String] = []
    if piece.errors { signals.append("the share of failed requests (\(Self.evidence(errorHits, piece)))") }
    if piece.latency {
      signals.append("the share of requests of \(slowText) or more (\(Self.evidence(latencyHits, piece)))")
    }
    return "of all spans of \(of)\(cells), the one in which \(signals.joined(separator: " and ")) "
      + "\(signals.count == 1 ? "is" : "are") higher than in the rest by more than chance; it ends with the first of "
      + "\(cleanNeeded) windows without a sign of it (\(Self.source))"
  }

  private static func evidence(_ hits: [ShareScan.Hit], _ piece: Piece) -> String {
    let own = hits.filter { $0.windows.overlaps(piece.windows) }
    guard let best = own.max(by: { $0.ratio < $1.ratio }) else { return "with the other sign" }
    return "log-likelihood ratio \(GateText.number(best.ratio)), \(GateText.number(best.needed)) asked for, dispersion "
      + GateText.number(best.dispersion)
  }

  /// Stretches without requests that are told one by one.
  private var mostDrops: Int { 3 }

  func notes(_ found: IncidentFinder.Found) -> [String] {
    var notes: [String] = []
    if !isTimed { notes.append("no request has a duration: latency was not searched for an incident") }
    for drop in found.drops.prefix(mostDrops) {
      let few = drop.requests == 0 ? "no request ended" : "only \(drop.requests) requests ended"
      notes.append(
        "\(few) from \(EventTime.timeOfDay(drop.from)) to \(EventTime.timeOfDay(drop.to)) UTC, where about "
          + "\(Int64(saturating: drop.expected.rounded())) were to be expected: the service stood still, or nobody asked"
      )
    }
    if found.drops.count > mostDrops {
      notes.append("so it was \(GateText.count(Int64(found.drops.count - mostDrops), "more time"))")
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

  private var slowText: String { GateText.duration(Double(LatencyHistogram.border(slowBucket))) }

  private static func seconds(_ nanoseconds: Int64) -> String { GateText.duration(Double(nanoseconds)) }
}
