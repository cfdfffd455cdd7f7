internal import Analysis
internal import TraceCore

/// The incident document as files: Markdown, one HTML page, JSON. What it says is in `IncidentPage`; how it is written in
/// the files beside this one.
package enum IncidentReport {
  /// `incident_20261123_065035`, by the onset in UTC; by the first event where nothing is wrong; without a time `incident`.
  package static func fileName(_ document: IncidentDocument) -> String {
    let time =
      document.span?.onset ?? document.series.first?.start ?? document.segments.first?.from ?? EventTime.none
    return PageName.text("incident", at: time)
  }

  /// The charts as files of their own, with the same names every time: `over-time.svg`, `latency.svg`, `trace-1.svg`. They
  /// are in the order of the document.
  package static func charts(_ document: IncidentDocument) -> [(name: String, svg: String)] {
    charts(IncidentPage(document).blocks).map { ("\($0.drawing.name).svg", $0.drawing.file) }
  }

  static func charts(_ blocks: [PageBlock]) -> [PageChart] {
    blocks.flatMap { block in
      switch block {
      case .chart(let chart): [chart]
      case .folded(_, let blocks): charts(blocks)
      default: [PageChart]()
      }
    }
  }
}
