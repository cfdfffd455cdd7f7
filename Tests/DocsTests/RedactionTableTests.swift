import Foundation
import TestKit
import Testing

/// The table of forms in docs/redaction.md is made of the table that the tests of redaction run on.
/// `SKEIN_GOLDEN=write` writes it.
struct RedactionTableTests {
  private static let page = DocsTests.package + "/docs/redaction.md"
  private static let start = "<!-- forms: made of fixtures/redaction/forms.tsv -->\n"
  private static let end = "<!-- end of forms -->"
  /// Examples of one form that the page shows.
  private static let most = 8

  private static func table() throws -> String {
    var titles: [(kind: String, title: String, examples: [String])] = []
    for form in try RedactionForm.all() {
      let example = form.shown.contains("`") ? "`` \(form.shown) ``" : "`\(form.shown)`"
      if let last = titles.indices.last, titles[last].title == form.title {
        titles[last].examples.append(example)
      } else {
        titles.append((form.kind, form.title, [example]))
      }
    }
    var lines = ["| kind | form | such as |", "|---|---|---|"]
    for (kind, title, examples) in titles {
      var shown: [String]
      if title == "keys of known services" {
        // Of each service its name, which stands after the number sign.
        shown = []
        for name in examples.compactMap({ $0.split(separator: "# ").last?.dropLast() }).map(String.init)
        where !shown.contains(name) { shown.append(name) }
      } else {
        shown = Array(examples.prefix(most))
      }
      let cell = shown.joined(separator: ", ").replacingOccurrences(of: "|", with: "\\|")
      lines.append("| `\(kind)` | \(title) | \(cell) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func thePageShowsTheTable() throws {
    let text = String(decoding: try readFile(Self.page), as: UTF8.self)
    let opening = try #require(text.range(of: Self.start))
    let closing = try #require(text.range(of: Self.end))
    let table = try Self.table()
    if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write" {
      try writeFile(
        Self.page, Array(text.replacingCharacters(in: opening.upperBound..<closing.lowerBound, with: table).utf8))
    } else {
      #expect(text[opening.upperBound..<closing.lowerBound] == table, "SKEIN_GOLDEN=write makes it anew")
    }
  }
}
