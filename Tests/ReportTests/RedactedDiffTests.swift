import Analysis
import Report
import RulePack
import Testing
import TraceCore

/// What a diff that is shared says of people: no text of it passes by the redactor.
struct RedactedDiffTests {
  @Test func everyFactOfARow() {
    func fact(_ value: String) -> Contrast.Fact { Contrast.Fact(name: "user", value: value) }
    var row = Contrast.Row(
      count: .init(fact: fact("ann@example.org"), inside: 5, outside: 1), shareInside: 0.5, shareOutside: 0.1,
      difference: Interval(lower: 0.1, value: 0.4, upper: 0.6), p: 0.01, q: 0.02)
    row.also = [fact("bob@example.org")]
    let side = DiffDocument.Side(
      name: "a", from: EventTime.none, to: EventTime.none, total: GroupSummary(name: "total"), ledger: Ledger())
    var document = DiffDocument(a: side, b: side, routes: [])
    document.contrasts = [
      Contrast(inside: "failed", outside: "others", insideRequests: 10, outsideRequests: 10, rows: [row], compared: 2)
    ]
    let shared = document.redacted(by: Redactor(RedactionRules())).contrasts[0].rows[0]
    #expect(shared.count.fact.value == "<email-1>" && shared.also.map(\.value) == ["<email-2>"])
  }
}
