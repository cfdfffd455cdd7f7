internal import Analysis
internal import Glibc
internal import Pipeline
internal import Report
internal import TraceCore

/// How long a rollback took: from the fail of a gate to the end of the last request of the new version.
///
/// That it is over is believed only where the other versions had so many requests after it that the new one would have shown,
/// and where nothing was left out that could have been one of its requests.
struct RollbackTime {
  /// The chance of seeing no request of a version that is still there, at most.
  private static let chance = 0.05

  private let run: LogSet.GateRun
  /// Nanoseconds.
  private let limit: Int64
  private let logs: LogSet

  init(_ run: LogSet.GateRun, within limit: Int64, _ logs: LogSet) {
    self.run = run
    self.limit = limit
    self.logs = logs
  }

  func result() throws(Failure) -> ItemResult {
    let (name, evidence) = (run.definition.name, GateOutcome(run).evidence)
    guard let failed = run.verdicts.first(where: { $0.state == .fail && !$0.isFinal }) else {
      return ItemResult(
        .unknown, "gate \(name) did not fail in this log: there is no rollback to measure",
        advice: "Take the log of a rollback that was practised, and say with 'from' when its deploy began.",
        evidence: evidence)
    }
    guard let version = failed.version, let field = run.definition.versionField else {
      return ItemResult(
        .unknown, "gate \(name) failed, and which version is the new one is not known",
        advice: "Name it with 'version' in the gate.", evidence: evidence)
    }
    let isNew: FilterExpression
    let hasVersion: FilterExpression
    let isOther: FilterExpression
    let isNameless: FilterExpression
    do throws(FilterError) {
      let (field, text) = ("`\(field)`", RollbackTime.quoted(version))
      isNew = try FilterExpression(parsing: "\(field) = \(text)")
      hasVersion = try FilterExpression(parsing: "has(\(field))")
      isOther = try FilterExpression(parsing: "has(\(field)) and \(field) != \(text)")
      isNameless = try FilterExpression(parsing: "not has(\(field))")
    } catch {
      return ItemResult(
        .unknown, "nothing can be asked of the field \(field) and the version \(version): \(error.message)",
        evidence: evidence)
    }
    let before = MeasureSpan(since: run.from ?? run.verdicts.first?.start, until: failed.time)
    let (counts, stats) = try logs.counts([
      MeasureSelection(where: isNew), MeasureSelection(where: isNew, span: before),
      MeasureSelection(where: hasVersion, span: before),
    ])
    guard let ended = counts[0], ended.total.requests > 0, let stats else {
      return ItemResult(.unknown, "no request of version \(version) was read", evidence: evidence)
    }
    let last = ended.lastRequest
    let delay = max(0, last.less(failed.time))
    let said =
      "the last request of \(version) ended \(RoundDuration.text(delay)) after the gate failed "
      + "(\(EventTime.rfc3339(failed.time)) to \(EventTime.rfc3339(last)))"
    guard delay <= limit else {
      return ItemResult(.fail, "\(said), later than \(RoundDuration.text(limit))", evidence: evidence)
    }
    let (after, _) = try logs.counts([
      MeasureSelection(where: isOther, span: MeasureSpan(since: last.plus(1), until: nil)),
      MeasureSelection(where: isNameless, span: MeasureSpan(since: failed.time.plus(limit), until: nil)),
    ])
    if let doubt = doubt(
      share: RollbackTime.share(counts[1], of: counts[2]), others: after[0]?.total.requests ?? 0,
      nameless: after[1]?.total.requests ?? 0, stats.ledger, version)
    {
      return ItemResult(.unknown, "\(said), but \(doubt)", evidence: evidence)
    }
    return ItemResult(.pass, said, evidence: evidence)
  }

  private static func share(_ part: MeasuredSelection?, of all: MeasuredSelection?) -> Double {
    guard let part, let all, all.total.requests > 0 else { return 0 }
    return Double(part.total.requests) / Double(all.total.requests)
  }

  /// Why it may not be over.
  private func doubt(share: Double, others: Int64, nameless: Int64, _ ledger: Ledger, _ version: String) -> String? {
    if let gap = ledger.gap { return gap }
    let needed = share >= 1 ? 1 : Int64(saturating: (log(RollbackTime.chance) / log1p(-max(share, 0.001))).rounded(.up))
    guard others >= needed else {
      return "after it the log has only \(CountText.text(others, "request")) of other versions; it takes "
        + "\(CountText.text(needed)) to see that \(version) has none any more"
    }
    guard nameless == 0 else {
      return "\(CountText.text(nameless, "request")) after the limit name no version"
    }
    let lost = ledger.leftOut(isBounded: true)
    guard Double(lost) <= GateLoss.tolerated * Double(ledger.totals.lines) else {
      return "\(CountText.text(lost, "line")) or requests were left out that could be its"
    }
    return nil
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
