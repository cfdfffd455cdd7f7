#if Serve

  internal import Analysis
  internal import Application
  internal import ArgumentParser
  internal import Config
  internal import LogSource
  internal import Pipeline
  internal import Report
  internal import TraceCore

  /// `skein serve`: following as a service, with pages, metrics and a history.
  struct ServeCommand: LogCommand {
    static let configuration = CommandConfiguration(
      commandName: "serve",
      abstract: "Follow logs for weeks, with pages for a browser and metrics for Prometheus.",
      discussion: """
        What is counted is what follow counts. Examples:

          skein serve --checkpoint state.ckpt app.log
          skein serve --checkpoint state.ckpt --listen unix:/run/skein.sock /var/log/api
          curl http://127.0.0.1:9419/metrics

        Pages are at /, /users, /errors and /gate, metrics at /metrics, JSON at /api/stats and /api/ledger, /healthz and /readyz
        are for whoever looks after it. There is no password: only this machine can ask, unless --allow-remote is given; put a
        proxy with one in front of it. With --checkpoint it goes on after a restart, counters included, and keeps 30 days of
        history beside that file.

        Exit codes: 0 ended by a signal; 3 data or I/O error, an address that cannot be listened on; 64 usage.
        """)

    @OptionGroup var input: InputOptions
    @OptionGroup var requests: RequestSourceOptions
    @OptionGroup var lives: LifeOptions
    @OptionGroup var condition: RequestConditionOptions
    @OptionGroup var live: LiveEventOptions

    @Option(
      help: ArgumentHelp(
        "Where to answer: HOST:PORT or unix:PATH. Can be given several times. (default: \(ServeSettings.usualAddress))",
        valueName: "address"))
    var listen: [String] = []

    @Flag(help: "Let other machines ask; there is no password.")
    var allowRemote = false

    @Option(
      help: ArgumentHelp(
        "A further name of this server in requests, behind a proxy. Can be given several times.",
        valueName: "name"))
    var host: [String] = []

    @Option(
      help: ArgumentHelp("Keep the state in this file, and continue from it after a restart.", valueName: "file"),
      completion: .file())
    var checkpoint: String?

    @Option(
      help: ArgumentHelp(
        "Keep the hours that are over in this folder. (default: CHECKPOINT.history)", valueName: "folder"),
      completion: .directory)
    var history: String?

    @Option(help: ArgumentHelp("Days of history that are kept.", valueName: "days"))
    var historyDays: Int = 30

    @Option(help: ArgumentHelp("Bytes of history that are kept.", valueName: "size"))
    var historySize = "256MB"

    @Option(
      help: ArgumentHelp(
        "A gate (YAML): judged from the start, and again from each new version on.", valueName: "file"),
      completion: .file(extensions: ["yml", "yaml"]))
    var gate: String?

    @Option(
      help: ArgumentHelp(
        "Where to begin while there is no checkpoint: start or end. (default: end)", valueName: "where"))
    var from: FollowJob.Beginning?

    @Flag(help: "Look for changes once a second (network and overlay file systems do not report them).")
    var poll = false

    @Option(
      help: ArgumentHelp(
        "After each release, for so long: have skein watch write its page when an hour is over. Needs --hourly.",
        valueName: "duration"))
    var watch: String?

    @Option(help: ArgumentHelp("The folder for the pages of --watch.", valueName: "folder"), completion: .directory)
    var hourly: String?

    @OptionGroup var hooks: HookOptions

    var settings: RunSettings { RunSettings(input, requests, lives, condition, live.rules) }

    mutating func take(_ value: ProjectSettings.Value) -> Bool {
      input.take(value) || requests.take(value) || lives.take(value)
    }

    func run() throws {
      guard !input.files.isEmpty else {
        throw Failure(.usage, "no log named; a service follows files or folders (see skein serve --help)")
      }
      guard !input.files.contains(StandardInput.path) else {
        throw Failure(.usage, "a service follows files, not standard input: name them")
      }
      guard from != .checkpoint else {
        throw Failure(
          .usage, "--from checkpoint: a service continues from its checkpoint wherever there is one; leave it out")
      }
      guard hooks.onVerdict == nil || gate != nil else {
        throw Failure(.usage, "--on-verdict: there is no verdict without --gate")
      }
      let service = try serveSettings()
      try ServeSession.check(service)
      let definition = try gate.map { (path) throws(Failure) in try live.gate(path) }
      var plan = try settings.plan(input: InputPlan())
      try live.apply(to: &plan, gate: definition, settings)
      var options = ServiceOptions()
      options.limits = definition?.durationLimits ?? []
      // What is older than the history goes back need not wait.
      if service.history != nil { options.waitingHours = historyDays * 24 + 48 }
      plan.live?.service = options
      if let definition {
        let baseline = try GateBaseline.sample(of: definition, like: plan, settings)
        plan.live?.gate?.baseline = baseline
      }
      let alerts = try hooks.alerts.map { (path) throws(Failure) in try AlertSettingsReader.read(path: path) }
      try LiveEventOptions.apply(alerts, to: &plan)
      var job = FollowJob(
        files: input.files, settings: settings, plan: plan, style: Style(), detail: .line, hooks: try hooks.settings())
      job.alerts = alerts
      job.alertsFile = hooks.alerts
      job.definition = definition
      job.gate = gate
      job.beginning = from
      job.checkpoint = checkpoint
      job.polls = poll
      job.words = live.words
      job.redaction = try live.redaction.rules(secretsOf: plan.rules?.set)
      job.service = { (job) throws(Failure) in try ServeSession(service, job) }
      try FollowLoop(job).run()
    }

    /// The hours after a release are looked at by the command for it, over the same logs and their rotations.
    private func watchOptions() throws(Failure) -> WatchSchedule.Options? {
      guard let watch else {
        guard hourly == nil else { throw Failure(.usage, "--hourly: which hours? Give --watch 24h as well") }
        return nil
      }
      guard let hourly else { throw Failure(.usage, "--watch: its pages need a folder: --hourly FOLDER") }
      let duration = try WatchCommand.length(watch, option: "--watch")
      // Makes the folder, so that a mistake in its name is seen now.
      _ = try PageTarget(hourly)
      var own = settings
      own.addsRotations = true
      var words: [String] = []
      for (name, value) in [("--gate", gate), ("--version-field", live.versionField)] {
        if let value { words += [name, value] }
      }
      for file in live.redaction.files { words += ["--redact", file] }
      if live.redaction.isOff { words.append("--no-redaction") }
      return WatchSchedule.Options(
        duration: duration, folder: hourly, words: words + own.words() + ["--"] + input.files)
    }

    private func serveSettings() throws(Failure) -> ServeSettings {
      var service = ServeSettings()
      service.addresses = listen
      service.hosts = host
      service.allowsRemote = allowRemote
      service.history = history ?? checkpoint.map { $0 + ".history" }
      guard (1...3_660).contains(historyDays) else {
        throw Failure(.usage, "--history-days: from 1 to 3660 days")
      }
      service.historyDays = Int64(historyDays)
      guard let size = OptionValue.bytes(historySize), size >= 1 << 20 else {
        throw Failure(.usage, "--history-size: '\(historySize)' is not a size of at least 1MB; write for example 256MB")
      }
      service.historyBytes = Int64(size)
      service.watch = try watchOptions()
      return service
    }
  }

#endif
