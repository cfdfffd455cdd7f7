/// One line of a result table.
struct ResultRow: Codable {
  /// What it is called in `Peer.all`, whatever the version; skein's own rows are `skein`.
  var peer: String
  var name: String
  var version: String
  var command: [String]
  /// Medians; nil where it could not be run to its end.
  var measured: Measurement?
  /// Medians of skein's runs in turn with these; nil without skein, and for skein itself.
  var against: Measurement?
  /// Its time over skein's in turn with it. In `Job.part` the logs differ in size, and it is skein's bytes a second over
  /// its own.
  var ratio: Double?
  /// "right", or what is wrong: a wrong answer, a failure, not installed.
  var remark: String

  /// A row for what cannot be run here.
  static func missing(_ name: String, install: String) -> ResultRow {
    ResultRow(
      peer: name, name: name, version: "", command: [], measured: nil, ratio: nil, remark: "not installed: \(install)")
  }

  /// It ran to its end, and did not answer wrongly.
  var isSound: Bool { measured != nil && !remark.hasPrefix("WRONG") }
}

/// All contestants at one job.
struct ResultTable: Codable {
  /// What was to be done.
  enum Job: String, Codable {
    /// Everything, from the text log, its .gz, the JSON log.
    case text, gzip, json
    /// A part of it, from a smaller text log, by programs that cannot do more.
    case part
    /// Rules applied to the text log: growing numbers of them.
    case rules
    /// Records picked out of the text log.
    case filter
    /// As little as there is.
    case start
  }

  var job: Job
  var title: String
  /// Bytes of input that a row's time is told for, to give a rate; nil where there is no such thing.
  var bytes: Int?
  var rows: [ResultRow]

  /// The peer's row.
  func row(_ peer: String) -> ResultRow? { rows.first { $0.peer == peer } }

  /// Bytes a second of skein's first row.
  var skeinRate: Double? {
    guard let bytes, let measured = row(SkeinPeer.name)?.measured else { return nil }
    return Double(bytes) / measured.wall
  }
}
