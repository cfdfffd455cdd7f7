internal import LogSource
internal import Platform
package import Report
internal import TraceCore

/// A form of an incident document.
package enum ReportFormat: String, CaseIterable { case md, html, json }

/// Where an incident document goes, and in which formats.
package struct ReportTarget {
  private var formats: [ReportFormat]
  private let output: String?
  private let charts: Bool

  /// Every mistake in the options is an error here, before anything is read.
  package init(output: String?, format: String?, json: Bool, charts: Bool) throws(Failure) {
    self.output = output
    self.charts = charts
    let ending = output.flatMap { path in
      ReportFormat.allCases.first { path.hasSuffix(".\($0.rawValue)") }
    }
    if let format {
      formats = []
      for name in format.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
        let known = name == "markdown" ? "md" : name
        guard let format = ReportFormat(rawValue: known) else {
          throw Failure(
            .usage, "--format: '\(name)' is no format; write md, html or json, or several with commas between")
        }
        if !formats.contains(format) { formats.append(format) }
      }
      if json, formats != [.json] {
        throw Failure(.usage, "--json and --format \(format) say different things: leave one of them out")
      }
    } else {
      formats = [json ? .json : ending ?? .md]
    }
    guard output != nil || formats.count == 1 else {
      throw Failure(.usage, "--format: several formats need a place: -o FILE or -o FOLDER")
    }
    if let output, !AtomicFile.isFolder(output) {
      do throws(OutputError) {
        try AtomicFile.check(output)
      } catch {
        throw Failure(.data, error.message)
      }
    }
    guard !charts || output != nil && formats.contains(.md) else {
      throw Failure(.usage, "--charts: needs Markdown in a file: -o incident.md")
    }
  }

  package func write(_ document: IncidentDocument) throws(Failure) {
    guard let output else {
      var sink = TextSink()
      ReportTarget.render(document, formats[0], charts: nil, into: &sink)
      try Terminal.write(&sink)
      return
    }
    let stem: String
    if AtomicFile.isFolder(output) {
      let folder = output.hasSuffix("/") ? String(output.dropLast()) : output
      stem = "\(folder)/\(IncidentReport.fileName(document))"
    } else if let ending = ReportFormat.allCases.first(where: { output.hasSuffix(".\($0.rawValue)") }) {
      stem = String(output.dropLast(ending.rawValue.count + 1))
    } else {
      stem = output
    }
    var chartFiles: [String]?
    if charts {
      let drawn = IncidentReport.charts(document)
      for chart in drawn { try ReportTarget.write(Array(chart.svg.utf8), to: "\(stem)_\(chart.name)") }
      let name = stem.split(separator: "/").last.map(String.init) ?? stem
      chartFiles = drawn.map { "\(name)_\($0.name)" }
    }
    for format in formats {
      var sink = TextSink()
      ReportTarget.render(document, format, charts: chartFiles, into: &sink)
      let isWhole = formats.count == 1 && !AtomicFile.isFolder(output)
      try ReportTarget.write(sink.bytes, to: isWhole ? output : "\(stem).\(format.rawValue)")
    }
  }

  private static func render(
    _ document: IncidentDocument, _ format: ReportFormat, charts: [String]?, into sink: inout TextSink
  ) {
    switch format {
    case .md: IncidentReport.markdown(document, chartFiles: charts, into: &sink)
    case .html: IncidentReport.html(document, into: &sink)
    case .json: IncidentReport.json(document, pretty: Terminal.outputIsTerminal, into: &sink)
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    do throws(OutputError) {
      try AtomicFile.write(path, bytes.span)
    } catch {
      throw Failure(.data, error.message)
    }
    Terminal.writeError("skein: wrote \(Escape.terminal(path))\n")
  }
}
