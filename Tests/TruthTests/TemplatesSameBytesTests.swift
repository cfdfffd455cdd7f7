import TestKit
import Testing

/// Templates depend on the sequence of records alone: not on blocks, threads, or how the bytes come.
struct TemplatesSameBytesTests {
  @Test(arguments: Capture.allCases)
  func anyBlocksAndThreads(capture: Capture) throws {
    let files = ["templates", "--json"] + capture.appLogs
    let one = try output(files + ["--threads", "1"])
    #expect(one.contains("\"template\":\"cache miss"))
    for (threads, size) in [("2", "262144"), ("3", "4096"), ("16", "20000")] {
      #expect(try output(files + ["--threads", threads, "--block-size", size]) == one, "\(threads), \(size)")
    }
    #expect(try output(["templates", "--json"] + capture.appLogs.reversed()) == one)
  }

  @Test(arguments: Capture.allCases)
  func aByteAtATimeAndThroughAPipe(capture: Capture) throws {
    let folder = try TemporaryFolder()
    let part = Array(try capture.appLogBytes().prefix(60_000))
    let file = try folder.file("app.log", part)
    let whole = try value(["templates", "--json", file])
    for size in ["1", "64"] {
      #expect(try value(["templates", "--json", "--block-size", size, file]) == whole, "\(size)")
    }
    #expect(try value(["templates", "--json", "--block-size", "7"], part) == whole)
  }

  private func output(_ arguments: [String]) throws -> String {
    let result = try Command.run(arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.text
  }

  private func value(_ arguments: [String], _ input: [UInt8]? = nil) throws -> JSONValue {
    let result = try Command.run(arguments, stdin: input.map { .bytes($0) } ?? .nothing)
    #expect(result.status == 0, "\(result.errors)")
    let values = try JSONValue.lines(result.output)
    return try #require(values.first).without(["sources", "path"])
  }
}
