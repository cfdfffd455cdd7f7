import Foundation
import Report
import TestKit
import Testing
import TraceCore

struct JSONWriterTests {
  private func written(pretty: Bool = false, _ body: (inout JSONWriter) -> Void) -> String {
    var sink = TextSink()
    JSONWriter.write(into: &sink, pretty: pretty, body)
    return sink.text
  }

  @Test func compactAndPretty() {
    let body: (inout JSONWriter) -> Void = { json in
      json.beginObject()
      json.member("a", 1)
      json.array("b", of: [1.5, 2, .nan]) { $0.double($1) }
      json.object("c") { _ in }
      json.array("d", of: [Int]()) { $0.int(Int64($1)) }
      json.member("e", nil as String?)
      json.member("f", true)
      json.member("t", time: EventTime.none)
      json.endObject()
    }
    #expect(written(body) == #"{"a":1,"b":[1.5,2,null],"c":{},"d":[],"e":null,"f":true,"t":null}"# + "\n")
    #expect(
      written(pretty: true, body) == """
        {
          "a": 1,
          "b": [
            1.5,
            2,
            null
          ],
          "c": {},
          "d": [],
          "e": null,
          "f": true,
          "t": null
        }

        """)
  }

  @Test func escapesWhatMustBeAndWhatCouldHarm() {
    #expect(
      written { $0.string("\"\\\n\r\t\u{0}\u{1B}\u{7F}\u{9B}\u{202E}\u{2028}\u{2029}é日😀</script>/") }
        == #""\"\\\n\r\t\u0000\u001b\u007f\u009b\u202e\u2028\u2029é日😀<\/script>/""# + "\n")
  }

  @Test func invalidUTF8IsReplaced() {
    #expect(written { $0.string(decoding: [0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80]) }.contains("a\u{FFFD}\u{FFFD}("))
  }

  /// Whatever characters a string is made of, another parser reads the same back.
  @Test func stringsSurviveAnotherParser() throws {
    var random = SplitMix64(seed: 7)
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        let limit: UInt32 = Bool.random(using: &random) ? 0x100 : 0x11_0000
        if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) {
          text.unicodeScalars.append(scalar)
        }
      }
      for pretty in [false, true] {
        let json = written(pretty: pretty) { json in
          json.beginObject()
          json.member(text, text)
          json.endObject()
        }
        let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
        let pair = try #require(parsed?.first)
        #expect(Array(pair.value.unicodeScalars) == Array(text.unicodeScalars))
        #expect(Array(pair.key.unicodeScalars) == Array(text.unicodeScalars))
      }
    }
  }

  @Test func millisecondsAreExactForAnyValue() throws {
    var random = SplitMix64(seed: 11)
    for _ in 0..<500 {
      let value = Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0...62, using: &random)
      let text = Milliseconds.text(value)
      let decimal = try #require(Decimal(string: text))
      #expect(decimal * 1_000_000 == Decimal(value), "\(text)")
      #expect(!text.contains(".") || (!text.hasSuffix("0") && text.split(separator: ".")[1].count <= 6))
    }
  }

  @Test func doublesReadBackTheSame() {
    for value in [0.1 as Double, 21.385_620_915_032_68, 1e-7, 1e300, .leastNonzeroMagnitude, 0.0, -0.0, 12345678.0] {
      #expect(Double(written { $0.double(value) }.dropLast()) == value)
    }
  }

  @Test func misuseStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(pretty: false)
      json.beginObject()
      json.int(1)
    }
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(pretty: false)
      json.beginArray()
      json.key("a")
    }
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(pretty: false)
      json.beginArray()
      json.endObject()
    }
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(pretty: false)
      json.null()
      json.null()
    }
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(pretty: false)
      json.beginObject()
      _ = json.finish()
    }
  }

  @Test func drainsBetweenValues() {
    var json = JSONWriter(pretty: false)
    var out: [UInt8] = []
    json.beginArray()
    for i in 0..<3 {
      json.int(Int64(i))
      json.sink.drain { for k in $0.indices { out.append($0[k]) } }
      #expect(json.sink.bytes.isEmpty)
    }
    json.endArray()
    out += json.finish().bytes
    #expect(String(decoding: out, as: UTF8.self) == "[0,1,2]\n")
  }
}
