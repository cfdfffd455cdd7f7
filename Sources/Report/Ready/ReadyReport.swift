package import Analysis
internal import TraceCore

/// What was found of a checklist, for people: a line an item, then the sentence that decides.
package enum ReadyReport {
  /// `deployment_checklist_20261130_221500.md`, by the time of the run in UTC.
  ///
  /// - Parameter time: nanoseconds since 1970.
  package static func fileName(_ time: Int64) -> String {
    PageName.text("deployment_checklist", at: time) + ".md"
  }

  package static func text(_ result: ReadyResult, style: Style, detail: LedgerDetail, into sink: inout TextSink) {
    for section in result.sections {
      sink.writeLine(style.painted(Escape.terminal(section.title), .bold))
      for item in section.items {
        let word = word(item.found.state).padded(to: 7)
        let line =
          "  \(style.painted(word, paint(item.found.state)))  \(Escape.terminal("\(item.title): \(item.found.reason)"))"
        sink.writeLine(line)
      }
      sink.writeLine()
    }
    let sentence = Escape.terminal("\(result.name): \(verdict(result))")
    Prose.write(
      sentence, paint: result.state == .pass ? .green : result.state == .fail ? .boldRed : .yellow, style, into: &sink)
    for reading in result.readings {
      LedgerReport.text(reading.ledger, style: style, detail: detail, into: &sink)
    }
  }

  /// `ready, all 30 items pass`, `not ready, 2 of 30 items fail and 5 are unknown`.
  static func verdict(_ result: ReadyResult) -> String {
    let (failed, unknown) = (result.count(.fail), result.count(.unknown))
    let all = result.items.count
    /// `2 of 30 items fail`, `the only item fails`.
    func part(_ count: Int, _ one: String, _ more: String) -> String {
      all == 1
        ? "the only item \(one)" : "\(CountText.text(count)) of \(CountText.text(all)) items \(count == 1 ? one : more)"
    }
    var text: String
    switch result.state {
    case .pass: text = "ready, " + (all == 1 ? "the only item passes" : "all \(CountText.text(all)) items pass")
    case .fail:
      text = "not ready, " + part(failed, "fails", "fail")
      if unknown > 0 { text += " and \(CountText.text(unknown)) \(unknown == 1 ? "is" : "are") unknown" }
    case .unknown: text = "not known to be ready, " + part(unknown, "is unknown", "are unknown")
    }
    if result.leftOut > 0 {
      text +=
        "; \(CountText.text(Int64(result.leftOut), "other item")) of the checklist "
        + "\(result.leftOut == 1 ? "was" : "were") not looked at (--only)"
    }
    return text
  }

  static func word(_ state: ReadyState) -> String { state == .fail ? "FAIL" : state.rawValue }

  private static func paint(_ state: ReadyState) -> Style.Paint {
    switch state {
    case .pass: .green
    case .fail: .boldRed
    case .unknown: .yellow
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
