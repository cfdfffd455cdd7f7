/// What `skein doctor` finds out about one stream.
package struct Diagnosis: Sendable, Equatable {
  /// A layout in use.
  package struct Layout: Sendable, Equatable {
    package var name: String
    /// The format behind it, as in a service's configuration.
    package var source: String
    /// Lines of the first ones that it fits, of `sampled`.
    package var fits: Int

    package init(name: String, source: String, fits: Int) {
      self.name = name
      self.source = source
      self.fits = fits
    }
  }

  /// A line as an example, with its place.
  package struct Example: Sendable, Equatable {
    package var path: String
    /// From 1.
    package var line: Int
    /// At most 400 bytes of it.
    package var text: String

    package init(path: String, line: Int, text: String) {
      self.path = path
      self.line = line
      self.text = text
    }
  }

  /// How many records have a field that skein works with.
  package struct Coverage: Sendable, Equatable {
    /// What is looked for, in the order of the report.
    package enum Field: String, Sendable, CaseIterable {
      case time, zone, level
      case requestID = "request_id"
      case method, path, status, duration
    }
    package var field: Field
    /// Records that have it, of `of`: all records; for method, path, status, duration the closing records.
    package var found: Int64
    package var of: Int64
    /// A record that lacks it.
    package var missing: Example?

    package init(field: Field, found: Int64, of: Int64, missing: Example? = nil) {
      self.field = field
      self.found = found
      self.of = of
      self.missing = missing
    }
  }

  package var stream: String
  /// Files of the stream, oldest first.
  package var files: [String]
  package var layouts: [Layout]
  package var sampled: Int
  /// Named with --layout, or why it was chosen.
  package var reason: String
  package var isNamed: Bool
  /// Wrappers taken off first: docker, cri, compose, …
  package var wrappers: [String]
  package var counts: LedgerCounts
  package var coverage: [Coverage]
  /// Layouts in use that the first lines do not have, by the first line of each.
  package var laterLayouts: [LayoutUse]
  /// What of its files was not read, of `LedgerNote.Kind.unread`, in words.
  package var unread: [String]
  /// The first lines that fit no layout and continue no record.
  package var unparsed: [Example]
  /// Records whose duration has no unit, with an example.
  package var durationsWithoutUnit: Int64
  package var durationWithoutUnit: Example?
  /// What the log calls it, as `--map` takes it.
  package var durationName: String?
  /// Names of fields in the first lines, most frequent first.
  package var fields: [(name: String, records: Int)]
  /// Opening records: requests begin there.
  package var openings: Int64
  /// Closing records, and calls to others.
  package var closings: Int64
  package var outbound: Int64

  package init(stream: String) {
    self.stream = stream
    files = []
    layouts = []
    sampled = 0
    reason = ""
    isNamed = false
    wrappers = []
    counts = LedgerCounts()
    coverage = []
    laterLayouts = []
    unread = []
    unparsed = []
    durationsWithoutUnit = 0
    durationWithoutUnit = nil
    durationName = nil
    fields = []
    openings = 0
    closings = 0
    outbound = 0
  }

  /// Share of lines that belong to records, 0 ... 1; nil for an empty stream.
  package var parsedShare: Double? {
    counts.lines > 0 ? Double(counts.lines - counts.unparsedLines) / Double(counts.lines) : nil
  }

  package static func == (a: Diagnosis, b: Diagnosis) -> Bool {
    a.stream == b.stream && a.files == b.files && a.layouts == b.layouts && a.sampled == b.sampled
      && a.reason == b.reason && a.isNamed == b.isNamed && a.wrappers == b.wrappers && a.counts == b.counts
      && a.coverage == b.coverage && a.laterLayouts == b.laterLayouts && a.unread == b.unread
      && a.unparsed == b.unparsed && a.durationsWithoutUnit == b.durationsWithoutUnit
      && a.durationWithoutUnit == b.durationWithoutUnit && a.durationName == b.durationName
      && a.fields.elementsEqual(b.fields, by: { $0 == $1 })
      && a.openings == b.openings && a.closings == b.closings && a.outbound == b.outbound
  }
}
