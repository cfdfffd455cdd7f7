internal import Analysis
package import Pipeline
internal import Platform
internal import Report
internal import TraceCore

/// Has `skein watch` write its page whenever an hour after a release is over, as a process of its own: the service keeps
/// nothing for it, and after a restart the next run makes the whole page again.
///
/// Used by the thread that follows. Hours are those of event time.
package final class WatchSchedule {
  package struct Options: Sendable {
    /// Nanoseconds after the release.
    package var duration: Int64
    /// Where pages go.
    package var folder: String
    /// Of `skein watch`: its options, without `--from`, `--for` and `-o`, and the logs.
    package var words: [String]

    package init(duration: Int64, folder: String, words: [String]) {
      (self.duration, self.folder, self.words) = (duration, folder, words)
    }
  }

  /// Event time after the end of an hour at which its requests are in the log.
  private static let slack = 15 * EventTime.nanosecondsPerSecond
  /// How many hours are reported to receivers one by one; the last one is, too.
  private static let reportedHours: Int64 = 8

  private let options: Options
  private let hooks: Hooks
  /// The release that is watched: its name, and event times of its start and of the next run.
  private var watched: (release: String, start: Int64, due: Int64)?
  /// Event time.
  private var time = EventTime.none
  /// Of the run that goes on: how many hours are over in it.
  private var running: (release: String, start: Int64, hours: Int64)?
  private var isRestored = false
  private var messages: [AlertMessage] = []

  package init(_ options: Options) {
    self.options = options
    var limits = Hooks.Limits()
    limits.time = 900 * EventTime.nanosecondsPerSecond
    limits.atOnce = 1
    limits.output = 16 << 10
    hooks = Hooks(limits)
  }

  /// What an earlier run knew: the last release, if there was one. Its page is made anew.
  func restore(release: String, at start: Int64) {
    guard watched == nil else { return }
    watched = (release, start, start)
  }

  package func take(_ event: LiveEvent) {
    switch event {
    case .mark(let mark) where mark.kind == .version:
      // What the log began with is no release.
      if time != EventTime.none { watched = (mark.text, mark.time, mark.time.plus(WatchJob.hour)) }
    case .window(let window): time = max(time, window.summary.end)
    default: break
    }
  }

  var descriptors: [Int32] { hooks.descriptors }
  var due: Int64? { hooks.due }

  /// Begins what is due; what there is to be said of runs that have ended. Between two steps, when all is read.
  func poll() -> [String] {
    var sentences: [String] = []
    for result in hooks.poll() { sentences += ended(result) }
    begin()
    return sentences
  }

  /// What receivers are to be sent.
  func removeMessages() -> [AlertMessage] {
    defer { messages = [] }
    return messages
  }

  private func begin() {
    guard running == nil, let watched, time != EventTime.none, time >= watched.due.plus(WatchSchedule.slack) else {
      return
    }
    let hours = max(0, time.less(WatchSchedule.slack).less(watched.start)) / WatchJob.hour
    let isLast = watched.start.plus(hours.times(WatchJob.hour)) >= watched.start.plus(options.duration)
    running = (watched.release, watched.start, hours)
    self.watched?.due = isLast ? Int64.max : watched.start.plus((hours + 1).times(WatchJob.hour))
    let words =
      [
        "/proc/self/exe", "watch", "--from", EventTime.rfc3339(watched.start), "--for",
        DurationText.option(options.duration), "-o", options.folder,
      ] + options.words
    hooks.run(
      HookCommand(words: words), for: Hooks.Event(kind: "watch", id: "", severity: nil, state: nil, json: []))
  }

  private func ended(_ result: Hooks.Result) -> [String] {
    guard let run = running else { return [] }
    running = nil
    let said = String(decoding: result.output, as: UTF8.self)
    let states: [Int32: Verdict.State] = [0: .pass, 1: .fail, 2: .inconclusive]
    guard case .ended(.exited(let code)) = result.outcome, let state = states[code] else {
      let first = said.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      return ["watch of \(run.release): no page was written\(first)"]
    }
    let total = options.duration / WatchJob.hour
    let isOver = run.start.plus(run.hours.times(WatchJob.hour)) >= run.start.plus(options.duration)
    if run.hours > 0, run.hours <= WatchSchedule.reportedHours || isOver {
      messages.append(message(run, said, state, isOver: isOver))
    }
    return [
      "watch of \(run.release), \(min(run.hours, max(total, 1))) of \(max(total, 1)) hours: \(GateReport.word(state)) "
        + "(\(options.folder)/\(WatchReport.fileName(start: run.start)))"
    ]
  }

  /// One message a watch, which is changed from hour to hour where the receiver can.
  private func message(
    _ run: (release: String, start: Int64, hours: Int64), _ said: String, _ state: Verdict.State, isOver: Bool
  ) -> AlertMessage {
    let lines = said.split(whereSeparator: \.isNewline).map(String.init)
    let reasons = lines.filter { $0.hasPrefix("  ! ") || $0.hasPrefix("  ? ") }.map { String($0.dropFirst(2)) }
    let hour = lines.first { $0.hasPrefix("\(run.hours) ") }.map {
      "hour " + $0.split(separator: " ").joined(separator: " ")
    }
    let end = run.start.plus(run.hours.times(WatchJob.hour))
    var message = AlertMessage(
      key: "watch-\(EventTime.rfc3339(run.start))", state: isOver ? .over : .open, severity: 3,
      title: "Watch of \(run.release), hour \(run.hours): \(GateReport.word(state))",
      lines: (hour.map { [$0] } ?? []) + Array(reasons.prefix(8)), opened: run.start,
      closed: isOver ? end : EventTime.none, time: end)
    message.rule = AlertMessage.watchRule
    message.pack = "skein"
    return message
  }
}
