// gunicorn's and hypercorn's access_log_format: https://docs.gunicorn.org/en/stable/settings.html#access-log-format

extension LayoutSource {
  /// `%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(L)s %({x-request-id}i)s`.
  mutating func gunicorn(_ format: [UInt8]) throws(Problem) {
    let durations = LayoutSource.gunicornDurations(format)
    var i = 0
    while i < format.count {
      guard format[i] == 0x25 else {
        literal(format[i])
        i += 1
        continue
      }
      if i + 1 < format.count && format[i + 1] == 0x25 {
        literal(0x25)
        i += 2
        continue
      }
      let directive = try LayoutSource.percentDirective(format, at: i)
      let quoted = isQuoted
      i = directive.end
      var name = directive.name
      if name.hasPrefix("{"), let close = name.lastIndex(of: "}") {
        name = String(name[name.index(after: name.startIndex)..<close])
        field(name, quoted: quoted)
        continue
      }
      let isTold = name == durations
      switch name {
      case "t": apacheField(0x74, "", quoted: quoted)
      case "L", "T": field(isTold ? "request_duration" : "gunicorn_\(name)", unit: EventTime.nanosecondsPerSecond)
      case "M": field(isTold ? "request_duration" : "gunicorn_M", unit: EventTime.nanosecondsPerMillisecond)
      case "D": field(isTold ? "request_duration" : "gunicorn_D", unit: 1_000)
      case "s": field("status")
      case "r": field("request_line", quoted: quoted)
      case "m": field("method", quoted: quoted)
      case "U": field("path", quoted: quoted)
      case "h": field("remote_addr", quoted: quoted)
      case "u": field("remote_user", quoted: quoted)
      case "b", "B": field("bytes_sent")
      case "f": field("http_referer", quoted: quoted)
      case "a": field("http_user_agent", quoted: quoted)
      default: field("gunicorn_\(name)", quoted: quoted)
      }
    }
  }

  /// The finest of the durations that a format has: the others say the same, rounded.
  private static func gunicornDurations(_ format: [UInt8]) -> String {
    let text = String(decoding: format, as: UTF8.self)
    let parts = text.split(separator: "%")
    return ["D", "L", "M", "T"].first { letter in parts.contains { $0.hasPrefix("(\(letter))") } } ?? ""
  }
}
