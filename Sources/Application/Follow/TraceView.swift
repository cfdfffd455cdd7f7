internal import Pipeline
internal import Report
internal import TraceCore

/// A trace as `skein show` prints it, read from the followed files: for the live screen and the pages.
package enum TraceView {
  /// The lines; where it cannot be read, why.
  package static func lines(of id: String, _ job: FollowJob) -> [String] {
    switch ReadableJob(job).lives(of: id) {
    case .failure(let failure): return [failure.message]
    case .success(let lives):
      var sink = TextSink()
      for life in lives {
        ShowReport.text(
          life.trace, life.records, style: job.style, options: ShowReport.Options(raw: false, full: false),
          ledger: nil, detail: .line, into: &sink)
        sink.writeLine()
      }
      return sink.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
  }
}

/// The logs of a job, to be read a second time from their beginning, by any thread.
struct ReadableJob: Sendable {
  typealias Life = (trace: TraceSummary, records: [EvidenceRecord])

  private let files: [String]
  private let settings: RunSettings

  init(_ job: FollowJob) {
    files = job.files
    var settings = job.settings
    settings.addsRotations = true
    settings.condition = nil
    self.settings = settings
  }

  /// Every life of an id, oldest first. Reads all the logs.
  func lives(of id: String) -> Result<[Life], Failure> {
    do throws(Failure) {
      guard !files.contains("-") else {
        throw Failure(.usage, "standard input cannot be read a second time; skein show \(id) FILE shows the request")
      }
      var plan = try settings.plan(files: files)
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
      return .success(
        result.evidence.filter { $0.id == id }.compactMap { life in
          result.ranking?.rows.first { $0.life == life.life }.map { ($0.trace, life.records) }
        })
    } catch {
      return .failure(error)
    }
  }
}
