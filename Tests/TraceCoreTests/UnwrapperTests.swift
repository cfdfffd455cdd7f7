import Testing
import TraceCore

struct UnwrapperTests {
  struct Result: Equatable {
    var text: String
    var lines: [LineOrigin]
    var passedThrough: Int64
    var cut: Int64
  }

  /// Unwraps `raw`, given in pieces that end at `cuts`.
  static func unwrap(_ raw: [UInt8], _ wrappers: [Wrapper], cuts: [Int] = []) -> Result {
    let unwrapper = Unwrapper(wrappers)
    let output = Block(capacity: 64)
    var lines: ContiguousArray<LineOrigin> = []
    var start = 0
    for end in cuts + [raw.count] {
      // A piece of its own: reading past it would trap.
      let piece = Array(raw[start..<end])
      unwrapper.unwrap(piece.span, from: 0, to: piece.count, into: output, lines: &lines)
      start = end
    }
    unwrapper.finish(into: output, lines: &lines)
    var bytes: [UInt8] = []
    for i in output.bytes.indices { bytes.append(output.bytes[i]) }
    return Result(
      text: String(decoding: bytes, as: UTF8.self), lines: Array(lines), passedThrough: unwrapper.passedThrough,
      cut: unwrapper.cut)
  }

  static func unwrap(_ raw: String, _ wrappers: [Wrapper]) -> Result { unwrap(Array(raw.utf8), wrappers) }

  static func detect(_ raw: String) -> [Wrapper] {
    let bytes = Array(raw.utf8)
    return Unwrapper.detect(head: bytes.span)
  }

