package import Config
internal import LogSource
internal import Report
internal import RulePack
internal import TraceCore

/// Reads an `alerts.yml`, with everything wrong in it reported at once.
///
/// Keys and tokens are refused in the file itself, which is read by many: it says where they are (`{file: …}`, `{env: …}`).
package struct AlertSettingsReader {
  private static let mostReceivers = 50
  private static let mostRoutes = 100
  private static let slackBase = "https://slack.com/api"
  private static let pagerDutyBase = "https://events.pagerduty.com/v2"

  let path: String
  var problems: [ConfigurationProblem] = []

  private init(path: String) { self.path = path }

  /// The settings in a file.
  package static func read(path: String) throws(Failure) -> AlertSettings {
    let text: [UInt8]
    do throws(SourceError) {
      text = try ConfigurationFile.read(path)
    } catch {
      throw Failure(.data, error.message)
    }
    do throws(ConfigurationProblems) {
      return try read(text, path: path)
    } catch {
      throw Failure(.usage, error.problems.map(\.description).joined(separator: "\nskein: "))
    }
  }

  /// - Parameter path: as the user named it, for messages.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> AlertSettings {
    var reader = AlertSettingsReader(path: path)
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    guard let document = documents.first else {
      throw ConfigurationProblems([
        ConfigurationProblem(path: path, line: 1, column: 1, "there is nothing in this file")
      ])
    }
    let settings = reader.settings(document)
    guard reader.problems.isEmpty else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return settings
  }

  private mutating func settings(_ document: YAMLNode) -> AlertSettings {
    var mapping = MappingReader(document, path: path, what: "a file of alerts")
    var settings = AlertSettings()
    if let link = mapping.value("link") {
      settings.link = address(link, "link", &mapping)
    }
    settings.hold = duration("hold", 0, &mapping) ?? settings.hold
    settings.updateEvery = duration("update_every", 1, &mapping) ?? settings.updateEvery
    settings.receivers = receivers(&mapping)
    let names = settings.receivers.map(\.name)
    settings.routes = items("routes", most: AlertSettingsReader.mostRoutes, &mapping).map { route($0, names) }
    settings.objectives = objectives(&mapping)
    settings.quiet = items("quiet_hours", most: 50, &mapping).map { quiet($0) }
    problems += mapping.finish()
    return settings
  }

  private mutating func items(_ key: String, most: Int, _ mapping: inout MappingReader) -> [YAMLNode] {
    guard let list = mapping.value(key) else { return [] }
    guard case .sequence(let items) = list.value else {
      mapping.fail(list, "'\(key)' is a list, not \(list.kind)")
      return []
    }
    if items.count > most { mapping.fail(list, "'\(key)' has \(items.count) entries; \(most) at most") }
    return Array(items.prefix(most))
  }

  /// Nanoseconds.
  private func duration(_ key: String, _ least: Int64, _ mapping: inout MappingReader) -> Int64? {
    guard let value = mapping.value(key) else { return nil }
    let second = EventTime.nanosecondsPerSecond
    if let duration = value.text.flatMap(OptionValue.duration), duration >= least * second, duration <= 86_400 * second
    {
      return duration
    }
    mapping.fail(value, "'\(key)' is a duration with its unit, \(least > 0 ? "\(least)s" : "0s") to 24h, as 30s")
    return nil
  }

  private func address(_ value: YAMLNode, _ key: String, _ mapping: inout MappingReader) -> String? {
    if let text = value.text, isWebAddress(text) { return text }
    mapping.fail(value, "'\(key)' is an address that begins with https:// or http://")
    return nil
  }

  private func isWebAddress(_ text: String) -> Bool {
    for scheme in ["https://", "http://"] where text.hasPrefix(scheme) && text.count > scheme.count { return true }
    return false
  }

  // MARK: Receivers

  private mutating func receivers(_ mapping: inout MappingReader) -> [AlertReceiver] {
    guard let value = mapping.required("receivers", "{team: {command: [./page.sh]}}") else { return [] }
    guard case .mapping(let members) = value.value, !members.isEmpty else {
      mapping.fail(value, "'receivers' names who is told: a mapping from names to receivers, not \(value.kind)")
      return []
    }
    if members.count > AlertSettingsReader.mostReceivers {
      mapping.fail(value, "'receivers' has \(members.count) entries; \(AlertSettingsReader.mostReceivers) at most")
    }
    var receivers: [AlertReceiver] = []
    for member in members {
      guard let name = member.key.text, !name.isEmpty else {
        mapping.fail(member.key, "the name of a receiver is a text")
        continue
      }
      if receivers.contains(where: { $0.name == name }) {
        mapping.fail(member.key, "the receiver '\(name)' is given twice: remove one")
      }
      if let receiver = receiver(name, member.value) { receivers.append(receiver) }
    }
    return receivers
  }

  private mutating func receiver(_ name: String, _ node: YAMLNode) -> AlertReceiver? {
    var mapping = MappingReader(node, path: path, what: "a receiver")
    defer { problems += mapping.finish() }
    let kinds = ["slack", "pagerduty", "alertmanager", "webhook", "command"]
    let given = kinds.compactMap { kind in mapping.value(kind).map { (kind, $0) } }
    guard let (kind, value) = given.first, given.count == 1 else {
      if mapping.problems.isEmpty {
        mapping.fail(node, "a receiver is one of \(kinds.joined(separator: ", ")); '\(name)' is \(given.count) of them")
      }
      mapping.pass("timeout", "authorities")
      return nil
    }
    let made: AlertReceiver.Kind?
    switch kind {
    case "slack": made = slack(value)
    case "pagerduty": made = pagerDuty(value)
    case "alertmanager": made = alertmanager(value)
    case "webhook": made = webhook(value)
    default: made = command(value, &mapping)
    }
    var receiver = made.map { AlertReceiver(name: name, kind: $0) }
    if let authorities = mapping.text("authorities") { receiver?.authorities = beside(authorities) }
    if let timeout = mapping.value("timeout") {
      let second = EventTime.nanosecondsPerSecond
      if let time = timeout.text.flatMap(OptionValue.duration), time >= second, time <= 60 * second {
        receiver?.timeout = Int(time / 1_000_000)
      } else {
        mapping.fail(timeout, "'timeout' is from 1s to 60s, for one attempt")
      }
    }
    return receiver
  }

  private mutating func slack(_ node: YAMLNode) -> AlertReceiver.Kind? {
    var mapping = MappingReader(node, path: path, what: "a receiver of Slack")
    defer { problems += mapping.finish() }
    let webhook = mapping.value("webhook")
    let token = mapping.value("token")
    let channel = mapping.text("channel")
    let base = base(AlertSettingsReader.slackBase, &mapping)
    if let webhook {
      if token != nil { mapping.fail(webhook, "'webhook' and 'token' are two ways: give one") }
      return secret(webhook, "webhook", &mapping).map { .slackWebhook(url: $0) }
    }
    guard let token else {
      if mapping.problems.isEmpty {
        mapping.fail(node, "Slack needs 'webhook', or 'token' and 'channel', as `token: {env: SLACK_TOKEN}`")
      }
      return nil
    }
    guard let channel else {
      mapping.fail(token, "'token' needs 'channel': the id of the channel, as C0123456789")
      return nil
    }
    return secret(token, "token", &mapping).map { .slackBot(token: $0, channel: channel, base: base) }
  }

  private mutating func pagerDuty(_ node: YAMLNode) -> AlertReceiver.Kind? {
    var mapping = MappingReader(node, path: path, what: "a receiver of PagerDuty")
    defer { problems += mapping.finish() }
    let base = base(AlertSettingsReader.pagerDutyBase, &mapping)
    guard let key = mapping.required("key", "{env: PAGERDUTY_KEY}") else { return nil }
    return secret(key, "key", &mapping).map { .pagerDuty(key: $0, base: base) }
  }

  private mutating func alertmanager(_ node: YAMLNode) -> AlertReceiver.Kind? {
    var mapping = MappingReader(node, path: path, what: "a receiver of Alertmanager")
    defer { problems += mapping.finish() }
    guard let value = mapping.required("url", "http://127.0.0.1:9093") else { return nil }
    let authorization = mapping.value("authorization").flatMap { secret($0, "authorization", &mapping) }
    return address(value, "url", &mapping).map { .alertmanager(url: trimmed($0), authorization: authorization) }
  }

  private mutating func webhook(_ node: YAMLNode) -> AlertReceiver.Kind? {
    var mapping = MappingReader(node, path: path, what: "a webhook")
    defer { problems += mapping.finish() }
    guard let value = mapping.required("url", "https://example.org/alerts") else { return nil }
    let authorization = mapping.value("authorization").flatMap { secret($0, "authorization", &mapping) }
    // An address may be a secret, or none.
    if value.text != nil {
      return address(value, "url", &mapping).map { .webhook(url: .plain($0), authorization: authorization) }
    }
    return secret(value, "url", &mapping).map { .webhook(url: $0, authorization: authorization) }
  }

  private mutating func command(_ node: YAMLNode, _ mapping: inout MappingReader) -> AlertReceiver.Kind? {
    let words = mapping.texts("command")
    guard let first = words.first, !first.isEmpty else {
      mapping.fail(node, "'command' is a program and its arguments, as [./page.sh, --now]")
      return nil
    }
    return .command(words)
  }

  /// The address of a service's interface, which only tests and proxies change.
  private func base(_ usual: String, _ mapping: inout MappingReader) -> String {
    guard let value = mapping.value("url") else { return usual }
    return address(value, "url", &mapping).map(trimmed) ?? usual
  }

  private func trimmed(_ address: String) -> String {
    var rest = address[...]
    while rest.last == "/" { rest = rest.dropLast() }
    return String(rest)
  }

  private mutating func secret(_ node: YAMLNode, _ key: String, _ mapping: inout MappingReader) -> AlertSecret? {
    guard case .mapping = node.value else {
      mapping.fail(
        node,
        "'\(key)' is a secret, which does not belong in this file: write where it is, `\(key): {file: /run/…}` or "
          + "`\(key): {env: NAME}`")
      return nil
    }
    var inner = MappingReader(node, path: path, what: "a secret")
    defer { problems += inner.finish() }
    let (file, variable) = (inner.text("file"), inner.text("env"))
    switch (file, variable) {
    case (let file?, nil): return .file(beside(file))
    case (nil, let variable?): return .environment(variable)
    default:
      if inner.problems.isEmpty { inner.fail(node, "'\(key)' is {file: …} or {env: …}, one of them") }
      return nil
    }
  }

  /// A file's path as it stands in this file: beside it, unless it is absolute.
  private func beside(_ file: String) -> String {
    guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
    return String(path[...slash]) + file
  }

  // MARK: Routes and hours

  private mutating func route(_ node: YAMLNode, _ receivers: [String]) -> AlertRoute {
    var mapping = MappingReader(node, path: path, what: "a route")
    defer { problems += mapping.finish() }
    var route = AlertRoute()
    if let value = mapping.value("severity") {
      if let range = value.text.flatMap(severities) {
        (route.severities, route.namesSeverity) = (range, true)
      } else {
        mapping.fail(value, "'severity' is P0 to P3, or a range, as P0..P1")
      }
    }
    route.packs = mapping.texts("pack")
    route.rules = mapping.texts("rule")
    route.requestRoutes = mapping.texts("route")
    route.logs = mapping.texts("log")
    route.goesOn = mapping.bool("continue") ?? false
    let to = mapping.nodes("to")
    if to.isEmpty, mapping.problems.isEmpty {
      mapping.fail(node, "'to' is missing: the receivers, as `to: [\(receivers.first ?? "team")]`")
    }
    for name in to where !receivers.contains(name.text ?? "") {
      let near = NameSuggestion.closest(to: name.text ?? "", in: receivers).map { "; did you mean '\($0)'?" } ?? ""
      mapping.fail(name, "there is no receiver '\(name.text ?? "")'\(near)")
    }
    route.receivers = to.compactMap(\.text)
    return route
  }

  /// `P1`, `P0..P1`.
  private func severities(_ text: String) -> ClosedRange<UInt8>? {
    let ends = text.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
    guard (1...2).contains(ends.count), let first = Severity(ends[0]), let last = Severity(ends[ends.count - 1]),
      first <= last
    else { return nil }
    return first.rawValue...last.rawValue
  }

  private mutating func quiet(_ node: YAMLNode) -> QuietHours {
    var mapping = MappingReader(node, path: path, what: "quiet hours")
    defer { problems += mapping.finish() }
    var quiet = QuietHours()
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let days = mapping.nodes("days")
    if !days.isEmpty { quiet.days = [] }
    for day in days {
      if let place = names.firstIndex(of: day.text ?? "") {
        quiet.days.insert(place + 1)
      } else {
        mapping.fail(day, "a day is one of \(names.joined(separator: ", "))")
      }
    }
    quiet.from = minute("from", &mapping) ?? 0
    quiet.to = minute("to", &mapping) ?? 0
    if let value = mapping.value("tz") {
      do throws(TimeZoneError) {
        quiet.zone = try TimeZoneRules(named: value.text ?? "")
      } catch {
        mapping.fail(value, "'tz': \(error.description)")
      }
    }
    if let value = mapping.value("except") {
      if let severity = value.text.flatMap({ Severity($0) }) {
        quiet.except = severity.rawValue
      } else {
        mapping.fail(value, "'except' is the least severity that is sent all the same: P0 to P3")
      }
    }
    return quiet
  }

  /// `22:00` as minutes of the day.
  private func minute(_ key: String, _ mapping: inout MappingReader) -> Int? {
    guard let value = mapping.required(key, "\"22:00\"") else { return nil }
    let parts = (value.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour),
      (0...59).contains(minute), parts[1].count == 2
    {
      return hour * 60 + minute
    }
    mapping.fail(value, "'\(key)' is a time of the day in quotes, as \"22:00\"")
    return nil
  }
}
