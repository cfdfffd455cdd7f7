import TestKit
import Testing

/// A finding is a candidate for the cause by what its rule does, whatever the rule is called.
struct CandidateRuleTests {
  /// Twenty minutes of requests; those of the fifth to the seventh minute fail, and a line says why.
  private static let log: [UInt8] = {
    var text = ""
    for second in 0..<1_200 {
      let isBad = (300..<420).contains(second)
      let time = "2026-11-23 06:\(two(second / 60)):\(two(second % 60))"
      if isBad, second % 10 == 0 { text += "\(time),000 ERROR [api] database is gone\n" }
      for part in [100, 600] {
        text +=
          "\(time),\(part) INFO [api] [r\(second)x\(part)] request finished method=GET path=/a status="
          + "\(isBad ? 503 : 200) duration_ms=30\n"
      }
    }
    return Array(text.utf8)
  }()

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private func candidates(id: String, tags: String = "") throws -> [String] {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", Self.log)
    let rules = try folder.file(
      "mine.yml",
      """
      pack: mine
      rules:
        - id: \(id)
          title: the database is gone
          severity: P0
          description: start it
          pattern: 'database is gone'
          \(tags)
          samples:
            hit: ["2026-11-23 06:47:55,003 ERROR [api] database is gone"]
            miss: ["2026-11-23 06:47:55,003 ERROR [api] fine"]
      """)
    let run = try Command.run(["report", "--json", "--packs", "none", "--rules", rules, log])
    #expect(run.status == 0, "\(run.errors)")
    return try JSONValue(parsing: run.output)["candidates"].array.compactMap { $0["text"].string }
  }

  @Test func anIdMeansNothing() throws {
    let found = try candidates(id: "db-gone")
    #expect(found.contains("the database is gone"), "\(found)")
    #expect(try candidates(id: "http-db-gone") == found)
  }

  @Test func aSymptomIsNoCause() throws {
    #expect(try !candidates(id: "db-gone", tags: "tags: [symptom]").contains("the database is gone"))
  }
}
