import Testing
import TraceCore

/// Formats as people paste them, each with a line that its program writes and what that line says.
struct PastedFormatTests {
  struct Sample: CustomTestStringConvertible, Sendable {
    var format: String
    var line: String
    /// `time level logger id method path status duration | message`; `-` for none. Times of 2026-11-23, UTC.
    var says: String
    var testDescription: String { format }

    init(_ format: String, _ line: String, _ says: String) {
      self.format = format
      self.line = line
      self.says = says
    }
  }

  private static let catalog = FieldCatalog()

  /// What a layout reads in a line, as `Sample.says` has it; nil where it does not fit.
  static func reading(_ layout: TextLayout, _ line: String) -> String? {
    var set = LayoutSet(catalog: catalog)
    set.append(layout)
    let bytes = ContiguousArray(line.utf8)
    var fields = LineFields()
    var times = TimestampParser()
    guard
      let index = set.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times),
      set.names[index] == layout.name
    else { return nil }
    func text(_ slice: Slice) -> String {
      if slice.isMissing { return "-" }
      let all = slice.isInArena ? fields.arena : bytes
      return String(decoding: all[slice.start..<slice.end], as: UTF8.self)
    }
    let time = fields.time == EventTime.none ? "-" : String(EventTime.rfc3339(fields.time).dropFirst(11))
    let duration =
      fields.duration >= 0 ? "\(Double(fields.duration) / 1_000_000)" : fields.durationWithoutUnit ? "?" : "-"
    return
      "\(time) \(fields.level.name) \(text(fields.logger)) \(text(fields.requestID)) \(text(fields.method)) "
      + "\(text(fields.path)) \(fields.status > 0 ? "\(fields.status)" : "-") \(duration) | \(text(fields.message))"
  }

  static let samples: [Sample] = [
    // Python.
    Sample(
      "%(asctime)s %(levelname)s %(correlation_id)s access %(client_addr)s - %(request_line)s %(status_code)s",
      "2026-11-23 06:47:55,003 INFO 8165e189 access 127.0.0.1:5123 - GET /api/orders/17 HTTP/1.1 500",
      "06:47:55.003Z info - 8165e189 GET /api/orders/17 500 - | -"),
    Sample(
      "%(asctime)s %(levelname)s %(client_addr)s - %(request_line)s %(status_code)s",
      "2026-11-23 06:47:55,003 INFO 127.0.0.1:5123 - GET /a HTTP/x b HTTP/1.1 200",
      "06:47:55.003Z info - - GET /a HTTP/x b 200 - | -"),
    Sample(
      "%(asctime)s %(levelno)s %(name)s %(message)s", "2026-11-23 06:47:55,003 40 app boom",
      "06:47:55.003Z error app - - - - - | boom"),
    Sample(
      "%(asctime)s %(levelname)-8s %(levelno)s %(name)s %(message)s", "2026-11-23 06:47:55,003 INFO     20 app hello",
      "06:47:55.003Z info app - - - - - | hello"),
    Sample(
      "%(asctime)s %(levelname)s [%(name)s] [%(filename)s:%(lineno)d] [trace_id=%(otelTraceID)s span_id=%(otelSpanID)s] "
        + "- %(message)s",
      "2026-11-23 06:47:55,003 INFO [app] [a.py:41] [trace_id=5f0c2d7791be4c3aa1f00d6e2b9c4411 span_id=5f0c2d77] - x",
      "06:47:55.003Z info app 5f0c2d7791be4c3aa1f00d6e2b9c4411 - - - - | x"),
    Sample(
      "%(asctime)s %(levelname)s [%(name)s] [trace_id=%(otelTraceID)s span_id=%(otelSpanID)s] - %(message)s",
      "2026-11-23 06:47:55,003 INFO [app] [trace_id=0 span_id=0] - x", "06:47:55.003Z info app - - - - - | x"),
    Sample(
      "%(asctime)s %(levelname)s [%(name)s] [dd.trace_id=%(dd.trace_id)s dd.span_id=%(dd.span_id)s] - %(message)s",
      "2026-11-23 06:47:55,003 INFO [app] [dd.trace_id=3472948217640342 dd.span_id=12] - x",
      "06:47:55.003Z info app 3472948217640342 - - - - | x"),
    Sample(
      "{asctime} {levelname} [{name}] [{correlation_id}] {message}", "2026-11-23 06:47:55,003 INFO [app] [a1] x",
      "06:47:55.003Z info app a1 - - - - | x"),
    Sample(
      "{levelname:<8} {asctime}.{msecs:03.0f} {module} {process:d} {thread:d} {message}",
      "WARNING  2026-11-23 06:47:55.003 views 7 140 x y", "06:47:55.003Z warning views - - - - - | x y"),
    Sample(
      "{asctime} {{{levelname}}} {message}", "2026-11-23 06:47:55,003 {ERROR} x", "06:47:55.003Z error - - - - - - | x"),
    Sample(
      "$asctime ${levelname} [$name] $message", "2026-11-23 06:47:55,003 ERROR [app] x",
      "06:47:55.003Z error app - - - - - | x"),
    // gunicorn.
    Sample(
      "%(h)s %(l)s %(u)s %(t)s \"%(r)s\" %(s)s %(b)s \"%(f)s\" \"%(a)s\" %(L)s %({x-request-id}i)s",
      "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 500 12 \"-\" \"curl/8\" 0.042123 a1",
      "06:47:55.000Z - - a1 GET /a 500 42.123 | -"),
    Sample(
      "%(t)s \"%(m)s %(U)s %(H)s\" %(s)s %(T)s %(M)s %(D)s",
      "[23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 200 0 42 42123", "06:47:55.000Z - - - GET /a 200 42.123 | -"),
    // logback, log4j2, Spring Boot, log4net.
    Sample(
      "%d{yyyy-MM-dd HH:mm:ss.SSS} [%thread] [%X{requestId}] %-5level %logger{36} - %msg%n",
      "2026-11-23 06:47:55.003 [http-nio-8080-exec-1] [a1b2] INFO  c.e.App - hello there",
      "06:47:55.003Z info c.e.App a1b2 - - - - | hello there"),
    Sample(
      "%d{yyyy-MM-dd HH:mm:ss.SSS} [%thread] %-5level %logger{36} [%X{requestId}] - %msg%n",
      "2026-11-23 06:47:55.003 [main] ERROR c.e.App [] - boom", "06:47:55.003Z error c.e.App - - - - - | boom"),
    Sample(
      "%d{dd.MM.yyyy HH:mm:ss,SSS} %p [%t] %c{1} - %m%n", "23.11.2026 06:47:55,003 WARN [main] App - x",
      "06:47:55.003Z warning App - - - - - | x"),
    Sample(
      "%d %p %c{1.} [%t] %m%n", "2026-11-23 06:47:55,003 INFO o.e.App [main] hello",
      "06:47:55.003Z info o.e.App - - - - - | hello"),
    Sample(
      "%d{HH:mm:ss.SSS} [%t] %-5level %logger{36} - %msg%n", "06:47:55.003 [main] WARN  a.B - x",
      "- warning a.B - - - - - | x"),
    Sample(
      "<pattern>%date{ISO8601} %5p --- [%15.15t] %-40.40logger{39} : %m%n%ex</pattern>",
      "2026-11-23 06:47:55,003  INFO --- [           main] o.e.App                                  : hello",
      "06:47:55.003Z info o.e.App - - - - - | hello"),
    Sample(
      "%clr(%d{${LOG_DATEFORMAT_PATTERN:-yyyy-MM-dd'T'HH:mm:ss.SSSXXX}}){faint} %clr(${LOG_LEVEL_PATTERN:-%5p}) "
        + "%clr(${PID:-}){magenta} %clr(---){faint} %clr([%15.15t]){faint} %clr(%-40.40logger{39}){cyan} %clr(:){faint} "
        + "%m%n${LOG_EXCEPTION_CONVERSION_WORD:-%wEx}",
      "2026-11-23T06:47:55.003+00:00  INFO 7 --- [           main] o.e.App                                  : hello",
      "06:47:55.003Z info o.e.App - - - - - | hello"),
    Sample(
      "%highlight{%d{ISO8601} %-5level [%t] %logger{1.} - %msg%n}{FATAL=red}",
      "2026-11-23T06:47:55,003 INFO  [main] o.e.App - hello", "06:47:55.003Z info o.e.App - - - - - | hello"),
    Sample(
      "%d{ISO8601} %p %c %X - %m%n", "2026-11-23 06:47:55,003 INFO a.B {requestId=a1, user=7} - hello",
      "06:47:55.003Z info a.B a1 - - - - | hello"),
    Sample(
      "%date [%thread] %-5level %logger - %message%newline", "2026-11-23 06:47:55,003 [1] INFO  My.App - hello",
      "06:47:55.003Z info My.App - - - - - | hello"),
    // Serilog, Loguru.
    Sample(
      "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:lj}{NewLine}{Exception}",
      "2026-11-23 06:47:55.003 +00:00 [WRN] hello", "06:47:55.003Z warning - - - - - - | hello"),
    Sample(
      "{Timestamp:dd/MM/yyyy HH:mm:ss} {Level,-11:w} ({SourceContext}) {RequestId} {Message:lj}{NewLine}{Exception}",
      "23/11/2026 06:47:55 information (My.App) a1 hello", "06:47:55.000Z info My.App a1 - - - - | hello"),
    Sample(
      "<green>{time:YYYY-MM-DD HH:mm:ss.SSS}</green> | <level>{level: <8}</level> | <cyan>{name}</cyan>:<cyan>{function}"
        + "</cyan>:<cyan>{line}</cyan> - <level>{message}</level>",
      "2026-11-23 06:47:55.003 | INFO     | app.api:get:42 - hello", "06:47:55.003Z info app.api - - - - - | hello"),
    Sample(
      "{time:DD.MM.YYYY HH:mm:ss} {level} {extra[request_id]} {message}", "23.11.2026 06:47:55 ERROR a1 hello",
      "06:47:55.000Z error - a1 - - - - | hello"),
    // nginx, Apache, Tomcat.
    Sample(
      "log_format main $time_local|$request|$status|$request_time;",
      "23/Nov/2026:06:47:55 +0000|POST /api/h|x HTTP/1.1|200|0.062", "06:47:55.000Z - - - POST /api/h|x 200 62.0 | -"),
    Sample(
      "log_format main escape=default '$remote_addr [$time_local] '\n  '\"$request\" $status ${request_time} $request_id';",
      "10.0.0.7 [23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 200 0.062 a1",
      "06:47:55.000Z - - a1 GET /a 200 62.0 | -"),
    Sample(
      "$remote_addr [$time_iso8601] $request $status $http_x_request_id",
      "10.0.0.7 [2026-11-23T06:47:55+00:00] - 400 -", "06:47:55.000Z - - - - - 400 - | -"),
    Sample(
      "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b %D %{X-Request-ID}i\" timed",
      "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 200 12 842 a1",
      "06:47:55.000Z - - a1 GET /a 200 0.842 | -"),
    Sample(
      "%h %l %u %t \"%r\" %s %b %D", "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 200 12 842",
      "06:47:55.000Z - - - GET /a 200 ? | -"),
    Sample(
      "%h %l %u %t \"%r\" %>s %b %T %D", "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 200 12 0 842",
      "06:47:55.000Z - - - GET /a 200 0.842 | -"),
    Sample(
      "pattern=\"%h %l %u %t &quot;%r&quot; %s %b %{X-Request-ID}i\"",
      "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /a HTTP/1.1\" 200 12 a1",
      "06:47:55.000Z - - a1 GET /a 200 - | -"),
    Sample(
      "%h %{%d.%m.%Y %H:%M:%S}t.%{msec_frac}t %{%z}t \"%r\" %>s %{ms}T",
      "10.0.0.7 23.11.2026 06:47:55.003 +0000 \"GET /a HTTP/1.1\" 200 42", "06:47:55.003Z - - - GET /a 200 42.0 | -"),
  ]

  @Test(arguments: samples)
  func readsWhatItsProgramWrites(_ sample: Sample) throws {
    let layout = try LayoutSource.compile(sample.format, catalog: Self.catalog)
    #expect(Self.reading(layout, sample.line) == sample.says)
  }

  @Test(arguments: [
    ("[%START_TIME%] \"%REQ(:METHOD)% %PROTOCOL%\" %RESPONSE_CODE%", "Envoy"),
    ("%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B", "HAProxy"),
    (":method :url :status :response-time ms", "morgan"),
    ("[%datetime%] %channel%.%level_name%: %message% %context% %extra%", "Monolog"),
    ("%{COMBINEDAPACHELOG}", "Grok"),
    ("%{IP:client} %{WORD:method} %{URIPATHPARAM:request}", "Grok"),
    ("${longdate}|${level:uppercase=true}|${logger}|${message}", "NLog"),
    ("%1$tF %1$tT %4$s %2$s - %5$s%6$s%n", "java.util.logging"),
    ("{{.Time}} {{.Level}} {{.Message}}", "Go template"),
    ("%d %notEmpty{[%X{a}]} %m%n", "column 4"),
    ("%(asctime)s%(name)s%(message)s", "there is nothing between logger and message"),
    ("%d{qq} %m%n", "which is not read"),
    ("%d %foo %m%n", "%foo is no conversion word"),
    ("{asctime", "neither a layout's name nor a format"),
    ("{asctime} {levelname", "column 11"),
    ("{\"time\": \"%(asctime)s\"}", "writes JSON"),
    ("%(asctime)", "lacks its conversion"),
    ("${time_local $status", "${ without its }"),
    ("%{%Q}t %h", "%Q is not read"),
    ("just words", "neither"),
  ])
  func refusesByName(_ format: String, _ reason: String) {
    do throws(LayoutSource.Problem) {
      _ = try LayoutSource.compile(format, catalog: Self.catalog)
      Issue.record("'\(format)' was compiled")
    } catch {
      #expect(error.message.contains(reason))
    }
  }

  /// No text of a format ends the program, and no line does.
  @Test func anyTextIsARefusalOrALayout() {
    var random = SystemRandomNumberGenerator()
    let parts = [
      "%", "(", ")", "{", "}", "$", "asctime", "message", "%(message)s", "%d", "{", "%-5", ".", "[", "\"", " ", "\\",
      "}t",
      "%{", "Timestamp", "{Message}", "$request", "HTTP/", "é", "%m%n", "%clr(", "0", "-", "${", ":-", "%X{", "%%",
      "{{",
    ]
    let line = ContiguousArray("2026-11-23 06:47:55,003 INFO [a] GET /a HTTP/1.1 {x=1} \"b\" 200".utf8)
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...8, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      guard let layout = try? LayoutSource.compile(text, catalog: Self.catalog) else { continue }
      var set = LayoutSet(catalog: Self.catalog)
      set.append(layout)
      for end in stride(from: 0, through: line.count, by: 7) {
        var fields = LineFields()
        var times = TimestampParser()
        let part = ContiguousArray(line[..<end])
        _ = set.parse(part.span, from: 0, to: end, into: &fields, times: &times)
      }
    }
  }
}
