import TestKit
import Testing

@testable import Application
@testable import Config
@testable import Report
@testable import TraceCore

/// A file of alerts: what it means, and what is wrong with one.
struct AlertSettingsTests {
  private func read(_ text: String) throws -> AlertSettings {
    try AlertSettingsReader.read(Array(text.utf8), path: "conf/alerts.yml")
  }

  private func problems(_ text: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try AlertSettingsReader.read(Array(text.utf8), path: "alerts.yml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func aWholeFile() throws {
    let settings = try read(
      """
      link: https://logs.example.org/
      hold: 10s
      update_every: 1m
      receivers:
        team: {slack: {token: {env: SLACK_TOKEN}, channel: C0123456789}}
        old: {slack: {webhook: {file: keys/slack}}}
        pager: {pagerduty: {key: {file: /run/key}}, timeout: 5s}
        prom: {alertmanager: {url: "http://127.0.0.1:9093/"}}
        own: {webhook: {url: https://example.org/alerts, authorization: {env: TOKEN}}, authorities: ca.pem}
        script: {command: [./page.sh, --now]}
      routes:
        - {severity: P0, to: [pager, team], continue: true}
        - {severity: P0..P2, pack: payments, route: "POST /api/", log: web-2, to: [old]}
        - {to: [prom]}
      quiet_hours:
        - {days: [sat, sun], from: "22:00", to: "07:00", tz: Europe/Berlin, except: P0}
      """)
    #expect(settings.receivers.map(\.name) == ["team", "old", "pager", "prom", "own", "script"])
    #expect(settings.hold == 10_000_000_000 && settings.updateEvery == 60_000_000_000)
    #expect(settings.leastSeverity == 2 && settings.routes[0].goesOn && settings.receivers[2].timeout == 5_000)
    if case .slackWebhook(let url) = settings.receivers[1].kind {
      #expect(url == .file("conf/keys/slack"))
    } else {
      Issue.record("no webhook")
    }
    if case .alertmanager(let url, _) = settings.receivers[3].kind { #expect(url == "http://127.0.0.1:9093") }
    #expect(settings.receivers[4].authorities == "conf/ca.pem")
    var message = AlertDeskTests.message("k", 0, severity: 0)
    #expect(settings.receivers(of: message) == ["pager", "team", "prom"])
    (message.severity, message.pack, message.route, message.place) = (
      1, "payments", "POST /api/x", "/var/log/web-2/app.log:7"
    )
    #expect(settings.receivers(of: message) == ["old"])
    message.place = "/var/log/web-1/app.log:7"
    #expect(settings.receivers(of: message) == ["prom"])
  }

  @Test(
    arguments: [
      ("", "alerts.yml:1:1: there is nothing in this file"),
      ("receivers: {}", "alerts.yml:1:12: 'receivers' names who is told"),
      ("recievers:\n  a: {command: [x]}\n", "unknown key 'recievers'; did you mean 'receivers'?"),
      (
        "receivers:\n  team: {slack: {token: xoxb-1, channel: C1}}\n",
        "alerts.yml:2:25: 'token' is a secret, which does not belong in this file"
      ),
      ("receivers:\n  team: {slack: {token: {env: A}}}\n", "'token' needs 'channel'"),
      ("receivers:\n  team: {slack: {}}\n", "Slack needs 'webhook', or 'token' and 'channel'"),
      ("receivers:\n  team: {slak: {}}\n", "a receiver is one of slack, pagerduty"),
      ("receivers:\n  a: {command: [x], webhook: {url: https://x}}\n", "'a' is 2 of them"),
      ("receivers:\n  a: {webhook: {url: ftp://x}}\n", "'url' is an address that begins with https:// or http://"),
      ("receivers:\n  a: {pagerduty: {}}\n", "'key' is missing; write for example `key: {env: PAGERDUTY_KEY}`"),
      ("receivers:\n  a: {pagerduty: {key: {file: a, env: b}}}\n", "'key' is {file: …} or {env: …}, one of them"),
      ("receivers:\n  a: {command: []}\n", "'command' is a program and its arguments"),
      ("receivers:\n  a: {command: [x], timeout: 2m}\n", "'timeout' is from 1s to 60s"),
      (
        "receivers:\n  team: {command: [x]}\nroutes:\n  - {to: [taem]}\n",
        "alerts.yml:4:11: there is no receiver 'taem'; did you mean 'team'?"
      ),
      ("receivers:\n  a: {command: [x]}\nroutes:\n  - {severity: P1}\n", "'to' is missing"),
      ("receivers:\n  a: {command: [x]}\nroutes:\n  - {severity: P7, to: [a]}\n", "'severity' is P0 to P3, or a range"),
      ("receivers:\n  a: {command: [x]}\nhold: 10\n", "alerts.yml:3:7: 'hold' is a duration with its unit"),
      (
        "receivers:\n  a: {command: [x]}\nquiet_hours:\n  - {from: 22, to: \"07:00\"}\n",
        "'from' is a time of the day in quotes"
      ),
      (
        "receivers:\n  a: {command: [x]}\nquiet_hours:\n  - {days: [someday], from: \"22:00\", to: \"07:00\"}\n",
        "a day is one of mon, tue"
      ),
      (
        "receivers:\n  a: {command: [x]}\nquiet_hours:\n  - {from: \"22:00\", to: \"07:00\", tz: Europe/Nowhere}\n",
        "'tz': "
      ),
    ]) func whatIsWrongIsSaidWithItsPlace(text: String, expected: String)
  {
    let found = problems(text)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func everythingWrongIsReportedAtOnce() {
    let found = problems("receivers:\n  a: {slack: {}}\n  b: {command: []}\nroutes:\n  - {to: [c]}\nhold: x\n")
    #expect(found.count == 4, "\(found)")
  }
}
