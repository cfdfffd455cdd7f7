/// The layouts that skein knows by name: what `--layout NAME` takes and detection tries.
package enum BuiltinLayouts {
  /// A layout's name, the format as its service's configuration has it, and a line that fits.
  package struct Entry: Sendable {
    package let name: String
    package let format: String
    package let sample: String
  }

  /// From the strictest to the loosest: a line belongs to the first that accepts it. What fits the same lines as a later
  /// one and says more of them stands before it.
  package static let text: [Entry] = [
    Entry(
      name: "python-request-id", format: "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s",
      sample: "2026-11-23 06:47:55,003 INFO [api.access] [8165e189245a414bb37dbdfc278ba209] request started method=GET"),
    Entry(
      name: "asgi-correlation-id",
      format: "%(levelname)s:\t\u{8}%(asctime)s %(name)s:%(lineno)d [%(correlation_id)s] %(message)s",
      sample: "INFO:\t\u{8}2026-11-23 06:47:55,003 app.api:42 [8165e189] request finished"),
    Entry(
      name: "asgi-correlation-id-spaced",
      format: "%(levelname)s ... [%(correlation_id)s] %(name)s %(message)s", sample: "INFO ... [8165e189] app.api hello"
    ),
    Entry(
      name: "django-request-id", format: "%(levelname)s %(asctime)s [%(request_id)s] %(name)s: %(message)s",
      sample: "INFO 2026-11-23 06:47:55,003 [8165e189] django.request: hello"),
    Entry(
      name: "python-dashes", format: "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
      sample: "2026-11-23 06:47:55,003 - app.api - INFO - hello"),
    Entry(
      name: "python-bracket-level", format: "%(asctime)s [%(levelname)s] %(name)s: %(message)s",
      sample: "2026-11-23 06:47:55,003 [INFO] app.api: hello"),
    Entry(
      name: "python-colon", format: "%(asctime)s %(levelname)-8s %(name)s: %(message)s",
      sample: "2026-11-23 06:47:55,003 INFO     app.api: hello"),
    Entry(
      name: "python-bracket-name", format: "%(asctime)s %(levelname)s [%(name)s] %(message)s",
      sample: "2026-11-23 06:47:55,003 INFO [app.api] hello"),
    Entry(
      name: "flask", format: "[%(asctime)s] %(levelname)s in %(module)s: %(message)s",
      sample: "[2026-11-23 06:47:55,003] INFO in api: hello"),
    Entry(
      name: "gunicorn", format: "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s",
      sample: "[2026-11-23 06:47:55 +0000] [7] [INFO] Booting worker with pid: 7"),
    Entry(
      name: "celery", format: "[%(asctime)s: %(levelname)s/%(processName)s] %(message)s",
      sample: "[2026-11-23 06:47:55,003: INFO/MainProcess] Task app.add received"),
    Entry(
      name: "loguru", format: "%(asctime)s | %(levelname)-8s | %(name)s - %(message)s",
      sample: "2026-11-23 06:47:55.003 | INFO     | app.api:get:42 - hello"),
    Entry(
      name: "spring-boot", format: "%(asctime)s %(levelname)5s %(process)s --- [%(threadName)s] %(name)s : %(message)s",
      sample: "2026-11-23 06:47:55.003  INFO 7 --- [main] c.e.App : Started"),
    Entry(
      name: "logback", format: "%(asctime)s [%(threadName)s] %(levelname)-5s %(name)s - %(message)s",
      sample: "2026-11-23 06:47:55.003 [main] INFO  c.e.App - Started"),
    Entry(
      name: "rails-tagged",
      format: "%(severityletter)s, [%(asctime)s #%(process)s] %(levelname)5s -- : [%(request_id)s] %(message)s",
      sample: "I, [2026-11-23T06:47:55.003123 #7]  INFO -- : [8165e189] Started GET \"/\""),
    Entry(
      name: "nginx-request-id",
      format: "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" "
        + "\"$http_user_agent\" $request_time $request_id",
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" 0.004 "
        + "8165e189245a414bb37dbdfc278ba209"),
    Entry(
      name: "nginx-timed",
      format: "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" "
        + "\"$http_user_agent\" $request_time",
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" 0.004"),
    Entry(
      name: "combined",
      format: "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" "
        + "\"$http_user_agent\"",
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\""),
    Entry(
      name: "common", format: "%h %l %u %t \"%r\" %>s %b",
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12"),
    Entry(
      name: "nginx-error", format: "%(asctime)s [%(levelname)s] %(process)s: %(message)s",
      sample: "2026/11/23 06:47:55 [error] 7#7: *1 open() \"/x\" failed"),
    Entry(
      name: "uvicorn-access", format: "%(levelprefix)s %(client_addr)s - \"%(request_line)s\" %(status_code)s",
      sample: "INFO:     127.0.0.1:55856 - \"GET /healthz HTTP/1.1\" 200 OK"),
    Entry(
      name: "python-basic", format: "%(levelname)s:%(name)s:%(message)s", sample: "WARNING:root:hello"),
    Entry(name: "uvicorn", format: "%(levelprefix)s %(message)s", sample: "INFO:     Application startup complete."),
  ]

  /// All names, for errors and help.
  package static var names: [String] {
    text.map(\.name) + ["syslog", "syslog5424", "json", "logfmt", "generic"]
  }

  /// All text layouts compiled for one catalog, syslog's included.
  static func compiled(for catalog: FieldCatalog) -> [TextLayout] {
    catalog === FieldCatalog.plain ? plain : compile(for: catalog)
  }

  /// For the catalog that most runs have; made once.
  private static let plain = compile(for: .plain)

  private static func compile(for catalog: FieldCatalog) -> [TextLayout] {
    var layouts: [TextLayout] = []
    for entry in text {
      if var layout = try? LayoutSource.compile(entry.format, name: entry.name, catalog: catalog) {
        layout.guardFields()
        layouts.append(layout)
      }
    }
    layouts.append(LayoutSource.syslog5424(catalog: catalog))
    layouts.append(LayoutSource.syslog3164(catalog: catalog))
    return layouts
  }
}
