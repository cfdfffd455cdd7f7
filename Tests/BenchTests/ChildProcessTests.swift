import Testing

@testable import SkeinBench

struct ChildProcessTests {
  private static func run(_ script: String, _ statuses: ClosedRange<Int32> = 0...0) throws -> Measurement {
    try ChildProcess.run(["/bin/sh", "-c", script], output: "/dev/null", errors: "/dev/null", statuses: statuses)
  }

  @Test func aStatusThatWasNotExpectedIsAFault() throws {
    _ = try Self.run("exit 1", 0...1)
    #expect(throws: BenchFault.self) { try Self.run("exit 1") }
    #expect(throws: BenchFault.self) { try Self.run("exit 2", 0...1) }
    #expect(throws: BenchFault.self) { try Self.run("kill -TERM $$", 0...1) }
  }

  @Test func aProgramThatTakesTooMuchTimeIsGivenUp() {
    // As the kernel ends it, without the wait for it.
    let fault = #expect(throws: BenchFault.self) { try Self.run("kill -XCPU $$") }
    #expect(fault?.description.hasPrefix("given up: it took more than") == true)
  }
}
