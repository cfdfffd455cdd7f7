#if Serve

  internal import Analysis
  internal import LogSource
  package import Pipeline
  internal import Platform
  package import Report
  internal import RulePack
  internal import Synchronization
  internal import TraceCore
  internal import WebServer

  /// The side of a service that follows: gives moments to those who ask, tells browsers and systemd what happens, and keeps the
  /// hours that are over. Used by the thread that follows.
  package final class ServeSession: FollowService {
    private let server: WebServer
    private let pages: ServePages
    private let state: ServeState
    private let folder: HistoryFolder?
    private var gate: GateWatch?
    private let watch: WatchSchedule?
    private var warnings: [String] = []
    private let watchdog: Int64?
    private var petAt: Int64 = 0
    private var hasBecomeReady = false
    private var hasCaughtUp = false
    private var isHistoryBroken = false
    private var isRestored = false

    private static let mostWarnings = 20

    package init(_ settings: ServeSettings, _ job: FollowJob) throws(Failure) {
      let folder: HistoryFolder?
      if let path = settings.history {
        folder = try HistoryFolder(path: path, limit: settings.historyBytes, days: settings.historyDays)
      } else {
        folder = nil
      }
      self.folder = folder
      guard let bell = WakeUp() else { throw Failure(.data, "the system has no descriptor left") }
      state = ServeState(bell: bell)
      gate = job.definition.map(GateWatch.init)
      watch = settings.watch.map(WatchSchedule.init)
      let builder = ServiceViewBuilder(
        logs: job.files, hasRules: job.plan.rules != nil, folder: folder, redaction: job.redaction)
      pages = ServePages(state: state, builder: builder, job: job)
      watchdog = ServiceManager.watchdog
      do throws(WebError) {
        server = try WebServer(try ServeSession.addresses(settings), hosts: settings.hosts, handler: pages)
      } catch {
        throw Failure(.data, "--listen: \(error.message)")
      }
      let places = server.boundAddresses
      for place in places {
        Terminal.writeError("skein: answering on \(place.hasPrefix("unix:") ? place : "http://\(place)/")\n")
      }
    }

    private static func addresses(_ settings: ServeSettings) throws(WebError) -> [WebAddress] {
      let inherited = ServiceManager.inheritedSockets()
      if !inherited.isEmpty { return inherited.map { .inherited(descriptor: $0) } }
      let texts = settings.addresses.isEmpty ? [ServeSettings.usualAddress] : settings.addresses
      return try texts.map { (text) throws(WebError) in try WebAddress(parsing: text) }
    }

    /// Whether all addresses are of this machine alone; what is wrong with one else.
    package static func check(_ settings: ServeSettings) throws(Failure) {
      for text in settings.addresses {
        let address: WebAddress
        do throws(WebError) {
          address = try WebAddress(parsing: text)
        } catch {
          throw Failure(.usage, "--listen: \(error.message)")
        }
        guard address.isLoopback || settings.allowsRemote else {
          throw Failure(
            .usage,
            "--listen: \(text) can be reached from other machines, and whoever reaches it sees the pages without a password: "
              + "listen on \(ServeSettings.usualAddress) and let a proxy ask for one, or say --allow-remote")
        }
      }
    }

    // MARK: Following

    /// To be polled.
    package var descriptors: [Int32] { [state.descriptor] + (watch?.descriptors ?? []) }

    /// When systemd expects to hear of it, or a watch to be looked at.
    package var due: Int64? { [watchdog.map { petAt + $0 / 2 }, watch?.due].compactMap(\.self).min() }

    package func take(_ event: LiveEvent) {
      watch?.take(event)
      switch event {
      case .window: server.broadcast(WebEvent(name: "window", data: ""))
      case .finding(let finding): server.broadcast(WebEvent(name: "finding", data: finding.rule.severity.name))
      case .verdict(let verdict, _):
        gate?.take(verdict)
        server.broadcast(WebEvent(name: "verdict", data: verdict.state.rawValue))
      case .mark: server.broadcast(WebEvent(name: "state", data: "mark"))
      case .rotation(let event, _, _):
        if event.note == nil, [.permissionLost, .permissionRegained, .replaced].contains(event.kind) {
          warn(event.text)
        }
      case .alert: break
      }
    }

    package func warn(_ text: String) {
      warnings.append(text)
      if warnings.count > ServeSession.mostWarnings { warnings.removeFirst() }
    }

    /// Gives the present moment, if somebody asks. Between two steps.
    package func look(_ driver: FollowDriver, hasCaughtUp: Bool, at now: Int64) {
      let isWanted = state.isWanted(at: now)
      if hasCaughtUp != self.hasCaughtUp || !hasBecomeReady {
        hasBecomeReady = true
        self.hasCaughtUp = hasCaughtUp
        ServiceManager.notify(["READY=1", hasCaughtUp ? "STATUS=following" : "STATUS=reading what was there before"])
      }
      if let watchdog, now - petAt >= watchdog / 2 {
        petAt = now
        ServiceManager.notify(["WATCHDOG=1"])
      }
      if hasCaughtUp { lookAtWatch() }
      guard isWanted || !isRestored, let service = driver.service else { return }
      if !isRestored {
        isRestored = true
        let releases = service.marks.filter(\.isRelease)
        if releases.count > 1, let last = releases.last { watch?.restore(release: last.text, at: last.time) }
        // Those of an earlier run, and of this one so far; later ones come as events.
        gate?.restore(service.verdicts)
      }
      let follow = driver.snapshot
      let shown = gate?.shown(follow)
      pages.counts.withLock { $0 = server.counts }
      state.publish(
        ServedMoment(
          follow: follow, service: service, summary: driver.summary, gate: shown, isBehind: driver.isBehind,
          hasCaughtUp: hasCaughtUp, isFinished: driver.isFinished, warnings: warnings, wall: Clock.wallNanoseconds,
          made: now))
    }

    private func lookAtWatch() {
      for sentence in watch?.poll() ?? [] { Terminal.writeError("skein: \(Escape.terminal(sentence))\n") }
    }

    package func removeMessages() -> [AlertMessage] { watch?.removeMessages() ?? [] }

    /// Writes the hours that are over. Before the state is kept: what is in neither would be lost.
    package func keepHistory(_ driver: FollowDriver) {
      guard let folder else { return }
      for hour in driver.sealedHours {
        do throws(OutputError) {
          try folder.write(hour)
          driver.removeSealedHour()
          isHistoryBroken = false
        } catch {
          // It waits in the state; the disk may have room again later.
          if !isHistoryBroken {
            warn("history: \(error.message)")
            Terminal.writeError("skein: history: \(error.message)\n")
          }
          isHistoryBroken = true
          return
        }
      }
    }

    package func stop() {
      ServiceManager.notify(["STOPPING=1"])
      state.end()
      pages.stop()
      server.stop()
    }
  }

#endif
