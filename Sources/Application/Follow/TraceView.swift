internal import Pipeline
internal import Report
internal import TraceCore

/// A trace as `skein show` prints it, read from the followed files: for the live screen.
package enum TraceView {
  /// The lines; where it cannot be read, why.
  package static func lines(of id: String, _ job: FollowJob) -> [String] {
    do throws(Failure) {
      guard !job.files.contains("-") else {
        throw Failure(.usage, "standard input cannot be read a second time; skein show \(id) FILE shows the request")
      }
      var settings = job.settings
      settings.addsRotations = true
      settings.condition = nil
      var plan = try settings.plan(files: job.files)
      plan.includesSteps = true
      let driver = Driver(plan: plan)
      let result: Driver.Result
      do throws(RunError) {
        result = try driver.run(
          ranking: TraceRanking(order: .start, most: 100, isOfEvidence: true),
          evidence: EvidenceCollector(.prefix(Array(id.utf8))))
      } catch {
        throw Failure(error)
      }
      var sink = TextSink()
      for life in result.evidence where life.id == id {
        guard let row = result.ranking?.rows.first(where: { $0.life == life.life }) else { continue }
        ShowReport.text(
          row.trace, life.records, style: job.style, options: ShowReport.Options(raw: false, full: false),
          ledger: nil, detail: .line, into: &sink)
        sink.writeLine()
      }
      return sink.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    } catch {
      return [error.message]
    }
  }
}
