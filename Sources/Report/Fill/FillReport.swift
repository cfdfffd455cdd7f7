package import Analysis
package import TraceCore

/// What `skein fill` tells besides the document: the values as JSON, the ledger's line.
package enum FillReport {
  /// One placeholder, or one `--measure`, that has a value.
  package struct Entry: Sendable {
    package var line: Int
    package var column: Int
    package var placeholder: String
    package var measure: Measure
    /// Event times of what was measured.
    package var start: Int64
    package var end: Int64
    /// The requests chosen, those with a logged duration, and whether quantiles come from the sketch.
    package var requests: Int64
    package var timed: Int64
    package var isApproximate: Bool
    /// Nil where there are groups.
    package var value: MeasuredValue?
    package var groups: [(name: String, value: MeasuredValue?)]
    package var filled: FilledValue

    package init(
      line: Int, column: Int, placeholder: String, measure: Measure, start: Int64, end: Int64, requests: Int64,
      timed: Int64, isApproximate: Bool, value: MeasuredValue?, groups: [(name: String, value: MeasuredValue?)] = [],
      filled: FilledValue
    ) {
      self.line = line
      self.column = column
      self.placeholder = placeholder
      self.measure = measure
      self.start = start
      self.end = end
      self.requests = requests
      self.timed = timed
      self.isApproximate = isApproximate
      self.value = value
      self.groups = groups
      self.filled = filled
    }
  }

  /// A placeholder that was left.
  package struct Left: Sendable {
    package var placeholder: String
    package var problem: FillProblem

    package init(placeholder: String, problem: FillProblem) {
      self.placeholder = placeholder
      self.problem = problem
    }
  }

  private static let schema = "skein.fill/1"

  /// - Parameters:
  ///   - template: path of the document; nil without one.
  ///   - ledger: nil where nothing was asked of the log, which was not read then.
  ///   - redact: what the log says, and commands, go through it.
  package static func json(
    template: String?, _ entries: [Entry], left: [Left], ledger: Ledger?, redact: (String) -> String = { $0 },
    pretty: Bool, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("template", template)
      json.array("values", of: entries) { json, entry in write(entry, redact, into: &json) }
      json.array("left", of: left) { json, left in
        json.beginObject()
        json.member("line", left.problem.line)
        json.member("column", left.problem.column)
        json.member("placeholder", left.placeholder)
        json.member("problem", left.problem.message)
        json.endObject()
      }
      json.key("ledger")
      if let ledger { LedgerReport.json(ledger, into: &json) } else { json.null() }
      json.endObject()
    }
  }

  private static func write(_ entry: Entry, _ redact: (String) -> String, into json: inout JSONWriter) {
    json.beginObject()
    json.member("line", entry.line)
    json.member("column", entry.column)
    json.member("placeholder", entry.placeholder)
    json.member("figure", entry.measure.figure.name)
    json.member("where", entry.measure.condition?.source)
    json.member("start", time: entry.start)
    json.member("end", time: entry.end)
    json.member("by", entry.measure.group)
    json.member("unit", unit(entry.measure.figure))
    json.key("value")
    write(entry.value, into: &json)
    if entry.measure.group != nil {
      json.array("groups", of: entry.groups) { json, group in
        json.beginObject()
        json.member("name", redact(group.name))
        json.key("value")
        write(group.value, into: &json)
        json.endObject()
      }
    }
    json.member("text", entry.filled.plainText(redact))
    json.member("requests", entry.requests)
    json.member("timed", entry.timed)
    json.member("quantiles", entry.isApproximate ? "sketch" : "exact")
    json.member("command", redact(entry.filled.command))
    json.endObject()
  }

  private static func unit(_ figure: Measure.Figure) -> String {
    switch figure {
    case .requests, .errors, .clientErrors, .unfinished, .traces, .inFlight, .inFlightPeak: "count"
    case .errorRate: "share"
    case .rate: "per_s"
    case .quantile, .max, .duration: "ms"
    case .first, .last, .inFlightPeakAt: "time"
    }
  }

  private static func write(_ value: MeasuredValue?, into json: inout JSONWriter) {
    switch value {
    case nil: json.null()
    case .count(let count): json.int(count)
    case .share(let number), .rate(let number), .average(let number): json.double(number)
    case .duration(let duration): json.milliseconds(duration)
    case .time(let time): json.string(EventTime.rfc3339(time))
    }
  }

  /// The line that footnotes end with.
  package static func ledger(_ ledger: Ledger) -> String {
    LedgerReport.summary(ledger).replacing(", see below", with: ", see skein stats --ledger")
  }
}
