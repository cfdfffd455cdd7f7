import TestKit
import Testing

@testable import Analysis
@testable import Application
@testable import Config
@testable import Report
@testable import TraceCore

/// Objectives in a file of alerts, and the life of the alerts that they make.
struct BudgetAlertTests {
  private static let second: Int64 = 1_000_000_000

  private func read(_ objectives: String) throws(ConfigurationProblems) -> AlertSettings {
    let text = "receivers:\n  a: {command: [x]}\nobjectives:\n" + objectives
    return try AlertSettingsReader.read(Array(text.utf8), path: "alerts.yml")
  }

  private func problems(_ objectives: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try read(objectives)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func allForms() throws {
    let settings = try read(
      """
        - {name: checkout, objective: error_rate < 2 %, where: 'route ~ "^POST /api/"', window: 7d, severity: P0}
        - {name: all, availability: 99.9 %}
        - {name: fast, objective: p95 < 300 ms}
        - {name: limited, objective: ratio(status = 429) < 1 %}
      """)
    #expect(settings.objectives.map(\.name) == ["checkout", "all", "fast", "limited"])
    let limits: [Double] = [0.02, 0.001, 0.05, 0.01]
    for (objective, limit) in zip(settings.objectives, limits) { #expect(abs(objective.limit - limit) < 1e-12) }
    #expect(settings.objectives[0].window == 7 * 86_400 * Self.second && settings.objectives[0].severity == 0)
    #expect(settings.objectives[1].window == 30 * 86_400 * Self.second && settings.objectives[1].severity == 1)
    #expect(settings.objectives.map(\.conditions.count) == [1, 0, 0, 1])
    let promise = AlertCheck.objective(settings.objectives[0], settings)
    #expect(promise.receivers == ["a"] && promise.condition == "route ~ \"^POST /api/\"" && promise.severity == "P0")
  }

  @Test(
    arguments: [
      ("  {}\n", "alerts.yml:4:3: 'objectives' is a list of objectives"),
      ("  - {objective: error_rate < 2 %}\n", "'name' is missing; write for example `name: checkout`"),
      ("  - {name: a b, objective: error_rate < 2 %}\n", "alerts.yml:4:12: 'name' is at most 60 letters"),
      ("  - {name: a}\n", "'objective' is missing; write for example `objective: error_rate < 2 %`"),
      ("  - {name: a, objective: throughput > 5/s}\n", "alerts.yml:4:26: a budget is a share of requests"),
      ("  - {name: a, objective: error_rate < baseline}\n", "a budget is a share of requests"),
      ("  - {name: a, objective: error_rate < 2}\n", "alerts.yml:4:39: the limit of a share is given in percent"),
      (
        "  - {name: a, availability: 99.9}\n",
        "alerts.yml:4:29: 'availability' is the share of requests that do not fail"
      ),
      ("  - {name: a, availability: 100 %}\n", "above 0 % and below 100 %"),
      ("  - {name: a, availability: 99 %, objective: error_rate < 2 %}\n", "say the same: give one"),
      ("  - {name: a, availability: 99 %, window: 30}\n", "'window' is a duration with its unit, 1h to 90d"),
      ("  - {name: a, availability: 99 %, window: 400d}\n", "'window' is a duration with its unit, 1h to 90d"),
      ("  - {name: a, availability: 99 %, severity: high}\n", "'severity' of a burn is P0 to P3"),
      ("  - {name: a, availability: 99 %, where: 'status >'}\n", "'where': "),
      ("  - {name: a, availability: 99 %, wher: x}\n", "unknown key 'wher'; did you mean 'where'?"),
      ("  - {name: a, availability: 99 %}\n  - {name: a, availability: 98 %}\n", "there are two objectives 'a'"),
    ])
  func mistakes(_ objectives: String, _ expected: String) {
    let found = problems(objectives)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  private func burn(_ since: Int64, _ message: String) -> AlertIncident.Member {
    AlertIncident.Member(
      rule: "budget.all", pack: AlertBook.budgetPack, title: "all burns its error budget", severity: 1, first: since,
      last: since + 60 * Self.second, overAfter: .max, message: message)
  }

  @Test func aBurnIsOneIncidentUntilItIsOver() throws {
    var book = AlertBook()
    let openedChange = book.take(burn(0, "one"), id: "budget.all-x")
    #expect(openedChange?.kind == .opened && openedChange?.incident.key == "budget.all-x")
    // Hours without a hit, and silence, do not end it.
    #expect(book.takeGap(until: 86_400 * Self.second) == nil)
    let updatedChange = book.update("budget.all", message: "two", at: 86_500 * Self.second)
    let updated = try #require(updatedChange)
    #expect(updated.kind == .updated && updated.incident.leader?.message == "two")
    let endedChange = book.end("budget.all", message: "three", at: 90_000 * Self.second)
    let ended = try #require(endedChange)
    #expect(ended.kind == .over && ended.incident.closed == 90_000 * Self.second && book.open == nil)
    let message = AlertMessage(ended, logs: ["app.log"], link: nil)
    #expect(message.title == "all burns its error budget" && message.lines.first == "Three.")
    let again = book.end("budget.all", message: "", at: 0)
    #expect(again == nil)
  }

  @Test func whatIsMilderThanAnyRouteOpensNothing() {
    var book = AlertBook(least: 0)
    let opened = book.take(burn(0, "one"), id: "k")
    let updated = book.update("budget.all", message: "two", at: 10)
    #expect(opened == nil && updated == nil && book.open == nil)
  }
}
