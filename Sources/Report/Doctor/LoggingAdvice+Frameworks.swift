/// Blocks for Spring Boot, Rails, Laravel, ASP.NET Core, Go's slog and Node's pino, as their documentation has it: Spring Boot
/// ("Logging", `OncePerRequestFilter`), Rails (`config.log_tags`) with lograge's README, Laravel ("Contextual information"),
/// .NET ("Console log formatting"), `log/slog`, pino-http's README. They were not compiled here; their lines are parsed in the
/// tests as every other sample.
extension LoggingAdvice {
  private static let id = "8165e189245a414bb37dbdfc278ba209"

  static let springBoot = LoggingAdvice(
    id: "spring-boot",
    title: "Spring Boot: the request id in every line, and one line where a request ends",
    why:
      "logging.pattern.level puts the id into the default pattern; the filter sets it and writes method, path, status and "
      + "duration. What other threads log needs the MDC handed on.",
    language: "java",
    file: "application.properties, and a class beside the controllers",
    code: #"""
      // application.properties:
      //   logging.pattern.level=%5p [%X{requestId:-}]

      import jakarta.servlet.FilterChain;
      import jakarta.servlet.ServletException;
      import jakarta.servlet.http.HttpServletRequest;
      import jakarta.servlet.http.HttpServletResponse;
      import java.io.IOException;
      import java.util.UUID;
      import org.slf4j.Logger;
      import org.slf4j.LoggerFactory;
      import org.slf4j.MDC;
      import org.springframework.core.Ordered;
      import org.springframework.core.annotation.Order;
      import org.springframework.stereotype.Component;
      import org.springframework.web.filter.OncePerRequestFilter;

      @Component
      @Order(Ordered.HIGHEST_PRECEDENCE)
      class RequestLog extends OncePerRequestFilter {
        private static final Logger log = LoggerFactory.getLogger("api.access");

        @Override
        protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
          String id = request.getHeader("X-Request-ID");
          if (id == null || !id.matches("[A-Za-z0-9-]{8,64}")) {
            id = UUID.randomUUID().toString().replace("-", "");
          }
          MDC.put("requestId", id);
          response.setHeader("X-Request-ID", id);
          long start = System.nanoTime();
          int status = 500;
          try {
            chain.doFilter(request, response);
            status = response.getStatus();
          } finally {
            log.info("request finished method={} path={} status={} duration_ms={}",
                request.getMethod(), request.getRequestURI(), status,
                (System.nanoTime() - start) / 100_000 / 10.0);
            MDC.remove("requestId");
          }
        }
      }

      """#,
    run: nil,
    command: "skein stats app.log",
    format: nil,
    sample: "2026-11-23T06:47:55.003Z  INFO [\(id)] 7 --- [orders] [nio-8080-exec-1] api.access                      "
      + "         : request finished method=GET path=/api/spots/7 status=200 duration_ms=6.9")

  static let rails = LoggingAdvice(
    id: "rails-lograge",
    title: "Rails: time, level and request id in every line, and one line a request",
    why: "Rails' own formatter drops the time and the level. lograge writes one line with method, path, status and "
      + "duration in place of Started, Processing and Completed.",
    language: "ruby",
    file: "config/environments/production.rb (and gem \"lograge\" in the Gemfile)",
    code: #"""
      config.log_tags = [:request_id]
      config.log_formatter = ::Logger::Formatter.new
      config.logger = ActiveSupport::TaggedLogging.new(
        ActiveSupport::Logger.new("log/production.log", formatter: config.log_formatter)
      )
      config.lograge.enabled = true

      """#,
    run: nil,
    command: "skein stats log/production.log",
    format: nil,
    sample: "I, [2026-11-23T06:47:55.003123 #7]  INFO -- : [\(id)] method=GET path=/api/spots/7 format=json "
      + "controller=SpotsController action=show status=200 duration=6.90 view=1.20 db=3.40")

  static let laravel = LoggingAdvice(
    id: "laravel",
    title: "Laravel: the request id in every line, and one line where a request ends",
    why: "What is shared stands in the context of every line, exceptions included. Append the class to the global "
      + "middleware, before all others.",
    language: "php",
    file: "app/Http/Middleware/RequestLog.php",
    code: #"""
      <?php

