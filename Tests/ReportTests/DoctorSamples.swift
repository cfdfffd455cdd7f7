import TraceCore

/// Diagnoses as `skein doctor` makes them of logs that lack nothing, something or everything.
enum DoctorSamples {
  static func diagnosis(
    _ stream: String, files: [String]? = nil, layout: String, records: Int64, continuation: Int64 = 0,
    unparsed: Int64 = 0, bytes: Int64 = 1_000_000, found: [Diagnosis.Coverage.Field: Int64] = [:],
    closings: Int64 = 0, openings: Int64 = 0
  ) -> Diagnosis {
    var out = Diagnosis(stream: stream)
    out.files = files ?? [stream]
    let entry = BuiltinLayouts.text.first { $0.name == layout }
    out.layouts = [.init(name: layout, source: entry?.format ?? "one JSON object a line", fits: 400)]
    out.sampled = 400
    out.reason = "\(layout) fits 400 of the first 400 lines"
    out.counts.bytes = bytes
    out.counts.records = records
    out.counts.continuationLines = continuation
    out.counts.unparsedLines = unparsed
    out.counts.lines = records + continuation + unparsed
    out.coverage = Diagnosis.Coverage.Field.allCases.map { field in
      let isOfClosings = [.method, .path, .status, .duration].contains(field)
      return Diagnosis.Coverage(field: field, found: found[field] ?? 0, of: isOfClosings ? closings : records)
    }
    out.closings = closings
    out.openings = openings
    return out
  }

  static func missing(_ diagnosis: inout Diagnosis, _ field: Diagnosis.Coverage.Field, line: Int, _ text: String) {
    for i in diagnosis.coverage.indices where diagnosis.coverage[i].field == field {
      diagnosis.coverage[i].missing = .init(path: diagnosis.files[0], line: line, text: text)
    }
  }

  /// The capture of the parking service.
  static func perfect() -> Diagnosis {
    var out = diagnosis(
      "app.log", files: ["app.log.9.gz", "app.log.8.gz", "app.log.1", "app.log"], layout: "python-request-id",
      records: 38_406, continuation: 9_096, bytes: 5_880_216,
      found: [
        .time: 38_406, .level: 38_406, .requestID: 37_624, .method: 6534, .path: 6534, .status: 6534, .duration: 6534,
      ], closings: 6534, openings: 6534)
    missing(
      &out, .requestID, line: 17, "2026-11-23 06:47:55,043 DEBUG [geo.score] [-] candidates scored n=48 score_ms=3.1")
    out.fields = [("conn", 181), ("method", 140), ("path", 140), ("ms", 96), ("status", 70), ("duration_ms", 70)]
    return out
  }

  static func uvicorn() -> Diagnosis {
    diagnosis(
      "access.log", layout: "uvicorn-access", records: 6534, bytes: 412_000,
      found: [.level: 6534, .method: 6534, .path: 6534, .status: 6534], closings: 6534)
  }

  static func combined() -> Diagnosis {
    var out = diagnosis(
      "access.log", layout: "combined", records: 10_000, unparsed: 2, bytes: 1_904_120,
      found: [.time: 10_000, .zone: 10_000, .method: 9_998, .path: 9_998, .status: 10_000], closings: 10_000)
    let tls = #"10.0.0.9 - - [23/Nov/2026:06:47:56 +0000] "\x16\x03\x01" 400 157 "-" "-""#
    missing(&out, .method, line: 71, tls)
    missing(&out, .path, line: 71, tls)
    out.unparsed = [
      .init(path: "access.log", line: 12, text: "\u{1B}[2Jcut"), .init(path: "access.log", line: 13, text: "10.0.0."),
    ]
    return out
  }

  static func pythonWithoutID() -> Diagnosis {
    var out = diagnosis(
      "worker.log", layout: "python-dashes", records: 4_200, continuation: 310, bytes: 402_551,
      found: [.time: 4_200, .level: 4_200])
    out.fields = [("user", 12)]
    return out
  }

  static func jsonWithoutUnit() -> Diagnosis {
    var out = diagnosis(
      "app.log", layout: "json", records: 9_000, bytes: 2_000_000,
      found: [
        .time: 9_000, .zone: 9_000, .level: 9_000, .requestID: 8_100, .method: 1_500, .path: 1_500, .status: 1_500,
      ], closings: 1_500)
    out.wrappers = ["docker-json"]
    out.durationsWithoutUnit = 1_500
    out.durationWithoutUnit = .init(
      path: "app.log", line: 4, text: #"{"ts":"2026-11-23T06:47:55.003Z","msg":"done","path":"/","duration":12.5}"#)
    return out
  }

  /// The same with as little as an example needs.
  static func shortJSON() -> Diagnosis {
    var out = jsonWithoutUnit()
    out.coverage = [out.coverage[3], out.coverage[7]]
    missing(&out, .requestID, line: 9, #"{"ts":"2026-11-23T06:47:56.010Z","msg":"tick"}"#)
    out.fields = [("duration", 70)]
    return out
  }

  static func empty() -> Diagnosis {
    var out = Diagnosis(stream: "app.log")
    out.files = ["app.log"]
    out.layouts = [.init(name: "generic", source: "a timestamp near the start", fits: 0)]
    out.reason = "nothing to look at; reads any line with a timestamp"
    return out
  }

  static func ledger(_ diagnoses: [Diagnosis]) -> Ledger {
    var ledger = Ledger()
    for diagnosis in diagnoses {
      for (i, file) in diagnosis.files.enumerated() {
        var source = SourceLedger(path: file, stream: diagnosis.stream, compression: "none")
        if i == 0 { source.counts = diagnosis.counts }
        source.layouts = diagnosis.layouts.map { LayoutUse(name: $0.name, records: Int64($0.fits), firstLine: 1) }
        ledger.sources.append(source)
        ledger.totals.add(source.counts)
      }
    }
    return ledger
  }
}
