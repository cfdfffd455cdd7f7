// nginx's log_format: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format

extension LayoutSource {
  mutating func nginx(_ format: [UInt8]) throws(Problem) {
    var i = 0
    while i < format.count {
      guard format[i] == 0x24 else {
        literal(format[i])
        i += 1
        continue
      }
      let variable = try LayoutSource.variable(format, at: i)
      let quoted = isQuoted
      i = variable.end
      switch variable.name {
      case "time_local", "time_iso8601", "msec", "date_gmt", "date_local": time()
      case "request": field("request_line", quoted: quoted)
      case "request_time":
        // Always with milliseconds; Apache's microseconds at the same place are not.
        field("request_time", unit: EventTime.nanosecondsPerSecond)
        needsFraction()
      case "http_x_request_id", "sent_http_x_request_id", "upstream_http_x_request_id":
        field("x_request_id", quoted: quoted)
      case "http_x_correlation_id", "sent_http_x_correlation_id", "upstream_http_x_correlation_id":
        field("correlation_id", quoted: quoted)
      case "http_traceparent": field("traceparent", quoted: quoted)
      case "request_uri", "uri": field("path", quoted: quoted)
      case "request_method": field("method", quoted: quoted)
      // The upstream's own figures are a hop's, not the request's.
      default: field(variable.name, quoted: quoted)
      }
    }
  }
}
