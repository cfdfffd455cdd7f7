import Testing

@testable import Analysis
@testable import TraceCore

/// Stack traces by cause, with a key for spans.
struct ServiceCausesTests {
  private func text(_ type: String, _ function: String, line: Int = 12) -> [UInt8] {
    Array(
      """
      2026-11-23 06:40:00,000 ERROR [api] request failed
      Traceback (most recent call last):
        File "/srv/app.py", line \(line), in \(function)
          checkout()
      \(type): no connection within 30 ms
      """.utf8)
  }

  @Test func oneKeyACause() {
    var causes = ServiceCauses()
    let first = causes.add(text("PoolExhausted", "checkout"), time: 5, trace: "a")
    let again = causes.add(text("PoolExhausted", "checkout", line: 14), time: 9, trace: nil)
    let other = causes.add(text("Timeout", "checkout"), time: 7, trace: "c")
    #expect(first != nil && first == again && first != other)
    #expect(causes.add(Array("no stack trace here".utf8), time: 8, trace: nil) == nil)
    #expect(causes.causes.map(\.type) == ["PoolExhausted", "Timeout"])
    #expect(causes.causes[0].first == 5 && causes.causes[0].last == 9 && causes.causes[0].trace == "a")
    #expect(causes.causes[0].message.contains("no connection"))
  }

  @Test func manyAreForgottenFromTheOldestOn() throws {
    var causes = ServiceCauses()
    var keys: [String?] = []
    for number in 0..<700 {
      let name = "call" + String(number).map { "abcdefghij"[$0] }.joined()
      keys.append(causes.add(text("Failure", name), time: Int64(number), trace: nil))
    }
    #expect(causes.causes.count == ServiceCauses.mostCauses && causes.forgotten == 200)
    #expect(Set(keys.compactMap(\.self)).count == 700)
    let bytes = try StateCoder.saved { (coder) throws(StateError) in try causes.code(&coder) }
    var loaded = ServiceCauses()
    try StateCoder.load(bytes.bytes) { (coder) throws(StateError) in try loaded.code(&coder) }
    #expect(loaded.causes == causes.causes)
    #expect(loaded.add(text("Failure", "callgjj"), time: 999, trace: nil) == keys[699])
    #expect(loaded.causes.count == ServiceCauses.mostCauses)
  }
}

extension String {
  fileprivate subscript(_ digit: Character) -> String {
    String(self[index(startIndex, offsetBy: digit.wholeNumberValue ?? 0)])
  }
}
