/// The blocks themselves. Tried with uvicorn 0.54, Starlette 1.10, asgi-correlation-id 5.0, Flask 3.1; nginx and Apache as
/// their manuals have it (ngx_http_log_module, ngx_http_core_module `$request_id`, mod_log_config, mod_unique_id).
///
/// Blocks are never wrapped, so lines stay within 80 columns where the language can break them.
extension LoggingAdvice {
  private static let pythonFormat = "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s"
  private static let id = "8165e189245a414bb37dbdfc278ba209"

  static let uvicornConfig = LoggingAdvice(
    id: "uvicorn-log-config",
    title: "uvicorn: a time and the request id in its own lines",
    why: "Stock uvicorn writes neither. The id comes from asgi-correlation-id, below; without that package leave out "
      + "each \"filters\" and [%(correlation_id)s]. Times are local, hence TZ=UTC.",
    language: "json",
    file: "logging.json",
    code: #"""
      {
        "version": 1,
        "disable_existing_loggers": false,
        "filters": {
          "id": {
            "()": "asgi_correlation_id.CorrelationIdFilter",
            "default_value": "-"
          }
        },
        "formatters": {
          "default": {
            "format": "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s"
          },
          "access": {
            "()": "uvicorn.logging.AccessFormatter",
            "use_colors": false,
            "fmt": "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] request=\"%(request_line)s\" status=%(status_code)s"
          }
        },
        "handlers": {
          "default": {
            "class": "logging.StreamHandler", "stream": "ext://sys.stderr",
            "filters": ["id"], "formatter": "default"
          },
          "access": {
            "class": "logging.StreamHandler", "stream": "ext://sys.stdout",
            "filters": ["id"], "formatter": "access"
          }
        },
        "loggers": {
          "uvicorn": {"handlers": ["default"], "level": "INFO", "propagate": false},
          "uvicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": false}
        }
      }

      """#,
    run: "TZ=UTC uvicorn app:app --log-config logging.json >> access.log",
    command: "skein stats --every 1m access.log",
    format: pythonFormat,
    sample: "2026-11-23 06:47:55,003 INFO [uvicorn.access] [\(id)] request=\"GET /api/spots/7 HTTP/1.1\" status=200 OK")

  static let correlationID = LoggingAdvice(
    id: "asgi-correlation-id",
    title: "FastAPI, Starlette: time and request id in every record of the app",
    why: "asgi-correlation-id takes the id from X-Request-ID or makes one, and gives it back to the client; its filter "
      + "puts it into each record, also of libraries. Records outside of a request get \"-\".",
    language: "python",
    file: "where the app is made (pip install asgi-correlation-id)",
    code: #"""
      import logging
      import logging.config
      import time

      from asgi_correlation_id import CorrelationIdMiddleware

      LINE = "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s"

      logging.Formatter.converter = time.gmtime  # times in UTC
      logging.config.dictConfig({
          "version": 1,
          "disable_existing_loggers": False,
          "filters": {
              "id": {
                  "()": "asgi_correlation_id.CorrelationIdFilter",
                  "default_value": "-",
              },
          },
          "formatters": {"line": {"format": LINE}},
          "handlers": {
              "app": {
                  "class": "logging.handlers.WatchedFileHandler",
                  "filename": "app.log",
                  "filters": ["id"],
                  "formatter": "line",
              },
          },
          "root": {"handlers": ["app"], "level": "INFO"},
      })

      # Below every other add_middleware: what is added last runs first.
      app.add_middleware(CorrelationIdMiddleware)

      """#,
    run: nil,
    command: "skein traces app.log",
    format: pythonFormat,
    sample: "2026-11-23 06:47:55,003 INFO [api.spots] [\(id)] cache miss key=spot:7")

  static let asgiRequestLog = LoggingAdvice(
    id: "asgi-request-log",
    title: "FastAPI, Starlette: one record where a request begins, one where it ends",
    why: "The closing record has method, path, status and duration: requests, error rates and latency come from it. "
      + "The opening record shows requests that never ended.",
    language: "python",
    file: "where the app is made",
    code: #"""
      import logging
      import time
      from urllib.parse import quote

