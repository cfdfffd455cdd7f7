import CShims
import Glibc
import Testing
import TraceCore

/// A fault of its own ends with 70, one line that says where it was, and the line in the journal.
struct FaultTests {
  @Test func itSaysTheFileAndTheLine() async {
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      unsafe skein_fault_install("1.2.3")
      let block = Block(capacity: 64)
      for byte in "one\ntwo\nthree\n".utf8 { block.append(byte) }
      block.enter(path: "logs/app\u{1B}.log", line: 41)
      CurrentPlace.at(8)
      raise(SIGSEGV)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      said.contains(
        "skein 1.2.3: a fault of its own while reading logs/app?.log near line 43 (SIGSEGV); please report it"))
  }

  @Test func itSaysTheByteWhereLinesAreNotCounted() async {
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      unsafe skein_fault_install("1")
      let block = Block(capacity: 64)
      for byte in "one\ntwo\n".utf8 { block.append(byte) }
      block.enter(path: "app.log", line: 0, byte: 1_000)
      CurrentPlace.at(4)
      abort()
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("app.log near byte 1004 (SIGABRT)"))
  }

  @Test func outsideOfALogItSaysNoPlace() async {
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      unsafe skein_fault_install("1")
      let block = Block(capacity: 8)
      block.append(0x61)
      block.enter(path: "app.log", line: 1)
      CurrentPlace.leave()
      raise(SIGFPE)
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("skein 1: a fault of its own (SIGFPE)"))
  }

  /// A stack that ran over leaves none to the handler but its own.
  @Test func aStackThatRanOver() async {
    await #expect(processExitsWith: .exitCode(70)) {
      unsafe skein_fault_install("1")
      func deeper(_ n: Int) -> Int { n == .max ? 0 : withExtendedLifetime([n]) { deeper(n + 1) + n } }
      print(deeper(0))
    }
  }
}
