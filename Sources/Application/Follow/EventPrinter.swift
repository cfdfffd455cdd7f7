internal import Analysis
internal import LogSource
package import Pipeline
package import Report
internal import RulePack
internal import TraceCore

/// Writes events to standard output as they come.
package final class EventPrinter {
  package enum Format { case text, json, silent }

  private let format: Format
  private let style: Style
  /// Windows are left out of the text.
  private let isBrief: Bool
  private var hasHeader = false
  package private(set) var failure: Failure?

  package init(_ format: Format, style: Style, isBrief: Bool = false) {
    self.format = format
    self.style = style
    self.isBrief = isBrief
  }

  package func take(_ event: LiveEvent) {
    // Incidents are for receivers; what they are made of is reported here.
    if case .alert = event { return }
    var sink = TextSink()
    switch format {
    case .silent: return
    case .json: EventPrinter.json(event, into: &sink)
    case .text: text(event, into: &sink)
    }
    write(&sink)
  }

  package func write(_ sink: inout TextSink) {
    guard failure == nil else { return }
    do throws(Failure) {
      try Terminal.write(&sink)
    } catch {
      failure = error
    }
  }

  /// One event: an object and a newline.
  package static func json(_ event: LiveEvent, into sink: inout TextSink) {
    switch event {
    case .window(let window): EventReport.json(window, into: &sink)
    case .finding(let finding): EventReport.json(finding, into: &sink)
    case .mark(let mark): EventReport.json(mark, into: &sink)
    case .verdict(let verdict, let gate): GateReport.json(verdict, gate: gate, into: &sink)
    case .rotation(let event, let time, let number):
      EventReport.json(
        rotation: event.kind.rawValue, path: event.path, text: event.text, bytes: event.bytes, time: time,
        number: number,
        into: &sink)
    case .alert: break
    }
  }

  private func text(_ event: LiveEvent, into sink: inout TextSink) {
    if !hasHeader && !isBrief {
      hasHeader = true
      EventReport.header(style: style, into: &sink)
    }
    switch event {
    case .window(let window): if !isBrief { EventReport.text(window, style: style, into: &sink) }
    case .finding(let finding):
      if !isBrief && finding.rule.severity < .p3 { EventReport.text(finding, style: style, into: &sink) }
    case .mark(let mark): EventReport.text(mark, style: style, into: &sink)
    case .verdict(let verdict, let gate): GateReport.text(verdict, gate: gate, style: style, into: &sink)
    case .rotation(let event, let time, _):
      EventReport.text(
        rotation: event.text, time: time, isGap: event.note?.isGap ?? false, style: style, into: &sink)
    case .alert: break
    }
  }
}
