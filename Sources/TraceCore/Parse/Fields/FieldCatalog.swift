/// Finds out what a key means: one hash and one comparison a key, any case style.
///
/// Keys are compared *folded*: ASCII letters in lower case, `_`, `-`, `.` left out; so `X-Request-ID`, `xRequestId` and
/// `x_request_id` are one name. Members of nested JSON objects have the folded names of their parents in front
/// (`req.method` is `reqmethod`). Immutable after `init`; shared by threads.
///
/// Meaning: docs/semantics.md#fields.
package final class FieldCatalog: Sendable {
  private struct Entry: Sendable {
    var hash: UInt64
    var length: UInt32
    var target: FieldTarget
  }

  private let slots: ContiguousArray<Entry>
  private let mask: Int
  private let endings: NameEndings
  /// The names asked for, in slot order, as the user wrote them.
  package let wantedNames: [String]
  /// `--id`.
  let idField: String?
  /// `--map`.
  let map: FieldMap
  /// - Parameters:
  ///   - wanted: fields asked for by name (`--by`, expressions); slot i of `LineFields.wanted` is wanted[i].
  ///   - idField: `--id FIELD`: then only that field is a request id.
  ///   - includesSteps: names of durations that are a step's and never a request's (`wait_ms`, `ms`) count as durations
  ///     too: for waterfalls.
  ///   - map: `--map`: names of the log's own.
  package init(
    wanted: [String] = [], idField: String? = nil, includesSteps: Bool = false, map: FieldMap = FieldMap()
  ) {
    wantedNames = wanted
    self.idField = idField
    self.map = map
    var (targets, endings) = idField == nil ? FieldCatalog.standard : FieldCatalog.standard(hasIDs: false)
    if includesSteps {
      for (rank, name) in ["wait_ms", "waited_ms", "query_ms", "db_ms", "exec_ms", "total_ms", "ms"].enumerated() {
        targets[NameHashKey(name)] = FieldTarget(
          standard: .duration, rank: 200 + UInt8(rank), unit: EventTime.nanosecondsPerMillisecond)
        endings.add(name)
      }
    }
    if let idField { targets[NameHashKey(idField)] = FieldTarget(standard: .requestID) }
    for (place, entry) in map.entries.enumerated() {
      let rank = map.entries[..<place].count { $0.field == entry.field }
      let unit = entry.unit > 0 || entry.field != .duration ? entry.unit : FieldCatalog.unit(ofName: entry.name)
      targets[NameHashKey(entry.name)] = FieldTarget(
        standard: entry.field, rank: UInt8(clamping: rank), unit: unit, isMapped: true)
      endings.add(entry.name)
    }
    for name in wanted + (idField.map { [$0] } ?? []) { endings.add(name) }
    self.endings = endings
    for (slot, name) in wanted.enumerated() {
      targets[NameHashKey(name), default: FieldTarget()].wanted = Int32(slot)
    }
    var size = 64
    while size < targets.count * 4 { size *= 2 }
    mask = size - 1
    var slots = ContiguousArray(repeating: Entry(hash: 0, length: 0, target: .ignored), count: size)
    for (key, target) in targets.sorted(by: { $0.key.value.hash < $1.key.value.hash }) {
      var i = Int(truncatingIfNeeded: key.value.hash >> 32) & mask
      while slots[i].length != 0 { i = (i + 1) & mask }
      slots[i] = Entry(hash: key.value.hash, length: key.value.length, target: target)
    }
    self.slots = slots
  }

  /// Ranks below are those of `--map`.
  static let firstRank: UInt8 = 16

  /// Nanoseconds of the unit in a duration's name (`total_ms`); 0 where it has none.
  private static func unit(ofName name: String) -> Int64 {
    for (suffix, unit) in durationUnits where name.count > suffix.count && name.hasSuffix(suffix) { return unit }
    return 0
  }

  /// Whether the four bytes (the first lowest) can be the end of a key that stands for something.
  func canEnd(with ending: UInt32) -> Bool { endings.canEnd(with: ending) }

  private struct NameHashKey: Hashable {
    var value = FieldNameHash()
    init(_ name: String) { for byte in name.utf8 { value.fold(byte) } }
    static func == (a: Self, b: Self) -> Bool { a.value == b.value }
    func hash(into hasher: inout Hasher) { hasher.combine(value.hash) }
  }

  private typealias Names = (targets: [NameHashKey: FieldTarget], endings: NameEndings)

  /// Most runs make several catalogs with these names in them.
  private static let standard = standard(hasIDs: true)

  private static func standard(hasIDs: Bool) -> Names {
    var names: Names = ([:], NameEndings())
    for (name, target) in standardNames() {
      if target.standard == .requestID && !hasIDs { continue }
      names.endings.add(name)
      // Names that fold to one (`request_id`, `requestid`) have the rank of the first.
      let key = NameHashKey(name)
      if names.targets[key] == nil {
        names.targets[key] = target
        names.targets[key]?.rank += firstRank
      }
    }
    return names
  }

  /// The catalog of a run that asks for no field by name; made once.
  package static let plain = FieldCatalog()

  /// What the name stands for; `.ignored` if nothing.
  @inline(__always)
  package subscript(name: FieldNameHash) -> FieldTarget {
    var i = Int(truncatingIfNeeded: name.hash >> 32) & mask
    while slots[i].length != 0 {
      if slots[i].hash == name.hash && slots[i].length == name.length { return slots[i].target }
      i = (i &+ 1) & mask
    }
    return .ignored
  }

  /// What `name` stands for, for layouts compiled once and expressions.
  package subscript(name: String) -> FieldTarget { self[NameHashKey(name).value] }
}

