import Testing
import TestKit

struct TestKitTests {
  @Test(arguments: [(Capture.text, 6534, 6327, 47502), (.json, 6485, 6338, 37764), (.copytruncate, 6434, 6213, 46113)])
  func aCaptureHoldsWhatItsReadmeSays(capture: Capture, requests: Int, ids: Int, lines: Int) throws {
    #expect(try capture.requests().count == requests)
    #expect(try capture.ids().count == ids)
    #expect(try capture.appLogBytes().count { $0 == UInt8(ascii: "\n") } == lines)
  }

  @Test func generationsAreOldestFirst() throws {
    for capture in Capture.allCases {
      let starts = try capture.appLogs.map { path in
        // The first time in the generation: digits alone, so that text and JSON compare alike.
        String(decoding: try Fixtures.plainBytes(ofFile: path).prefix(40), as: UTF8.self).filter(\.isNumber).prefix(17)
      }
      #expect(starts == starts.sorted())
    }
  }

  @Test func csvKeepsQuotedCommasQuotesAndNewlines() {
    let table = CSVTable(parsing: "a,b\r\n\"1,\"\"x\"\"\n2\",3\nlast,")
    #expect(table.columns == ["a", "b"])
    #expect(table.rows == [["1,\"x\"\n2", "3"], ["last", ""]])
    #expect(table.values("b") == ["3", ""])
    #expect(table.values("c") == [])
  }

  @Test func gzipGoesThereAndBackAndMembersJoin() {
    let noise = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    #expect(gunzip(gzip(noise)) == noise)
    #expect(gunzip(gzip([1, 2]) + gzip([]) + gzip([3])) == [1, 2, 3])
    #expect(gunzip(Array(gzip(noise).dropLast(9))) == nil)
    #expect(gunzip([1, 2, 3]) == nil)
  }

  @Test func aTemporaryFolderGoesWithItsContents() throws {
    var folder: TemporaryFolder? = try TemporaryFolder()
    let inner = try #require(try folder?.folder("logs"))
    let file = try #require(try folder?.file("logs/app.log", "hello\n"))
    #expect(file == inner + "/app.log")
    #expect(try readFile(file) == Array("hello\n".utf8))
    folder = nil
    #expect(throws: FileFault.self) { try readFile(file) }
  }

  @Test func aMissingFixtureIsNamed() {
    #expect(throws: FileFault(path: Fixtures.path("logs/none"), what: "cannot be opened: No such file or directory")) {
      try Fixtures.bytes("logs/none")
    }
  }
}
