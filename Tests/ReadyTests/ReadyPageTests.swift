import Analysis
import Application
import Foundation
import Pipeline
import TestKit
import Testing

/// The pages of whole checklists, word for word, against a real capture and a prepared folder.
struct ReadyPageTests {
  private func expect(_ text: String, _ name: String) throws {
    let path = Fixtures.path("ready/" + name)
    if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write" { try writeFile(path, Array(text.utf8)) }
    #expect(text == String(decoding: try readFile(path), as: UTF8.self), "\(name) differs")
    #expect(!text.contains(" \n"), "a line ends with a blank")
  }

  @Test func eachKindHasAPassAFailAndAnUnknown() throws {
    let folder = try ReadyFolder()
    let (result, page) = try folder.ready("kinds.yml")
    #expect(result.status == 1, "\(result.errors)")
    try expect(page, "kinds.md")
    try expect(folder.withoutFolder(result.text), "kinds.txt")
    for state in ["pass", "FAIL", "unknown"] { #expect(result.text.contains("\n  \(state)")) }
    for hostile in ["\u{1B}", "hunter2", "ada@example.org", "[click](", "![x]"] {
      #expect(!result.text.contains(hostile), "\(hostile)")
    }
    // Inside of its fence the output is text, and no fence of its own ends it.
    #expect(page.contains("\n    ````text\n"))
    #expect(!page.contains("\u{1B}") && !page.contains("hunter2") && !page.contains("ada@example.org"))
  }

  @Test func theListOfThirtyFilledIn() throws {
    let (result, page) = try ReadyFolder().ready("release.yml")
    #expect(result.status == 1, "\(result.errors)")
    try expect(page, "release.md")
    func titles(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.contains(" - title: ") }
    }
    let filled = try Fixtures.text("ready/release.yml")
    #expect(titles(filled) == titles(EmbeddedChecklist.webService), "release.yml is the list that is built in")
  }

  /// As it is nothing in it passes but what a log has said, and the log of the capture does not.
  @Test func theListOfThirtyAsItIs() throws {
    let folder = try ReadyFolder()
    try folder.folder.file("checklist.yml", EmbeddedChecklist.webService)
    let (result, page) = try folder.ready("checklist.yml", Capture.text.appLogs)
    #expect(result.status == 1, "\(result.errors)")
    try expect(
      page.replacing(Fixtures.root.replacing("_", with: "\\_"), with: "FIXTURES").replacing(
        Fixtures.root, with: "FIXTURES"),
      "empty.md")
    #expect(result.text.contains("1 of 30 items fails and 29 are unknown"), "\(result.text)")
    let alone = try folder.ready("checklist.yml").result
    #expect(alone.status == 2 && alone.text.contains("30 of 30 items are unknown"), "\(alone.text)")
  }

  @Test func theListIsBuiltIn() throws {
    let path = (Fixtures.root as NSString).deletingLastPathComponent + "/checklists/web-service.yml"
    #expect(EmbeddedChecklist.webService == String(decoding: try readFile(path), as: UTF8.self), "run ./dev packs")
    let checklist = try ChecklistReader.read(Array(EmbeddedChecklist.webService.utf8), path: "c.yml")
    #expect(checklist.items.count == 30)
    #expect(try Command.run(["ready", "--example"]).text == EmbeddedChecklist.webService)
  }

  /// The same twice, and from the log in one piece through a pipe.
  @Test func theSameInputGivesTheSamePage() throws {
    let folder = try ReadyFolder()
    let first = try folder.ready("kinds.yml", ["--only", "Logs"]).page
    #expect(try folder.ready("kinds.yml", ["--only", "Logs"]).page == first)
    let piped = try Command.run(
      [
        "ready", folder.folder.path("kinds.yml"), "--now", ReadyFolder.now, "-o", folder.folder.path("piped.md"),
        "--only",
        "A rollback is quick", "--only", "A figure keeps its limit", "--json", "-",
      ],
      stdin: .bytes(Capture.text.appLogBytes()))
    #expect(piped.status == 0, "\(piped.errors)")
    let json = try JSONValue(parsing: piped.output)
    #expect(json["state"].string == "pass" && json["left_out"].int == 29)
  }
}