      access = logging.getLogger("api.access")


      class RequestLog:
          def __init__(self, app):
              self.app = app

          async def __call__(self, scope, receive, send):
              if scope["type"] != "http":
                  return await self.app(scope, receive, send)
              what = f"method={scope['method']} path={quote(scope['path'])}"
              start = time.perf_counter()
              status = 500
              finished = False

              def finish():
                  nonlocal finished
                  if not finished:
                      finished = True
                      ms = (time.perf_counter() - start) * 1000
                      access.info("request finished %s status=%d duration_ms=%.1f",
                                  what, status, ms)

              async def watch(message):
                  nonlocal status
                  if message["type"] == "http.response.start":
                      status = message["status"]
                  await send(message)
                  if (message["type"] == "http.response.body"
                          and not message.get("more_body", False)):
                      finish()

              access.info("request started %s", what)
              try:
                  await self.app(scope, receive, watch)
              finally:
                  finish()


      app.add_middleware(RequestLog)

      """#,
    run: nil,
    command: "skein stats app.log",
    format: pythonFormat,
    sample: "2026-11-23 06:47:55,003 INFO [api.access] [\(id)] request finished method=GET path=/api/spots/7 "
      + "status=200 duration_ms=6.9")

  static let wsgiRequestLog = LoggingAdvice(
    id: "wsgi-request-log",
    title: "Flask, Django, any WSGI app: request id in every record, one record where a request ends",
    why: "The filter puts the id into each record; the closing record has method, path, status and duration.",
    language: "python",
    file: "where the app is made",
    code: #"""
      import contextvars
      import logging
      import logging.handlers
      import re
      import time
      import uuid
      from urllib.parse import quote

      LINE = "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s"
      request_id = contextvars.ContextVar("request_id", default="-")
      access = logging.getLogger("api.access")


      class RequestId(logging.Filter):
          def filter(self, record):
              record.correlation_id = request_id.get()
              return True


      class RequestLog:
          def __init__(self, app):
              self.app = app

          def __call__(self, environ, start_response):
              given = environ.get("HTTP_X_REQUEST_ID", "")
              valid = re.fullmatch(r"[0-9A-Za-z_-]{8,64}", given)
              token = request_id.set(given if valid else uuid.uuid4().hex)
              path = quote(environ.get("PATH_INFO", ""), encoding="latin-1")
              what = f"method={environ['REQUEST_METHOD']} path={path}"
              start = time.perf_counter()
              status = "500"

              def watch(line, headers, exc_info=None):
                  nonlocal status
                  status = line[:3]
                  return start_response(line, headers, exc_info)

              access.info("request started %s", what)
              try:
                  return self.app(environ, watch)
              finally:
                  ms = (time.perf_counter() - start) * 1000
                  access.info("request finished %s status=%s duration_ms=%.1f",
                              what, status, ms)
                  request_id.reset(token)


