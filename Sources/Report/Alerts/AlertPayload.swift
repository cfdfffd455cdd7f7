internal import TraceCore

/// Messages in the forms of the services that take them, within the limits that they publish.
///
/// Log text is data in all of them: escaped where a service reads markup, cut where it has a limit.
package enum AlertPayload {
  // MARK: Slack

  /// Characters of a section's text; the rest is cut. (Slack: 3,000.)
  private static let mostSection = 2_900

  /// `chat.postMessage`, `chat.update` and webhooks: https://docs.slack.dev/reference/block-kit.
  ///
  /// - Parameters:
  ///   - channel: nil for a webhook, which has one.
  ///   - timestamp: of the message that is to be changed; nil for a new one.
  package static func slack(_ message: AlertMessage, channel: String? = nil, timestamp: String? = nil) -> [UInt8] {
    json { json in
      if let channel { json.member("channel", channel) }
      if let timestamp { json.member("ts", timestamp) }
      json.member("text", slackText("\(heading(message))", most: 300))
      json.member("unfurl_links", false)
      json.array("blocks", of: slackBlocks(message)) { json, text in
        json.beginObject()
        json.member("type", "section")
        json.object("text") { json in
          json.member("type", "mrkdwn")
          json.member("text", text)
        }
        json.endObject()
      }
    }
  }

  private static func slackBlocks(_ message: AlertMessage) -> [String] {
    var head = "*\(slackText(heading(message), most: 300))*"
    for line in message.lines {
      let next = "\n" + slackText(line, most: 500)
      guard head.utf16.count + next.utf16.count <= mostSection else { break }
      head += next
    }
    var blocks = [head]
    if !message.example.isEmpty {
      // Three back quotes in the line would end the block.
      let example = slackText(message.example, most: 1_000).replacing("`", with: "'")
      blocks.append("```\(example)```" + (message.place.isEmpty ? "" : "\n\(slackText(message.place, most: 200))"))
    }
    var links: [String] = []
    if let link = message.link {
      links.append("<\(slackText(link, most: 1_000))|request \(slackText(message.trace ?? "", most: 40))>")
    } else if let trace = message.trace {
      links.append("request `\(slackText(trace, most: 100).replacing("`", with: "'"))`")
    }
    if let runbook = message.runbook {
      links.append(
        isWebAddress(runbook) ? "<\(slackText(runbook, most: 1_000))|runbook>" : slackText(runbook, most: 500))
    }
    if !links.isEmpty { blocks.append(links.joined(separator: "   ")) }
    return blocks
  }

  /// Slack reads `&`, `<` and `>` as markup; what else it reads (`*`, `_`, `~`) changes only how the text looks.
  ///
  /// - Parameter most: UTF-16 units at most, with what escaping adds.
  private static func slackText(_ text: String, most: Int) -> String {
    var out = ""
    var length = 0
    for character in clean(text, most: most) {
      let piece: String
      switch character {
      case "&": piece = "&amp;"
      case "<": piece = "&lt;"
      case ">": piece = "&gt;"
      default: piece = String(character)
      }
      length += piece.utf16.count
      guard length < most else { return out + "…" }
      out += piece
    }
    return out
  }

  // MARK: PagerDuty

  /// Events API v2, `trigger` and `resolve`: https://developer.pagerduty.com/docs/send-alert-event.
  package static func pagerDuty(_ message: AlertMessage, routingKey: String) -> [UInt8] {
    json { json in
      json.member("routing_key", routingKey)
      json.member("event_action", message.state == .over ? "resolve" : "trigger")
      json.member("dedup_key", String(message.key.prefix(255)))
      guard message.state == .open else { return }
      json.member("client", "skein")
      if let link = message.link { json.member("client_url", link) }
      json.object("payload") { json in
        // At most 1,024 characters.
        json.member("summary", clean(heading(message), most: 1_000))
        json.member("source", clean(message.logs, most: 200))
        json.member("severity", ["critical", "error", "warning", "info"][Int(message.severity)])
        json.member("timestamp", EventTime.rfc3339(message.opened))
        json.member("component", clean(message.route, most: 200))
        json.member("class", message.rule)
        json.object("custom_details") { json in
          json.member("what", clean(message.lines.joined(separator: " "), most: 4_000))
          json.member("example", clean(message.example, most: 1_000))
          json.member("place", clean(message.place, most: 200))
          json.member("request", message.trace)
        }
      }
      let links = [message.link.map { ($0, "request") }, message.runbook.map { ($0, "runbook") }].compactMap(\.self)
        .filter { isWebAddress($0.0) }
      json.array("links", of: links) { json, link in
        json.beginObject()
        json.member("href", link.0)
        json.member("text", link.1)
        json.endObject()
      }
    }
  }

  /// A release, as a change event: https://developer.pagerduty.com/docs/send-change-event.
  package static func pagerDutyChange(release: String, at time: Int64, logs: String, routingKey: String) -> [UInt8] {
    json { json in
      json.member("routing_key", routingKey)
      json.object("payload") { json in
        json.member("summary", "Version \(clean(release, most: 500)) appeared")
        json.member("source", clean(logs, most: 200))
        json.member("timestamp", EventTime.rfc3339(time))
      }
    }
  }

  // MARK: Alertmanager

  /// `POST /api/v2/alerts`: https://prometheus.io/docs/alerting/latest/alerts_api/.
  ///
  /// Its labels identify an alert, and people route by `severity`: where that has changed, the alert of the old one ends in the
  /// same message.
  ///
  /// - Parameters:
  ///   - ends: when it ends if nobody says again that it is open, or when it ended; nanoseconds since 1970, as `now`.
  ///   - former: the severity with which it was sent before, if that is another one.
  package static func alertmanager(
    _ message: AlertMessage, ends: Int64, now: Int64, former: UInt8? = nil
  ) -> [UInt8] {
    var writer = JSONWriter(pretty: false)
    writer.beginArray()
    if let former, former != message.severity { alert(message, severity: former, ends: now, into: &writer) }
    alert(message, severity: message.severity, ends: ends, into: &writer)
    writer.endArray()
    return Array(writer.finish().bytes)
  }

  private static func alert(_ message: AlertMessage, severity: UInt8, ends: Int64, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.object("labels") { json in
      json.member("alertname", "skein")
      json.member("severity", "P\(severity)")
      json.member("incident", message.key)
      json.member("logs", clean(message.logs, most: 500))
    }
    writer.object("annotations") { json in
      json.member("summary", clean(heading(message), most: 1_000))
      json.member("description", clean(message.lines.joined(separator: " "), most: 4_000))
      json.member("example", clean(message.example, most: 1_000))
      if let trace = message.trace { json.member("request", trace) }
      if let runbook = message.runbook { json.member("runbook_url", runbook) }
    }
    writer.member("startsAt", EventTime.rfc3339(message.opened))
    writer.member("endsAt", EventTime.rfc3339(max(ends, message.opened)))
    if let link = message.link { writer.member("generatorURL", link) }
    writer.endObject()
  }

  // MARK: Webhooks and commands

  package static let schema = "skein.alert/1"

  /// For a program of one's own: docs/json.md.
  package static func own(_ message: AlertMessage) -> [UInt8] {
    json { json in
      json.member("schema", schema)
      json.member("key", message.key)
      json.member("state", message.state == .over ? "over" : "open")
      json.member("severity", "P\(message.severity)")
      json.member("title", message.title)
      json.array("lines", of: message.lines) { $0.string($1) }
      json.member("rule", message.rule)
      json.member("route", message.route)
      json.member("logs", message.logs)
      json.member("opened", time: message.opened)
      json.member("closed", time: message.closed)
      json.member("time", time: message.time)
      json.member("example", message.example)
      json.member("place", message.place)
      json.member("trace_id", message.trace)
      json.member("link", message.link)
      json.member("runbook", message.runbook)
    }
  }

  // MARK: Parts

  /// `P1 A pool is exhausted`, `Over: P1 A pool is exhausted`.
  package static func heading(_ message: AlertMessage) -> String {
    (message.state == .over ? "Over: " : "") + "P\(message.severity) \(message.title)"
  }

  /// Without control characters, cut at `most`.
  private static func clean(_ text: String, most: Int) -> String {
    let visible = Escape.terminal(text)
    return visible.count <= most ? visible : String(visible.prefix(most - 1)) + "…"
  }

  private static func isWebAddress(_ text: String) -> Bool {
    text.hasPrefix("https://") || text.hasPrefix("http://")
  }

  private static func json(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(pretty: false)
    writer.beginObject()
    body(&writer)
    writer.endObject()
    return Array(writer.finish().bytes)
  }
}