  static let docker = #"""
    {"log":"one\n","stream":"stdout","time":"2026-11-23T06:47:54.777Z"}
    {"log":"{\"msg\":\"a \\\"b\\\" \u003ctag\u003e Pe\u00f1ón\"}\n","stream":"stdout","time":"2026-11-23T06:47:55Z"}
    {"log":"part one, ","stream":"stdout","time":"2026-11-23T06:47:56Z"}
    {"log":"err part ","stream":"stderr","time":"2026-11-23T06:47:56.5Z"}
    {"log":"part two, ","stream":"stdout","time":"2026-11-23T06:47:57Z"}
    {"log":"err end\n","stream":"stderr","time":"2026-11-23T06:47:58Z"}
    {"log":"part three\n","stream":"stdout","time":"2026-11-23T06:47:59Z"}
    garbage {"log":
    {"log":"\u001b[32mgreen\u001b[0m\r\n","stream":"stderr","attrs":{"tag":"x"},"time":"2026-11-23T06:48:00Z"}
    {"log":"\n","stream":"stdout","time":"2026-11-23T06:48:01Z"}
    {"log":"unfinished","stream":"stdout","time":"2026-11-23T06:48:02Z"}

    """#

  static let cri = """
    2026-11-23T06:47:54.777123456Z stdout F one
    2026-11-23T07:47:55.000000000+01:00 stderr P err one 
    2026-11-23T06:47:56.000000000Z stdout P part 
    2026-11-23T06:47:57.000000000Z stderr F err two
    2026-11-23T06:47:58.000000000Z stdout F:x end
    2026-11-23T06:47:59.000000000Z stdout F 
    not a line of cri
    2026-11-23T06:47:59.000000000Z stdin F x
    """

  static let compose = """
    web-1  | 2026-11-23 06:47:54 INFO started
    \u{1B}[36mweb-1  | \u{1B}[0m\u{1B}[31mred\u{1B}[0m text
    \u{1B}[33mdb_1   |\u{1B}[0m LOG: ready
    my.service-2  | 
    db-1|none
    web-1  | a | b

    """

  static let kubectl = """
    [pod/web-7d4b9-x2x/app] 2026-11-23 06:47:54 INFO x
    [pod/web-7d4b9-x2x/sidecar] [y] z
    [podium] other
    [pod/web/app]
    """

  static let journald = #"""
    {"__REALTIME_TIMESTAMP":"1795416474777000","MESSAGE":"hello \"x\"","PRIORITY":"3","_PID":"1"}
    {"MESSAGE":[104,105,32,255,10,50],"__REALTIME_TIMESTAMP":"1795416474777001","PRIORITY":"6"}
    {"MESSAGE":"first\nsecond","__REALTIME_TIMESTAMP":"1795416474777002"}
    {"MESSAGE":null,"__REALTIME_TIMESTAMP":"1795416474777003"}
    {"MESSAGE":[300],"__REALTIME_TIMESTAMP":"1795416474777003"}
    """#

  @Test func dockerJSON() {
    let result = Self.unwrap(Self.docker, [.dockerJSON, .ansi])
    #expect(
      result.text == """
        one
        {"msg":"a \\"b\\" <tag> Peñón"}
        err part err end
        part one, part two, part three
        garbage {"log":
        green\r

        unfinished

        """)
    #expect(result.lines.map(\.line) == [1, 2, 4, 3, 8, 9, 10, 11])
    #expect(result.lines.map(\.output) == [.stdout, .stdout, .stderr, .stdout, .unknown, .stderr, .stdout, .stdout])
    #expect(EventTime.rfc3339(result.lines[3].time) == "2026-11-23T06:47:56.000Z")
    #expect(result.lines.map(\.isPassedThrough) == [false, false, false, false, true, false, false, false])
    #expect(result.lines.map(\.isCut) == [false, false, false, false, false, false, false, true])
    #expect(result.passedThrough == 1)
    #expect(result.cut == 1)
  }

  @Test func cri() {
    let result = Self.unwrap(Self.cri, [.cri])
    #expect(
      result.text
        == "one\nerr one err two\npart end\n\nnot a line of cri\n2026-11-23T06:47:59.000000000Z stdin F x\n")
    #expect(result.lines.map(\.line) == [1, 2, 3, 6, 7, 8])
    #expect(result.lines[0].time == 1_795_416_474_777_123_456)
    #expect(EventTime.rfc3339(result.lines[1].time) == "2026-11-23T06:47:55.000Z")
    #expect(result.passedThrough == 2)
  }

  @Test func compose() {
    let result = Self.unwrap(Self.compose, [.compose, .ansi])
    #expect(
      result.text == "2026-11-23 06:47:54 INFO started\nred text\nLOG: ready\n\ndb-1|none\na | b\n")
    #expect(result.passedThrough == 1)
    // Without `ansi` the colours of the message stay, those of the prefix do not.
    #expect(Self.unwrap(Self.compose, [.compose]).text.contains("\n\u{1B}[31mred\u{1B}[0m text\n"))
  }

  @Test func kubectl() {
    let result = Self.unwrap(Self.kubectl, [.kubectl])
    #expect(result.text == "2026-11-23 06:47:54 INFO x\n[y] z\n[podium] other\n\n")
    #expect(result.passedThrough == 1)
  }

  @Test func journald() {
    let raw = Self.journald.utf8
    let unwrapper = Unwrapper([.journald])
    let output = Block(capacity: 64)
    var lines: ContiguousArray<LineOrigin> = []
    let bytes = Array(raw)
    unwrapper.unwrap(bytes.span, from: 0, to: bytes.count, into: output, lines: &lines)
    unwrapper.finish(into: output, lines: &lines)
    var expected = Array("hello \"x\"\nhi ".utf8) + [255] + Array("\n2\nfirst\nsecond\n".utf8)
    expected += bytes.split(separator: 0x0A).suffix(2).flatMap { Array($0) + [0x0A] }
    var got: [UInt8] = []
    for i in output.bytes.indices { got.append(output.bytes[i]) }
    #expect(got == expected)
    #expect(lines.map(\.line) == [1, 2, 2, 3, 3, 4, 5])
    #expect(lines[2].length == 0)
    #expect(lines.map(\.level) == [.error, .info, .info, .none, .none, .none, .none])
    #expect(lines[0].time == 1_795_416_474_777_000_000)
    #expect(unwrapper.passedThrough == 2)
  }

  @Test func escapesAlone() {
    let raw = "\u{1B}[1;31mERROR\u{1B}[0m x\u{1B}[K\n\u{1B}[ cut\u{1B}[3\nplain\u{1B}\n\u{1B}[0m"
    #expect(Self.unwrap(raw, [.ansi]).text == "ERROR x\nut\u{1B}[3\nplain\u{1B}\n\n")
  }

  static let samples: [(String, [Wrapper])] = [
    (docker, [.dockerJSON, .ansi]), (cri, [.cri, .ansi]), (compose, [.compose, .ansi]), (kubectl, [.kubectl, .ansi]),
    (journald, [.journald, .ansi]), ("\u{1B}[1mx\u{1B}[0m\ny\n", [.ansi]), ("x\ny", []),
    ("\r\n\n\u{0}\n", [.cri]), ("", [.dockerJSON]),
  ]

  @Test(arguments: 0..<samples.count)
  func piecesOfAnySizeGiveTheSame(sample: Int) {
    let (raw, wrappers) = Self.samples[sample]
    let bytes = Array(raw.utf8)
    let whole = Self.unwrap(bytes, wrappers)
    for cut in 0...bytes.count {
      #expect(Self.unwrap(bytes, wrappers, cuts: [cut]) == whole)
    }
    for size in [1, 2, 3, 7, 64] {
      #expect(Self.unwrap(bytes, wrappers, cuts: Array(stride(from: size, to: bytes.count, by: size))) == whole)
    }
    // Every raw byte and line is accounted for.
    #expect(whole.lines.reduce(0) { $0 + $1.length } == Int64(bytes.count))
    #expect(whole.lines.count == whole.text.utf8.count { $0 == 0x0A })
  }

  @Test func interleavedPartsAgreeWithAModel() {
    // Parts of numbered lines on both outputs, in an order from a small generator.
    var seed: UInt64 = 42
    func next(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    var raw: [UInt8] = []
    var expected: [String] = []
    var open: [String] = ["", ""]
    for i in 0..<600 {
      let output = next(2)
      let ends = next(3) == 0
      let text = "\(i)\(next(4) == 0 ? "é\\u003c" : "") "
      open[output] += "\(i)\(text.contains("u003c") ? "é<" : "") "
      raw += Array(
        "{\"log\":\"\(text)\(ends ? "\\n" : "")\",\"stream\":\"\(output == 0 ? "stdout" : "stderr")\",\"time\":\"2026-11-23T06:47:54Z\"}\n"
          .utf8)
      if ends {
        expected.append(open[output])
        open[output] = ""
      }
    }
    let result = Self.unwrap(raw, [.dockerJSON])
    let lines = result.text.split(separator: "\n").map(String.init)
    #expect(Array(lines.prefix(expected.count)) == expected)
    #expect(lines.count == expected.count + open.count { !$0.isEmpty })
    #expect(result.lines.reduce(0) { $0 + $1.length } == Int64(raw.count))
  }

  @Test func partsAreBounded() {
    let part = String(repeating: "x", count: 16_000)
    var raw: [UInt8] = []
    for _ in 0..<100 { raw += Array("2026-11-23T06:47:54Z stdout P \(part)\n".utf8) }
    raw += Array("2026-11-23T06:47:54Z stdout F end\n".utf8)
    let result = Self.unwrap(raw, [.cri])
    #expect(result.lines.count == 2)
    #expect(result.lines.map(\.isCut) == [true, false])
    #expect(result.cut == 1)
    #expect(result.text.utf8.count == 100 * 16_000 + 3 + 2)
    #expect(result.text.utf8.split(separator: 0x0A).allSatisfy { $0.count <= Unwrapper.limit })
    #expect(result.lines.reduce(0) { $0 + $1.length } == Int64(raw.count))
  }

  @Test func overlongLinesPassThroughWhateverThePieces() {
    for length in [Unwrapper.limit - 40, Unwrapper.limit + 1] {
      let head = "{\"log\":\"", tail = "\\n\",\"stream\":\"stdout\"}"
      var raw = Array(head.utf8) + [UInt8](repeating: 0x78, count: length) + Array("\(tail)\n".utf8)
      raw += Array("{\"log\":\"y\\n\",\"stream\":\"stdout\"}\n".utf8)
      let whole = Self.unwrap(raw, [.dockerJSON, .ansi])
      #expect(whole.lines.map(\.isPassedThrough) == [length > Unwrapper.limit, false])
      #expect(whole.lines.map(\.line) == [1, 2])
      #expect(whole.text.hasSuffix("\ny\n"))
      for cuts in [[1], [length / 2, length], [length + 20], Array(stride(from: 65_536, to: raw.count, by: 65_536))] {
        #expect(Self.unwrap(raw, [.dockerJSON, .ansi], cuts: cuts) == whole)
      }
    }
  }

  @Test func detection() {
    #expect(Self.detect(Self.docker) == [.dockerJSON, .ansi])
    #expect(Self.detect(Self.cri) == [.cri, .ansi])
    #expect(Self.detect(Self.compose) == [.compose, .ansi])
    #expect(Self.detect(Self.journald.split(separator: "\n").prefix(3).joined(separator: "\n")) == [.journald, .ansi])
    #expect(Self.detect("[pod/a/b] x\n[pod/a/c] y\n") == [.kubectl, .ansi])
    #expect(Self.detect("\u{1B}[32mINFO\u{1B}[0m x\nplain\n") == [.ansi])
    #expect(Self.detect("") == [])
    #expect(Self.detect("\n\n") == [])
    #expect(Self.detect("2026-11-23 06:47:54,627 INFO [x] y\n") == [])
    #expect(Self.detect("INFO     | message\nERROR    | other\n") == [])
    #expect(Self.detect("2026-11-23 06:47:54.777 | INFO     | mod:fn:1 - msg\n") == [])
    #expect(Self.detect("{\"log\":\"x\",\"msg\":\"y\"}\n{\"log\":\"x\"}\n") == [])
    #expect(Self.detect("{\"MESSAGE\":\"x\"}\n") == [])
    // Half a line at the end does not count, the only line does.
    #expect(Self.detect("2026-11-23T06:47:54Z stdout F one\n2026-11-2") == [.cri, .ansi])
    #expect(Self.detect("2026-11-23T06:47:54Z stdout F one") == [.cri, .ansi])
  }

  @Test func garbageNeverTraps() {
    var seed: UInt64 = 7
    let pool: [UInt8] = Array("{}[]\":,\\un0stdoutFP |/-\n\r Z2026T:podlogMESSAGE".utf8) + [0x1B, 0x5B, 0, 0xFF, 0xC3]
    for _ in 0..<300 {
      var raw: [UInt8] = []
      for _ in 0..<200 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        raw.append(pool[Int(seed >> 33) % pool.count])
      }
      _ = Unwrapper.detect(head: raw.span)
      for wrapper in Wrapper.allCases {
        let result = Self.unwrap(raw, [wrapper], cuts: [77])
        if result.lines.reduce(0, { $0 + $1.length }) != Int64(raw.count) { Issue.record("\(wrapper) \(raw)") }
      }
    }
  }
}