      logging.Formatter.converter = time.gmtime  # times in UTC
      handler = logging.handlers.WatchedFileHandler("app.log")
      handler.addFilter(RequestId())
      handler.setFormatter(logging.Formatter(LINE))
      logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)

      app.wsgi_app = RequestLog(app.wsgi_app)  # Django: wrap `application` in wsgi.py

      """#,
    run: nil,
    command: "skein stats app.log",
    format: pythonFormat,
    sample: "2026-11-23 06:47:55,003 INFO [api.access] [\(id)] request finished method=GET path=/api/spots/7 "
      + "status=200 duration_ms=6.9")

  static let nginx = LoggingAdvice(
    id: "nginx-log-format",
    title: "nginx: request time and request id in the access log",
    why: "$request_time is seconds with milliseconds; $request_id is 32 hex digits, new for each request. Passed on as "
      + "X-Request-ID, it joins the lines of nginx and of the app behind it in one trace.",
    language: "nginx",
    file: "nginx.conf, in http {}",
    code: #"""
      log_format timed '$remote_addr - $remote_user [$time_local] "$request" '
                       '$status $body_bytes_sent "$http_referer" '
                       '"$http_user_agent" $request_time $request_id';
      access_log /var/log/nginx/access.log timed;

      # A location or server with a proxy_set_header of its own needs this line too.
      proxy_set_header X-Request-ID $request_id;

      """#,
    run: "nginx -t && nginx -s reload",
    command: "skein stats -R /var/log/nginx/access.log",
    format: """
      log_format timed '$remote_addr - $remote_user [$time_local] "$request" '
                       '$status $body_bytes_sent "$http_referer" '
                       '"$http_user_agent" $request_time $request_id';
      """,
    sample:
      "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /api/spots/7 HTTP/1.1\" 200 12 \"-\" \"curl/8.9\" 0.007 \(id)")

  private static let apacheFormat =
    #"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" duration_us=%D request_id=%{X-Request-ID}i"#

  static let apache = LoggingAdvice(
    id: "apache-log-format",
    title: "Apache: duration and request id in the access log",
    why:
      "%D is microseconds. mod_unique_id makes the id, mod_headers passes it on as X-Request-ID; it is not a UUID, so "
      + "asgi-correlation-id behind it needs validator=None.",
    language: "apache",
    file: "httpd.conf (on Debian first: a2enmod unique_id headers)",
    code: #"""
      LoadModule unique_id_module modules/mod_unique_id.so
      LoadModule headers_module modules/mod_headers.so
      RequestHeader setifempty X-Request-ID "%{UNIQUE_ID}e"

      LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" duration_us=%D request_id=%{X-Request-ID}i" timed
      CustomLog logs/access_log timed

      """#,
    run: "apachectl configtest && apachectl graceful",
    command: "skein stats --layout '\(apacheFormat)' access_log",
    format: apacheFormat,
    sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET /api/spots/7 HTTP/1.1\" 200 12 \"-\" \"curl/8.9\" "
      + "duration_us=6912 request_id=aSLLe38AAQEAABm4C-8AAAAA")

  static let jsonLine = LoggingAdvice(
    id: "json-line",
    title: "JSON: one closing record a request, with names that tell their unit",
    why: "Every record of a request carries its request_id; the record where it ends also method, path, status and a "
      + "duration whose name has the unit (duration_ms, _us, _ns, _s). One object a line, in any order of keys.",
    language: "json",
    file: "what the logger should write",
    code: """
      {"ts": "2026-11-23T06:47:55.003Z", "level": "info", "logger": "api.access",
       "request_id": "\(id)", "msg": "request finished",
       "method": "GET", "path": "/api/spots/7", "status": 200, "duration_ms": 6.9}

      """,
    run: nil,
    command: "skein stats app.log",
    format: nil,
    sample: #"{"ts": "2026-11-23T06:47:55.003Z", "level": "info", "logger": "api.access", "request_id": "\#(id)", "#
      + #""msg": "request finished", "method": "GET", "path": "/api/spots/7", "status": 200, "duration_ms": 6.9}"#)

  static let textLine = LoggingAdvice(
    id: "text-line",
    title: "Any logger: one closing record a request, as key=value pairs",
    why: "Every record of a request carries request_id; the one where it ends also method, path, status and a duration "
      + "whose name has the unit. Where the pairs stand in the line does not matter.",
    language: "text",
    file: "what the logger should write (on one line)",
    code: """
      2026-11-23T06:47:55.003Z INFO [api.access] request finished
        request_id=\(id) method=GET
        path=/api/spots/7 status=200 duration_ms=6.9

      """,
    run: nil,
    command: "skein stats app.log",
    format: "%(asctime)s %(levelname)s [%(name)s] %(message)s",
    sample: "2026-11-23T06:47:55.003Z INFO [api.access] request finished request_id=\(id) method=GET "
      + "path=/api/spots/7 status=200 duration_ms=6.9")
}