      namespace App\Http\Middleware;

      use Closure;
      use Illuminate\Http\Request;
      use Illuminate\Support\Facades\Log;
      use Illuminate\Support\Str;

      class RequestLog
      {
          public function handle(Request $request, Closure $next)
          {
              $id = $request->header('X-Request-ID') ?: str_replace('-', '', Str::uuid());
              Log::shareContext(['request_id' => $id]);
              $start = hrtime(true);
              $response = $next($request);
              $response->headers->set('X-Request-ID', $id);
              Log::info('request finished', [
                  'method' => $request->method(),
                  'path' => '/' . ltrim($request->path(), '/'),
                  'status' => $response->getStatusCode(),
                  'duration_ms' => (hrtime(true) - $start) / 1e6,
              ]);
              return $response;
          }
      }

      """#,
    run: nil,
    command: "skein stats storage/logs/laravel.log",
    format: nil,
    sample: #"[2026-11-23 06:47:55] production.INFO: request finished {"request_id":"\#(id)","method":"GET","#
      + #""path":"/api/spots/7","status":200,"duration_ms":6.9} "#)

  static let dotnet = LoggingAdvice(
    id: "aspnet-core",
    title: "ASP.NET Core: JSON lines with a time and the request id, and one line where a request ends",
    why:
      "The console's default has no time and writes each record in two lines. With scopes each line of a request has its id.",
    language: "csharp",
    file: "Program.cs",
    code: #"""
      builder.Logging.ClearProviders();
      builder.Logging.AddJsonConsole(options =>
      {
          options.IncludeScopes = true;
          options.UseUtcTimestamp = true;
          options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
      });

      var app = builder.Build();

      app.Use(async (context, next) =>
      {
          var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("api.access");
          var id = context.Request.Headers["X-Request-ID"].FirstOrDefault() ?? Guid.NewGuid().ToString("N");
          context.Response.Headers["X-Request-ID"] = id;
          using var scope = log.BeginScope(new Dictionary<string, object> { ["request_id"] = id });
          var start = System.Diagnostics.Stopwatch.GetTimestamp();
          var status = 500;
          try
          {
              await next();
              status = context.Response.StatusCode;
          }
          finally
          {
              log.LogInformation("request finished {method} {path} {status} {duration_ms}",
                  context.Request.Method, context.Request.Path.Value, status,
                  System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds);
          }
      });

      """#,
    run: nil,
    command: "skein stats app.log",
    format: nil,
    sample: #"{"Timestamp":"2026-11-23T06:47:55.003Z","EventId":0,"LogLevel":"Information","Category":"api.access","#
      + #""Message":"request finished GET /api/spots/7 200 6.9","State":{"Message":"request finished GET /api/spots/7 200 6.9","#
      + #""method":"GET","path":"/api/spots/7","status":200,"duration_ms":6.9,"#
      + #""{OriginalFormat}":"request finished {method} {path} {status} {duration_ms}"},"#
      + #""Scopes":[{"Message":"System.Collections.Generic.Dictionary","request_id":"\#(id)"}]}"#)

  static let go = LoggingAdvice(
    id: "go-slog",
    title: "Go: slog with the request id, and one line where a request ends",
    why:
      "Standard library only. Log with the logger of the context, so that each line has the id; the name of the duration "
      + "has its unit, which slog's own Duration does not.",
    language: "go",
    file: "where the handlers are made",
    code: #"""
      type loggerKey struct{}

      // Logger of a request: Logger(r.Context()).Info("order loaded")
      func Logger(ctx context.Context) *slog.Logger {
          if logger, ok := ctx.Value(loggerKey{}).(*slog.Logger); ok {
              return logger
          }
          return slog.Default()
      }

      type statusWriter struct {
          http.ResponseWriter
          status int
      }

      func (w *statusWriter) WriteHeader(status int) {
          w.status = status
          w.ResponseWriter.WriteHeader(status)
      }

