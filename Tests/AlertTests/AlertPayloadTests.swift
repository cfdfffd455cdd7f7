import Foundation
import TestKit
import Testing

@testable import Report
@testable import TraceCore

/// Messages in the forms of those who take them.
struct AlertPayloadTests {
  private func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  private var message: AlertMessage {
    var message = AlertDeskTests.message("0123abcd", 30)
    message.lines = ["5 pools are exhausted.", "Since 06:00:00 UTC, for 30 s so far."]
    (message.example, message.place, message.trace) = ("pool exhausted owner=<api> & co", "app.log:12", "r1")
    (message.link, message.runbook) = ("https://x/trace?id=r1", "https://wiki/pools")
    (message.route, message.logs, message.rule) = ("POST /api/bookings", "app.log", "pool-exhaustion")
    return message
  }

  @Test func slack() throws {
    let new = try object(AlertPayload.slack(message, channel: "C1"))
    #expect(new["channel"] as? String == "C1" && new["ts"] == nil)
    #expect(new["text"] as? String == "P1 A pool is exhausted")
    let blocks = try #require(new["blocks"] as? [[String: Any]])
    let texts = blocks.compactMap { ($0["text"] as? [String: Any])?["text"] as? String }
    #expect(texts.count == 3 && texts[1].contains("owner=&lt;api&gt; &amp; co") && texts[1].hasPrefix("```"))
    #expect(texts[2] == "<https://x/trace?id=r1|request r1>   <https://wiki/pools|runbook>")
    let changed = try object(AlertPayload.slack(message, channel: "C1", timestamp: "17.5"))
    #expect(changed["ts"] as? String == "17.5")
  }

  @Test func pagerDuty() throws {
    let trigger = try object(AlertPayload.pagerDuty(message, routingKey: "K"))
    #expect(trigger["event_action"] as? String == "trigger" && trigger["dedup_key"] as? String == "0123abcd")
    let payload = try #require(trigger["payload"] as? [String: Any])
    #expect(payload["severity"] as? String == "error" && payload["component"] as? String == "POST /api/bookings")
    #expect((trigger["links"] as? [[String: Any]])?.count == 2)
    var over = message
    over.state = .over
    let resolve = try object(AlertPayload.pagerDuty(over, routingKey: "K"))
    #expect(resolve["event_action"] as? String == "resolve" && resolve["payload"] == nil)
    #expect(resolve["dedup_key"] as? String == "0123abcd")
  }

  @Test func alertmanagerEndsTheOldSeverity() throws {
    let now = AlertDeskTests.start + 60 * AlertDeskTests.second
    let bytes = AlertPayload.alertmanager(message, ends: now + 300 * AlertDeskTests.second, now: now, former: 2)
    let alerts = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
    #expect(alerts.count == 2)
    let severities = alerts.compactMap { ($0["labels"] as? [String: Any])?["severity"] as? String }
    #expect(severities == ["P2", "P1"])
    #expect(
      alerts.compactMap { $0["endsAt"] as? String } == [
        EventTime.rfc3339(now), EventTime.rfc3339(now + 300_000_000_000),
      ])
    #expect(
      try JSONSerialization.jsonObject(with: Data(AlertPayload.alertmanager(message, ends: now, now: now, former: 1)))
        as? [Any] != nil)
  }

  /// Text of a hostile log: no form breaks, nothing becomes markup, limits hold.
  @Test(
    arguments: [
      "```</script><!channel> <https://evil|click> & \"quotes\" \\ \u{1B}[31m \u{202E}",
      String(repeating: "x", count: 100_000),
      String(repeating: "\u{1F4A5}<&>`", count: 5_000), "line\nline\r\n\u{0}",
    ]) func hostileText(text: String) throws
  {
    var hostile = message
    (hostile.title, hostile.example, hostile.place, hostile.trace) = (text, text, text, text)
    (hostile.route, hostile.logs, hostile.lines, hostile.runbook) = (text, text, [text, text], text)
    hostile.link = "https://x/trace?id=1"
    let slack = AlertPayload.slack(hostile, channel: "C")
    let blocks = try #require(try object(slack)["blocks"] as? [[String: Any]])
    for block in blocks {
      let shown = try #require((block["text"] as? [String: Any])?["text"] as? String)
      #expect(shown.utf16.count <= 3_000 && !shown.contains("<!channel>") && !shown.contains("<https://evil"))
      #expect(!shown.contains("\u{1B}") && !shown.contains("\u{202E}"))
    }
    let pager = try object(AlertPayload.pagerDuty(hostile, routingKey: "K"))
    let payload = try #require(pager["payload"] as? [String: Any])
    #expect((payload["summary"] as? String)?.count ?? 9_999 <= 1_024)
    #expect(AlertPayload.pagerDuty(hostile, routingKey: "K").count < 512 << 10)
    _ = try object(AlertPayload.own(hostile))
  }
}
