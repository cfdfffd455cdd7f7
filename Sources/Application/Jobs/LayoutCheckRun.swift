internal import Config
internal import Pipeline
package import Report
package import TraceCore

/// `skein doctor --check FILE…`: the sample lines of layout files, each read and compared with what it says.
package struct LayoutCheckRun {
  package let files: [String]
  package let zone: TimeZoneRules
  package let style: Style

  package init(files: [String], zone: TimeZoneRules, style: Style) {
    self.files = files
    self.zone = zone
    self.style = style
  }

  package func run() throws {
    guard !files.isEmpty else {
      throw Failure(.usage, "--check: name the layout files to check (.yml, or lnav's .json)")
    }
    var sink = TextSink()
    var isRight = true
    for path in try RunSettings.layoutFiles(in: files) {
      let file = try RunSettings.layouts(in: path)
      if !write(file, into: &sink) { isRight = false }
    }
    try Terminal.write(&sink)
    if !isRight { throw Ending(.negative) }
  }

  /// Whether all samples are as they say.
  private func write(_ file: LayoutFile, into sink: inout TextSink) -> Bool {
    let outcomes = LayoutSampleCheck(file).outcomes(zone: zone)
    var wrong = 0
    for outcome in outcomes {
      let isOK = outcome.differences.isEmpty
      if !isOK { wrong += 1 }
      let name = outcome.layout ?? outcome.sample.layouts.first ?? ""
      let line = outcome.sample.text.prefix { !$0.isNewline }
      sink.writeLine(
        style.painted(isOK ? "ok     " : "differs", isOK ? .green : .red) + "  \(Escape.terminal(name))  "
          + Escape.terminal(String(line)))
      for difference in outcome.differences { sink.writeLine("  " + Escape.terminal(difference.description)) }
      if isOK, outcome.layout != nil {
        let read = outcome.read.filter { $0.name != "message" }.map { "\($0.name)=\(Escape.terminal($0.value))" }
        sink.writeLine(style.painted("         " + read.joined(separator: " "), .dim))
      }
    }
    let shown = Set(outcomes.flatMap(\.sample.layouts))
    for definition in file.definitions where !shown.contains(definition.name) {
      sink.writeLine(
        "\(Escape.terminal(file.path)): \(definition.name) has no sample: add one, so that it can be checked")
    }
    let layouts = CountText.text(Int64(file.definitions.count), "layout")
    let samples = CountText.text(Int64(outcomes.count), "sample")
    let verdict = wrong == 0 ? "all as stated" : "\(wrong) not as stated"
    sink.writeLine(
      "\(Escape.terminal(file.path)): \(layouts), \(samples)" + (outcomes.isEmpty ? "" : ": \(verdict)"))
    return wrong == 0
  }
}
