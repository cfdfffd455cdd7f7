// swift-format-ignore-file

/// The layouts of layouts/*.yml as they are built in. Made by `./dev layouts`; a test holds that the two are equal.
enum EmbeddedLayouts {
  static let all: [BuiltinLayout] = [
    BuiltinLayout(
      name: "python-request-id",
      format: "%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55,003 INFO [api.access] [8165e189245a414bb37dbdfc278ba209] request started method=GET"),
    BuiltinLayout(
      name: "asgi-correlation-id",
      format: "%(levelname)s:\t\u{8}%(asctime)s %(name)s:%(lineno)d [%(correlation_id)s] %(message)s",
      language: .pythonPercent,
      sample: "INFO:\t\u{8}2026-11-23 06:47:55,003 app.api:42 [8165e189] request finished"),
    BuiltinLayout(
      name: "asgi-correlation-id-spaced",
      format: "%(levelname)s ... [%(correlation_id)s] %(name)s %(message)s",
      language: .pythonPercent,
      sample: "INFO ... [8165e189] app.api hello"),
    BuiltinLayout(
      name: "django-request-id",
      format: "%(levelname)s %(asctime)s [%(request_id)s] %(name)s: %(message)s",
      language: .pythonPercent,
      sample: "INFO 2026-11-23 06:47:55,003 [8165e189] django.request: hello"),
    BuiltinLayout(
      name: "python-dashes",
      format: "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55,003 - app.api - INFO - hello"),
    BuiltinLayout(
      name: "python-bracket-level",
      format: "%(asctime)s [%(levelname)s] %(name)s: %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55,003 [INFO] app.api: hello"),
    BuiltinLayout(
      name: "python-colon",
      format: "%(asctime)s %(levelname)-8s %(name)s: %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55,003 INFO     app.api: hello"),
    BuiltinLayout(
      name: "python-bracket-name",
      format: "%(asctime)s %(levelname)s [%(name)s] %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55,003 INFO [app.api] hello"),
    BuiltinLayout(
      name: "flask",
      format: "[%(asctime)s] %(levelname)s in %(module)s: %(message)s",
      language: .pythonPercent,
      sample: "[2026-11-23 06:47:55,003] INFO in api: hello"),
    BuiltinLayout(
      name: "gunicorn",
      format: "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s",
      language: .pythonPercent,
      sample: "[2026-11-23 06:47:55 +0000] [7] [INFO] Booting worker with pid: 7"),
    BuiltinLayout(
      name: "celery",
      format: "[%(asctime)s: %(levelname)s/%(processName)s] %(message)s",
      language: .pythonPercent,
      sample: "[2026-11-23 06:47:55,003: INFO/MainProcess] Task app.add received"),
    BuiltinLayout(
      name: "loguru",
      format: "%(asctime)s | %(levelname)-8s | %(name)s - %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55.003 | INFO     | app.api:get:42 - hello"),
    BuiltinLayout(
      name: "spring-boot",
      format: "%(asctime)s %(levelname)5s %(process)s --- [%(threadName)s] %(name)s : %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55.003  INFO 7 --- [main] c.e.App : Started"),
    BuiltinLayout(
      name: "logback",
      format: "%(asctime)s [%(threadName)s] %(levelname)-5s %(name)s - %(message)s",
      language: .pythonPercent,
      sample: "2026-11-23 06:47:55.003 [main] INFO  c.e.App - Started"),
    BuiltinLayout(
      name: "rails-tagged",
      format: "%(severityletter)s, [%(asctime)s #%(process)s] %(levelname)5s -- : [%(request_id)s] %(message)s",
      language: .pythonPercent,
      sample: "I, [2026-11-23T06:47:55.003123 #7]  INFO -- : [8165e189] Started GET \"/\""),
    BuiltinLayout(
      name: "nginx-request-id",
      format: "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_time $request_id",
      language: .nginx,
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" 0.004 8165e189245a414bb37dbdfc278ba209"),
    BuiltinLayout(
      name: "nginx-timed",
      format: "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_time",
      language: .nginx,
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\" 0.004"),
    BuiltinLayout(
      name: "combined",
      format: "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
      language: .nginx,
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\""),
    BuiltinLayout(
      name: "common",
      format: "%h %l %u %t \"%r\" %>s %b",
      language: .apache,
      sample: "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12"),
    BuiltinLayout(
      name: "nginx-error",
      format: "%(asctime)s [%(levelname)s] %(process)s: %(message)s",
      language: .pythonPercent,
      sample: "2026/11/23 06:47:55 [error] 7#7: *1 open() \"/x\" failed"),
    BuiltinLayout(
      name: "uvicorn-access",
      format: "%(levelprefix)s %(client_addr)s - \"%(request_line)s\" %(status_code)s",
      language: .pythonPercent,
      sample: "INFO:     127.0.0.1:55856 - \"GET /healthz HTTP/1.1\" 200 OK"),
    BuiltinLayout(
      name: "python-basic",
      format: "%(levelname)s:%(name)s:%(message)s",
      language: .pythonPercent,
      sample: "WARNING:root:hello"),
    BuiltinLayout(
      name: "uvicorn",
      format: "%(levelprefix)s %(message)s",
      language: .pythonPercent,
      sample: "INFO:     Application startup complete."),
  ]
}
