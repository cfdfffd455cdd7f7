import Foundation
import TestKit
import Testing

/// Every example of the README and of docs/ is run, in the folder of a real capture, and prints what the page says.
/// `SKEIN_GOLDEN=write` puts what they print into the pages.
struct DocsTests {
  /// Every page that a reader is given: those at the top, and all of docs.
  static let pages: [String] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: package + "/docs")) ?? []
    return ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
      + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
  }()

  static let package = (Fixtures.root as NSString).deletingLastPathComponent

  @Test(arguments: pages)
  func examplesPrintWhatThePageSays(page: String) throws {
    var examples = try ConsoleExamples(path: DocsTests.package + "/" + page)
    if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write" { return try examples.rewrite() }
    for (example, found) in zip(examples.examples, try examples.run()) {
      #expect(
        ConsoleExamples.matches(example.output[...], found[...]),
        "\(page): $ \(example.command)\n\(found.joined(separator: "\n"))")
    }
  }

  @Test func theReadmeHasExamples() throws {
    #expect(try ConsoleExamples(path: DocsTests.package + "/README.md").examples.count >= 6)
  }

  /// Pages are linked from somewhere and exist.
  @Test func linksLeadSomewhere() throws {
    for page in DocsTests.pages {
      let path = DocsTests.package + "/" + page
      let text = String(decoding: try readFile(path), as: UTF8.self)
      let folder = (path as NSString).deletingLastPathComponent
      for match in text.matches(of: /\]\(([^)#:]+)\)/) {
        let target = folder + "/" + match.1
        #expect(FileManager.default.fileExists(atPath: target), "\(page) links to \(match.1)")
      }
    }
  }
}
