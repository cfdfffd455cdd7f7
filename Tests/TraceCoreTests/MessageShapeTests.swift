import TestKit
import Testing

@testable import TraceCore

/// What is a value in a message by itself.
struct MessageShapeTests {
  private let shape = MessageShape()

  private func hash(_ message: [UInt8]) -> UInt64 { shape.hash(message.span, from: 0, to: message.count) }

  private func tokens(_ message: [UInt8]) -> ContiguousArray<MessageToken> {
    var tokens: ContiguousArray<MessageToken> = []
    shape.tokens(of: message.span, from: 0, to: message.count, into: &tokens)
    return tokens
  }

  /// The message as its tokens say it.
  private func masked(_ message: String) -> String {
    let bytes = Array(message.utf8)
    var out = ""
    for (index, token) in tokens(bytes).enumerated() {
      if index > 0 && !token.isGlued { out += " " }
      out += token.kind == .value ? "<*>" : String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }
    return out
  }

  @Test(arguments: [
    // Numbers, and names with digits in them.
    ("took 12.5 ms for 3 rows", "took <*> for <*> rows"),
    ("Receiving block blk_-1608999687919862906 src: /10.250.19.102:54106", "Receiving block <*> src: <*>"),
    ("order 550e8400-e29b-41d4-a716-446655440000 stored", "order <*> stored"),
    ("checksum 0xdeadbeef, was deadbee1", "checksum <*>, was <*>"),
    ("from fe80::1%eth0 on", "from <*> on"),
    ("node-12 and worker7 are up", "<*> and <*> are up"),
    ("jk2_init() of b2bgateway", "jk2_init() of b2bgateway"),
    ("onExtend:1514038530000 14 0 4", "onExtend:<*>"),
    ("loading...50%", "loading...<*>"), ("<1 sec", "<*>"), ("retry 100%.", "retry <*>."),
    // Places.
    ("open /var/log/app.log: No such file", "open <*>: No such file"),
    ("GET https://h/x?a=b&c=d, done.", "GET <*>, done."), ("C:\\Windows\\x.dll loaded", "<*> loaded"),
    ("mail to ann@example.com", "mail to <*>"), ("read/write and/or", "read/write and/or"),
    // Pairs.
    ("user=ann host=h1", "user=<*> host=<*>"), ("user= host=h", "user=<*> host=<*>"),
    ("tags=a,b msg=\"a b\" ws={x y}", "tags=<*>,b msg=<*> ws={x y}"), ("retries = many of", "retries = <*> of"),
    ("f(x=abc) y", "f(x=<*>) y"), ("a == b => c != d", "a == b => c != d"), ("rows=3 ms=0.2", "rows=<*> ms=<*>"),
    ("=====", "====="),
    // Quotes.
    ("\"GET /a HTTP/1.1\" 200", "\"GET <*>\" <*>"), ("\"POST /a HTTP/1.1\" 200", "\"POST <*>\" <*>"),
    ("state 'active' of \"two words\"", "state 'active' of <*>"), ("can't open 'a b'", "can't open <*>"),
    ("{\"event\": \"x y\"}", "{\"event\": <*>}"),
    // Words that stand for values.
    ("ok True, none", "ok <*>"), ("at Sun Jul 3 23:16:09 2005", "at <*>"), ("May we?", "May we?"),
    // Lists and what is said twice.
    ("ids [1, 2, 3] of 4|5", "ids [<*>] of <*>"), ("sent 1165 bytes (1.13 KB) to x", "sent <*> to x"),
    ("from 10.0.0.1 () at 9", "from <*> at <*>"), ("with ()", "with (<*>)"), ("call()", "call()"),
    ("  two   blanks\tand a tab ", "two blanks and a tab"), ("", ""), ("...", "..."),
  ])
  func values(message: String, expected: String) { #expect(masked(message) == expected) }

  /// One event with two sets of values, and two events.
  @Test(arguments: [
    ("cache hit key=a ttl_s=3", "cache hit key=bcd ttl_s=41", true), ("cache hit key=a", "cache miss key=a", false),
    ("job started", "job paused", false), ("a  b", "a b", true), ("a b", "b a", false), ("a, b", "a b", false),
    ("error=1", "errors=1", false), ("x 1", "x 1 2 3", true),
  ])
  func equalShapes(a: String, b: String, areEqual: Bool) {
    #expect((hash(Array(a.utf8)) == hash(Array(b.utf8))) == areEqual)
  }

  /// Whatever comes: no fault, tokens in order inside the message, and the hash says what the tokens say.
  @Test func anyBytes() {
    var random = SplitMix64(seed: 20)
    let letters = Array("ab1. =\"'(),<>/:{}\\\0\n\t\u{e9}".utf8) + [0xFF, 0xC3]
    var known: [[UInt64]: UInt64] = [:]
    for _ in 0..<1_000 {
      let message = (0..<random.below(40)).map { _ in letters[random.below(letters.count)] }
      let tokens = tokens(message)
      var end = 0
      var isOrdered = true
      for token in tokens where token.kind != .value {
        isOrdered = isOrdered && Int(token.start) >= end && token.end > token.start && Int(token.end) <= message.count
        end = Int(token.end)
      }
      let key = tokens.map { $0.identity(in: message.span) }
      #expect(isOrdered && known[key, default: hash(message)] == hash(message))
      known[key] = hash(message)
    }
    #expect(Set(known.values).count == known.count)
  }

  @Test func hostileMessages() {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    #expect(tokens(long).map(\.kind) == [.value])
    let many = Array(String(repeating: "word ", count: 10_000).utf8)
    #expect(tokens(many).count == MessageShape.mostTokens)
    #expect(hash(many) == hash(Array(many.dropLast(100))))
    #expect(tokens([UInt8](repeating: 0, count: 5_000)).isEmpty)
    #expect(tokens([0xFF, 0x20, 0xC3]).map(\.kind) == [.word, .word])
    // Quotes without an end are looked for once.
    #expect(tokens(Array(String(repeating: "\\\" \\' ", count: 5_000).utf8)).count == MessageShape.mostTokens)
    // A word is not cut where the reading ends.
    let cut = Array((String(repeating: "a ", count: 20) + String(repeating: "b", count: 5_000)).utf8)
    #expect(tokens(cut).count == 20)
  }

  // MARK: In the parse

  private func messages(_ lines: String, layout: String, keeps: Bool = true) throws -> [String?] {
    let layouts = try LayoutDetector(catalog: .plain, zone: .utc).named(layout).layouts
    var plan = ParsePlan(catalog: .plain)
    plan.keepsMessages = keeps
    var parser = BlockParser(plan: plan, layouts: layouts, zone: .utc, referenceTime: 0)
    let block = Block(capacity: lines.utf8.count)
    block.append(copying: Array(lines.utf8).span)
    var batch = RecordBatch()
    parser.run(block, into: &batch)
    #expect(batch.messages.count == (keeps ? batch.records.count : 0))
    return batch.messages.map { message in
      guard !message.text.isMissing else { return nil }
      let place = message.text.start..<message.text.end
      let whole = block.bytes
      let bytes = message.text.isInArena ? Array(batch.arena[place]) : place.map { whole[$0] }
      #expect(message.shape == hash(bytes))
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  @Test func whereTheMessageStands() throws {
    let text = "2026-11-23 06:00:00,000 INFO [api.work] [a1] job done id=7\n more of it\n"
    #expect(try messages(text + text, layout: "python-request-id") == ["job done id=7", "job done id=7"])
    #expect(try messages(text, layout: "python-request-id", keeps: false) == [])
    let json = """
      {"time":"2026-11-23T06:00:00Z","msg":"said \\"no\\"\\nTraceback","id":"\\u0041"}
      {"time":"2026-11-23T06:00:00Z","message":"plain"}
      {"time":"2026-11-23T06:00:00Z","level":"info"}

      """
    #expect(try messages(json, layout: "json") == ["said \"no\"", "plain", nil])
    #expect(
      try messages("level=info msg=\"a b\" user=x\nlevel=info user=x\n", layout: "logfmt") == [
        "a b", "level=info user=x",
      ])
    let access = "10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] \"GET / HTTP/1.1\" 200 12\n"
    #expect(try messages(access, layout: "common") == [nil])
  }
}
