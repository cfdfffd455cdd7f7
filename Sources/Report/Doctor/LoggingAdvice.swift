package import TraceCore

/// Configuration that adds what a log lacks, ready to paste, and the command that reads the result.
///
/// Chosen by what was detected and by what is missing; a log that has all gets none. Every format in here is compiled and
/// its sample line parsed in the tests, so advice cannot recommend what skein cannot read.
package struct LoggingAdvice: Sendable, Equatable {
  /// Stable name, for JSON.
  package let id: String
  package let title: String
  /// What it adds and what to mind.
  package let why: String
  /// Of the block: `python`, `json`, `nginx`, `apache`, `java`, `ruby`, `php`, `csharp`, `go`, `javascript`, `text`.
  package let language: String
  /// Where the block goes.
  package let file: String
  /// The block, lines ended by newlines.
  package let code: String
  /// How the service is run with it, where that changes.
  package let run: String?
  /// The skein command that reads the result.
  package let command: String
  /// What the log's lines then look like to `--layout`; nil for JSON lines.
  package let format: String?
  /// A line as it then stands in the log.
  package let sample: String

  /// What writes a log, as far as its layout tells.
  enum Writer: CaseIterable {
    case uvicorn, python, wsgi, nginx, apache, webServer, java, rails, laravel, dotnet, go, node, json, other

    init(layout: String) {
      switch layout {
      case "uvicorn", "uvicorn-access": self = .uvicorn
      case "flask", "gunicorn", "django-request-id": self = .wsgi
      case "nginx-request-id", "nginx-timed", "nginx-error": self = .nginx
      case "common": self = .apache
      case "combined": self = .webServer
      case "json": self = .json
      case "spring-boot", "logback": self = .java
      case "rails-tagged": self = .rails
      case "asgi-correlation-id", "asgi-correlation-id-spaced", "celery", "loguru": self = .python
      default: self = layout.hasPrefix("python-") ? .python : .other
      }
    }
  }

  /// What helps with one log, most helpful first; empty if nothing is missing or nothing was read.
  package static func advice(for diagnosis: Diagnosis) -> [LoggingAdvice] {
    let works = LogCapabilities(diagnosis)
    guard !works.isComplete, diagnosis.counts.records > 0, let layout = mainLayout(diagnosis) else { return [] }
    let lacksLine = LogCapabilities.state(diagnosis.coverage(of: .time)) != .ok || works.traces != .ok
    let lacksRequest = works.statistics != .ok || works.latency != .ok
    var writer = Writer(layout: layout.name)
    // Layouts that many programs share: a line, or the names in it, may tell which one it was.
    if writer == .json || writer == .other || layout.name == "uvicorn" || layout.name == "python-basic" {
      writer = LoggingAdvice.writer(of: line(of: diagnosis), names: Set(diagnosis.fields.map(\.name))) ?? writer
    }
    switch writer {
    case .uvicorn:
      return (lacksLine ? [uvicornConfig] : []) + (lacksRequest ? [asgiRequestLog] : [])
        + (works.traces != .ok ? [correlationID] : [])
    // In this order, because the middleware that is added last runs first.
    case .python: return (lacksRequest ? [asgiRequestLog] : []) + (lacksLine ? [correlationID] : [])
    case .wsgi: return [wsgiRequestLog]
    case .nginx: return [nginx]
    case .apache: return [apache]
    case .webServer: return [nginx, apache]
    case .java: return [springBoot]
    case .rails: return [rails]
    case .laravel: return [laravel]
    case .dotnet: return [dotnet]
    case .go: return [go]
    case .node: return [node]
    case .json: return [jsonLine]
    case .other: return [textLine]
    }
  }

  /// A line of the log, where doctor has kept one.
  private static func line(of diagnosis: Diagnosis) -> String {
    diagnosis.coverage.lazy.compactMap { $0.missing?.text }.first ?? diagnosis.durationWithoutUnit?.text ?? ""
  }

  /// The layout that most lines fit; of equals the first. A layout named with --layout has no counts.
  private static func mainLayout(_ diagnosis: Diagnosis) -> Diagnosis.Layout? {
    var best = diagnosis.layouts.first
    for layout in diagnosis.layouts where layout.fits > best?.fits ?? 0 { best = layout }
    // A pasted format is told by its language.
    guard var named = best, !BuiltinLayouts.names.contains(named.name) else { return best }
    if named.source.contains("%(") {
      named.name = "python-custom"
    } else if named.source.contains("$") {
      named.name = "nginx-timed"
    } else if named.source.contains("%") {
      named.name = "common"
    }
    return named
  }

  /// All advice that can be given, for tests.
  package static var all: [LoggingAdvice] {
    [
      uvicornConfig, correlationID, asgiRequestLog, wsgiRequestLog, nginx, apache, springBoot, rails, laravel, dotnet,
      go,
      node, jsonLine, textLine,
    ]
  }
}
