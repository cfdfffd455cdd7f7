internal import Analysis
internal import Platform
internal import Report
internal import TraceCore

/// One message to one receiver: what is posted where, and what the answer means.
struct AlertDispatch {
  private let receiver: AlertReceiver
  private let keys: AlertKeys

  init(_ receiver: AlertReceiver, _ keys: AlertKeys) {
    self.receiver = receiver
    self.keys = keys
  }

  private func post(
    _ body: [UInt8], _ address: String, _ headers: [String]
  ) throws(HTTPPost.Failed) -> HTTPPost.Answer {
    try HTTPPost.send(
      body, to: address, headers: headers, milliseconds: receiver.timeout, authorities: receiver.authorities)
  }

  private static let type = "Content-Type: application/json; charset=utf-8"

  /// Waits for the answer.
  func send(_ task: AlertDesk.Task, at now: Int64) -> AlertDelivery.Outcome {
    do {
      return try sent(task, at: now)
    } catch {
      switch error {
      case let missing as AlertKeys.Missing: return .failed(missing.message, retryAfter: nil)
      case let failed as HTTPPost.Failed: return .failed(failed.message, retryAfter: nil)
      default: return .failed("\(error)", retryAfter: nil)
      }
    }
  }

  private func sent(_ task: AlertDesk.Task, at now: Int64) throws -> AlertDelivery.Outcome {
    let message = task.message
    switch receiver.kind {
    case .slackWebhook:
      return outcome(try post(AlertPayload.slack(message), try main(), [AlertDispatch.type]))
    case .slackBot(_, let channel, let base):
      return try slack(task, channel, base)
    case .pagerDuty(_, let base):
      let body = AlertPayload.pagerDuty(message, routingKey: try main())
      return outcome(try post(body, base + "/enqueue", [AlertDispatch.type]))
    case .alertmanager(let url, _):
      let ends = message.state == .over ? now : now.plus(AlertDesk.repeatUntil)
      let body = AlertPayload.alertmanager(message, ends: ends, now: now, former: task.sent?.severity)
      return outcome(try post(body, url + "/api/v2/alerts", [AlertDispatch.type] + (try authorization())))
    case .webhook:
      return outcome(try post(AlertPayload.own(message), try main(), [AlertDispatch.type] + (try authorization())))
    case .command(let words):
      return command(words, message)
    }
  }

  private func main() throws -> String { try keys.main()?.get() ?? "" }

  private func authorization() throws -> [String] {
    try keys.header().map { ["Authorization: " + (try $0.get())] } ?? []
  }

  /// A message, or a change of the one that stands in the channel.
  private func slack(_ task: AlertDesk.Task, _ channel: String, _ base: String) throws -> AlertDelivery.Outcome {
    let known = task.sent.flatMap { $0.reference.isEmpty ? nil : $0.reference }
    // A changed message must be in the channel by its id, which the first answer gives.
    let parts = known?.split(separator: " ").map(String.init) ?? []
    let timestamp = parts.first
    let place = parts.count > 1 ? parts[1] : channel
    let answer = try post(
      AlertPayload.slack(task.message, channel: place, timestamp: timestamp),
      base + (timestamp == nil ? "/chat.postMessage" : "/chat.update"),
      [AlertDispatch.type, "Authorization: Bearer " + (try main())])
    guard (200..<300).contains(answer.status) else { return outcome(answer) }
    // Slack says what is wrong in an answer of status 200.
    let body = AnswerMembers(answer.body)
    guard body["ok"] == "true" else {
      let reason = body["error"] ?? "an answer that is none of Slack's"
      switch reason {
      case "ratelimited", "rate_limited": return .failed("Slack: \(reason)", retryAfter: answer.retryAfter ?? 30)
      case "internal_error", "fatal_error", "request_timeout", "service_unavailable":
        return .failed("Slack: \(reason)", retryAfter: nil)
      case "message_not_found" where timestamp != nil:
        // Somebody removed it: what is true now is said anew.
        var again = task
        again.sent?.reference = ""
        return try slack(again, channel, base)
      default: return .refused("Slack: \(reason)")
      }
    }
    let reference = [body["ts"] ?? timestamp ?? "", body["channel"] ?? place].joined(separator: " ")
    return .done(reference: reference)
  }

  /// What an answer of HTTP means.
  private func outcome(_ answer: HTTPPost.Answer) -> AlertDelivery.Outcome {
    switch answer.status {
    case 200..<300: .done(reference: "")
    case 429: .failed("too many messages (429)", retryAfter: answer.retryAfter ?? 30)
    case 408, 425, 500...: .failed("answered \(answer.status)", retryAfter: answer.retryAfter)
    default: .refused("answered \(answer.status)\(AlertDispatch.said(answer.body))")
    }
  }

  /// The beginning of an answer's text.
  private static func said(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(200), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return line.isEmpty ? "" : ": \(Escape.terminal(line))"
  }

  /// A program of the user's own, which is given the message on its standard input.
  private func command(_ words: [String], _ message: AlertMessage) -> AlertDelivery.Outcome {
    var limits = Hooks.Limits()
    limits.time = Int64(receiver.timeout).times(1_000_000)
    let hooks = Hooks(limits)
    hooks.run(
      HookCommand(words: words),
      for: Hooks.Event(
        kind: "alert", id: message.key, severity: "P\(message.severity)",
        state: message.state == .over ? "over" : "open", json: AlertPayload.own(message)))
    let result = hooks.finish().first
    switch result?.outcome {
    case .ended(.exited(0)): return .done(reference: "")
    case .ended(.exited(let status)): return .failed("the command failed with status \(status)", retryAfter: nil)
    case .ended(.signalled(let signal)): return .failed("the command ended by signal \(signal)", retryAfter: nil)
    case .timedOut: return .failed("the command ran longer than its timeout", retryAfter: nil)
    case .notStarted(let reason): return .failed("the command was not started: \(reason)", retryAfter: nil)
    case .dropped, nil: return .failed("the command was not run", retryAfter: nil)
    }
  }
}

/// Members of one JSON object, as text: what a service answers.
private struct AnswerMembers {
  private var members: [String: String] = [:]

  init(_ bytes: [UInt8]) {
    for member in JSONLine.members(of: bytes.span, from: 0, to: bytes.count) ?? [] {
      members[member.name] = String(decoding: bytes[member.value.slice.start..<member.value.slice.end], as: UTF8.self)
    }
  }

  subscript(name: String) -> String? { members[name] }
}