      func RequestLog(next http.Handler) http.Handler {
          logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
          return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
              id := r.Header.Get("X-Request-ID")
              if id == "" {
                  var random [16]byte
                  _, _ = rand.Read(random[:]) // crypto/rand
                  id = hex.EncodeToString(random[:])
              }
              w.Header().Set("X-Request-ID", id)
              own := logger.With("request_id", id)
              writer := &statusWriter{ResponseWriter: w, status: 200}
              start := time.Now()
              defer func() {
                  own.Info("request finished", "method", r.Method, "path", r.URL.Path, "status", writer.status,
                      "duration_ms", float64(time.Since(start).Microseconds())/1000)
              }()
              next.ServeHTTP(writer, r.WithContext(context.WithValue(r.Context(), loggerKey{}, own)))
          })
      }

      """#,
    run: nil,
    command: "skein stats app.log",
    format: nil,
    sample: #"{"time":"2026-11-23T06:47:55.003123456Z","level":"INFO","msg":"request finished","request_id":"\#(id)","#
      + #""method":"GET","path":"/api/spots/7","status":200,"duration_ms":6.9}"#)

  static let node = LoggingAdvice(
    id: "node-pino-http",
    title: "Express, Koa, Nest: pino-http, with the request id in every line",
    why:
      "One line where a request ends, with its time in the response. Log with req.log, so that each line has the id.",
    language: "javascript",
    file: "before the routes (npm install pino pino-http)",
    code: #"""
      const { randomUUID } = require('node:crypto')
      const pino = require('pino')
      const pinoHttp = require('pino-http')

      app.use(pinoHttp({
        logger: pino({ timestamp: pino.stdTimeFunctions.isoTime }),
        genReqId: (req, res) => {
          const id = req.headers['x-request-id'] ?? randomUUID()
          res.setHeader('X-Request-ID', id)
          return id
        }
      }))
      // In a handler: req.log.info('order loaded')

      """#,
    run: nil,
    command: "skein stats app.log",
    format: nil,
    sample: #"{"level":30,"time":"2026-11-23T06:47:55.003Z","pid":7,"hostname":"web-1","#
      + #""req":{"id":"\#(id)","method":"GET","url":"/api/spots/7","query":{},"params":{}},"res":{"statusCode":200},"#
      + #""responseTime":6.9,"msg":"request completed"}"#)

  /// What writes lines of a layout that many programs share, by what only it writes.
  ///
  /// - Parameters:
  ///   - line: one of them, where doctor has kept one.
  ///   - names: the names of fields in the first lines.
  static func writer(of line: String, names: Set<String>) -> Writer? {
    if names.isSuperset(of: ["pid", "hostname"]) && !names.isDisjoint(with: ["msg", "v"]) { return .node }
    if !names.isDisjoint(with: ["LogLevel", "@t", "@mt", "SourceContext", "Category"]) { return .dotnet }
    if !names.isDisjoint(with: ["logger_name", "thread_name", "loggerName", "loggerFqcn"]) { return .java }
    if names.isSuperset(of: ["controller", "action"]) { return .rails }
    if names.contains("caller") || names.isSuperset(of: ["time", "level", "msg"]) { return .go }
    if line.hasPrefix("I, [") || line.hasPrefix("E, [") || line.contains("Started GET \"")
      || line.contains("Completed 200 OK in ")
    {
      return .rails
    }
    if line.hasPrefix("["), let close = line.firstIndex(of: "]") {
      // `[2026-11-23 06:47:55] production.ERROR: …`
      let channel = line[line.index(after: close)...].drop { $0 == " " }.prefix { $0 != ":" }
      let parts = channel.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy({ $0.isASCII && $0.isUppercase }) { return .laravel }
    }
    if ["info: ", "warn: ", "fail: ", "dbug: ", "crit: "].contains(where: line.hasPrefix), line.contains("[") {
      return .dotnet
    }
    if line.contains(" INF] ") || line.contains("[INF] ") || line.contains("[ERR] ") { return .dotnet }
    if line.contains(" --- [") || line.contains("[http-nio-") || line.contains("[main] ") { return .java }
    if line.contains(" level=info msg=") || line.contains(" level=INFO msg=") || line.contains("\tinfo\t")
      || line.contains("\tINFO\t") || line.contains(" INF ")
    {
      return .go
    }
    let words = line.split(separator: " ")
    if words.count >= 4, line.hasSuffix(" ms") || line.contains(" ms - "), words.contains(where: { $0.hasPrefix("/") })
    {
      return .node
    }
    return nil
  }
}
