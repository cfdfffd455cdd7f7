#if Serve

  internal import Analysis
  internal import Pipeline
  internal import Platform
  internal import Report
  internal import RulePack
  internal import Synchronization
  internal import TraceCore
  internal import WebServer

  /// Answers the requests of browsers and scrapers: on two threads of its own, so that neither following nor the server's thread
  /// waits for a page that is made, nor pages for a log that is searched for a request.
  final class ServePages: WebHandler {
    private let state: ServeState
    private let builder: ServiceViewBuilder
    private let job: ReadableJob
    private let pages = WorkQueue(most: 64)
    private let traces = WorkQueue(most: 4)
    /// Of the server, which is made with this.
    let counts = Mutex(WebCounts())

    init(state: ServeState, builder: ServiceViewBuilder, job: FollowJob) {
      self.state = state
      self.builder = builder
      self.job = ReadableJob(job)
    }

    func stop() {
      pages.stop()
      traces.stop()
    }

    func respond(to request: WebRequest, reply: @escaping @Sendable (WebResponse) -> Void) {
      switch request.path {
      case ServiceAddress.style:
        reply(WebResponse(contentType: "text/css; charset=utf-8", body: Array(ServiceAssets.css.utf8)))
      case ServiceAddress.script:
        reply(WebResponse(contentType: "text/javascript; charset=utf-8", body: Array(ServiceAssets.script.utf8)))
      case ServiceAddress.events: reply(.stream(opening: [WebEvent(name: "state", data: "open")]))
      case "/healthz": reply(health())
      case "/trace": perform(on: traces, reply) { [self] in trace(request) }
      default: perform(on: pages, reply) { [self] in page(request) }
      }
    }

    private func perform(
      on queue: WorkQueue, _ reply: @escaping @Sendable (WebResponse) -> Void,
      _ work: @escaping @Sendable () -> WebResponse
    ) {
      if !queue.add({ reply(work()) }) {
        var busy = WebResponse.text(status: 503, "skein is busy with other requests; ask again in a few seconds")
        busy.headers = [(name: "Retry-After", value: "5")]
        reply(busy)
      }
    }

    // MARK: Whether it is well

    /// Nanoseconds after which following counts as stuck: it looks at least once a second.
    private static let longestStep: Int64 = 30 * EventTime.nanosecondsPerSecond

    private func health() -> WebResponse {
      state.age(at: Clock.monotonicNanoseconds) < ServePages.longestStep
        ? .text("ok") : .text(status: 503, "following has not moved for 30 s")
    }

    private func readiness(_ moment: ServedMoment?) -> WebResponse {
      guard let moment else { return .text(status: 503, "nothing was read yet") }
      if !moment.hasCaughtUp || moment.isBehind { return .text(status: 503, "old lines are still being read") }
      return moment.follow.time == EventTime.none
        ? .text(status: 503, "no record with a time was read yet") : .text("ok")
    }

    // MARK: Pages

    private func page(_ request: WebRequest) -> WebResponse {
      let moment = state.moment()
      if request.path == "/readyz" { return readiness(moment) }
      let isForMachines = request.path == "/metrics" || request.path.hasPrefix("/api/")
      guard let moment else {
        if isForMachines { return .text(status: 503, "nothing was read yet") }
        return message("Nothing was read yet", "The first page appears in a moment.", status: 503, retry: 2, request)
      }
      switch request.path {
      case "/metrics": return metrics(moment, request)
      case "/api/stats": return json { StatsReport.json(builder.redacted(moment.summary), pretty: false, into: &$0) }
      case "/api/ledger":
        return json { sink in
          JSONWriter.write(into: &sink, pretty: false) { LedgerReport.json(moment.summary.ledger, into: &$0) }
        }
      default: break
      }
      if isForMachines { return .text(status: 404, "there is no \(Escape.terminal(request.path)); see docs/serve.md") }
      guard let kind = ServicePage.Kind.allCases.first(where: { $0.path == request.path }) else {
        return message(
          "There is no such page", "The pages are HTTP, Users, Errors and Gate.", status: 404, retry: nil, request)
      }
      let span: ServiceSpan
      if let asked = request.value("span") {
        guard let known = ServiceSpan(rawValue: asked) else {
          let known = ServiceSpan.allCases.map(\.rawValue).joined(separator: ", ")
          return message(
            "No such span", "span is one of \(known).", status: 400, retry: nil, request)
        }
        span = known
      } else {
        span = .quarter
      }
      var view = builder.view(moment, span: span)
      view.filter = request.value("route") ?? ""
      return html { ServicePage.html(view, page: kind, into: &$0) }
    }

    private func metrics(_ moment: ServedMoment, _ request: WebRequest) -> WebResponse {
      // A restart reads the last seconds again: counts that fall would look like a new start to whoever adds them up.
      guard moment.hasCaughtUp else { return .text(status: 503, "old lines are still being read") }
      let isOpen = MetricsReport.wantsOpenMetrics(accept: request.accept)
      var metrics = ServiceMetrics(
        snapshot: builder.redacted(moment.service), ledger: moment.summary.ledger, time: moment.follow.time,
        lag: ServiceViewBuilder.lag(moment), isBehind: moment.isBehind, gate: moment.gate,
        version: ProgramVersion.text)
      let counts = counts.withLock { $0 }
      metrics.connections = Int64(counts.openConnections)
      metrics.accepted = Int64(counts.acceptedConnections)
      metrics.refused = Int64(counts.refusedConnections)
      metrics.answered = Int64(counts.requests)
      return WebResponse(
        contentType: MetricsReport.contentType(isOpenMetrics: isOpen),
        body: MetricsReport.bytes(metrics, isOpenMetrics: isOpen))
    }

    private func trace(_ request: WebRequest) -> WebResponse {
      guard let id = request.value("id"), !id.isEmpty, id.utf8.count <= 512 else {
        return message("Which request?", "Its id belongs in the address: /trace?id=…", status: 400, retry: nil, request)
      }
      let view = state.moment().map { builder.view($0, span: .quarter) }
      switch job.lives(of: id) {
      case .failure(let failure):
        return message("The request cannot be shown", failure.message, status: 500, retry: nil, request)
      case .success(let lives):
        return html(status: lives.isEmpty ? 404 : 200) {
          ServicePage.trace(id: id, lives: builder.redacted(lives), view: view, into: &$0)
        }
      }
    }

    private func message(
      _ title: String, _ text: String, status: Int, retry: Int?, _ request: WebRequest
    ) -> WebResponse {
      html(status: status) {
        ServicePage.message(title: title, text: text, status: status, retry: retry, address: request.path, into: &$0)
      }
    }

    private func html(status: Int = 200, _ body: (inout TextSink) -> Void) -> WebResponse {
      var sink = TextSink()
      body(&sink)
      return WebResponse(status: status, contentType: "text/html; charset=utf-8", body: sink.bytes)
    }

    private func json(_ body: (inout TextSink) -> Void) -> WebResponse {
      var sink = TextSink()
      body(&sink)
      return WebResponse(contentType: "application/json", body: sink.bytes)
    }
  }

  /// Work that is done by one thread, in order; no more waits than is said.
  final class WorkQueue: Sendable {
    private let monitor = Monitor()
    private let shared: Mutex<Shared>
    private let most: Int

    private struct Shared {
      var waiting: [@Sendable () -> Void] = []
      var isOver = false
      var hasThread = false
    }

    init(most: Int) {
      self.most = most
      shared = Mutex(Shared())
    }

    /// False where too much waits already, or the system has no thread left.
    func add(_ work: @escaping @Sendable () -> Void) -> Bool {
      monitor.lock()
      defer { monitor.unlock() }
      let isFirst = shared.withLock { shared -> Bool? in
        guard !shared.isOver, shared.waiting.count < most else { return nil }
        shared.waiting.append(work)
        defer { shared.hasThread = true }
        return !shared.hasThread
      }
      guard let isFirst else { return false }
      monitor.signal()
      guard isFirst else { return true }
      guard let thread = WorkerThread({ [self] in run() }) else {
        shared.withLock { ($0.hasThread, $0.waiting) = (false, []) }
        return false
      }
      thread.leave()
      return true
    }

    private func run() {
      while true {
        monitor.lock()
        while shared.withLock({ $0.waiting.isEmpty && !$0.isOver }) { monitor.wait() }
        let next = shared.withLock { $0.isOver ? nil : $0.waiting.removeFirst() }
        monitor.unlock()
        guard let next else { return }
        next()
      }
    }

    func stop() {
      monitor.lock()
      shared.withLock { ($0.isOver, $0.waiting) = (true, []) }
      monitor.signal()
      monitor.unlock()
    }
  }

#endif