extension FieldCatalog {
  /// Names in use by structlog, python-json-logger, pino, bunyan, zap, slog, ECS, OpenTelemetry and web servers' logs.
  /// Order within a field is its rank.
  private static func standardNames() -> [(String, FieldTarget)] {
    var names: [(String, FieldTarget)] = []
    func add(_ field: StandardField, _ list: String) {
      for (rank, name) in list.split(separator: " ").enumerated() {
        names.append((String(name), FieldTarget(standard: field, rank: UInt8(rank))))
      }
    }
    add(
      .time,
      """
      timestamp @timestamp @t ts time asctime datetime t date eventtime timeunixnano observedtimestamp time_iso8601 \
      time.timestamp time.repr t.$date timemillis instant.epochsecond unixtime edgeendtimestamp start_time starttime \
      startutc time_local started_at msec edgestarttimestamp receivetimestamp
      """)
    add(
      .level,
      """
      level_name level.name levelname severity_text log.level level severity lvl loglevel @l @level \
      severitynumber priority levelno s
      """)
    add(
      .logger,
      """
      logger name logger_name log.logger scope.name instrumentationscope.name sourcecontext loggername \
      component module @logger
      """)
    add(.message, "message msg @m short_message renderedmessage @message event body text @mt messagetemplate")
    // The order of docs/layouts.md ("Request ids"), then the nested spellings of pino-http, ECS and OpenTelemetry, and the
    // names of proxies and clouds.
    add(
      .requestID,
      """
      request_id x_request_id correlation_id req_id rid trace_id traceparent \
      req.id request.id http.request.id trace.id context.request_id extra.request_id attributes.request_id \
      reqid correlationid requestid contextmap.request_id labels.request_id fields.request_id span.request_id \
      @tr dd.trace_id oteltraceid x_correlation_id aws_request_id awsrequestid rayid x_edge_request_id correlation \
      x_amzn_trace_id amzn_trace_id x_b3_traceid trace logging.googleapis.com/trace call_id
      """)
    add(
      .method,
      """
      method http_method request_method http.request.method http.method req.method request.method verb \
      attributes.http.request.method attributes.http.method clientrequestmethod cs_method
      """)
    add(
      .path,
      """
      path url.path http.target uri request_uri url request_path req.url request.url request.path http.path \
      http.url url.full url.original attributes.url.path attributes.http.target attributes.http.url request.uri \
      resource_path clientrequesturi cs_uri_stem
      """)
    for name in ["correlation", "trace", "call_id", "x_b3_traceid", "logging.googleapis.com/trace"] {
      if let place = names.firstIndex(where: { $0.0 == name && $0.1.standard == .requestID }) {
        names[place].1.isDoubtful = true
      }
    }
    names.append(("target", FieldTarget(standard: .path, rank: 40, isPathOnly: true)))
    // Proxies and balancers log the whole URL that they served.
    for (rank, name) in ["request_url", "httprequest.requesturl"].enumerated() {
      names.append((name, FieldTarget(standard: .path, rank: UInt8(41 + rank), isServed: true)))
    }
    if let place = names.firstIndex(where: { $0.0 == "request_uri" }) { names[place].1.isServed = true }
    add(
      .status,
      """
      status status_code http_status http_status_code response_status http.response.status_code http.status_code \
      res.statuscode res.status response.status response.status_code statuscode attributes.http.response.status_code \
      attributes.http.status_code downstreamstatus response_code edgeresponsestatus elb_status_code sc_status \
      http_response_code code resp
      """)
    add(.route, "route http.route endpoint_template attributes.http.route route_pattern")
    add(
      .exception,
      """
      exc exc_info exception traceback stack stack_trace stacktrace error.stack_trace err.stack exception.stacktrace @x \
      context.exception thrown
      """)
    add(.requestLine, "request http.request_line request_line")
    // Names that a server or a convention has defined with their unit.
    for (name, unit) in [
      ("latencies.request", EventTime.nanosecondsPerMillisecond),
      ("responselatency", EventTime.nanosecondsPerMillisecond),
      ("originresponsedurationms", EventTime.nanosecondsPerMillisecond),
      ("http.server.request.duration", EventTime.nanosecondsPerSecond), ("event.duration", 1),
    ] {
      names.append((name, FieldTarget(standard: .duration, rank: 90, unit: unit)))
    }
    // Durations: every name with and without the unit in it.
    let bare = [
      "duration", "elapsed", "latency", "took", "response_time", "request_time", "process_time", "processing_time",
      "time_taken", "elapsed_time", "request_duration", "http.server.duration", "http.duration",
      "total_time", "attributes.duration", "execution_time", "latency_human", "service", "durationin",
      "response_time_in",
      "time",
    ]
    for (rank, name) in bare.enumerated() {
      if name != "time" { names.append((name, FieldTarget(standard: .duration, rank: UInt8(rank) + 100))) }
      for (suffix, unit) in durationUnits {
        names.append((name + suffix, FieldTarget(standard: .duration, rank: UInt8(rank), unit: unit)))
      }
    }
    // nginx' `rt=$request_time`, as its users write it.
    names.append(("rt", FieldTarget(standard: .duration, rank: 199)))
    for index in names.indices where names[index].0 == "request_time" || names[index].0 == "rt" {
      names[index].1.isDoubtful = true
    }
    if let place = names.firstIndex(where: { $0.0 == "service" }) { names[place].1.isRareMeaning = true }
    return names
  }

  /// Endings of a duration's name that tell its unit.
  private static let durationUnits: [(String, Int64)] = [
    ("_ms", 1_000_000), ("_us", 1_000), ("_ns", 1), ("_s", 1_000_000_000), ("_sec", 1_000_000_000),
    ("_seconds", 1_000_000_000), ("_secs", 1_000_000_000), ("_millis", 1_000_000), ("_milliseconds", 1_000_000),
    ("_micros", 1_000), ("_microseconds", 1_000), ("_nanos", 1), ("_nanoseconds", 1), ("_usec", 1_000),
    ("_msec", 1_000_000),
  ]
}
