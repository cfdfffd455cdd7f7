import Testing
import TraceCore

/// Lines that are read together are, wherever a block of the input ends: a reader that asks `JoinedLines.lastStart` before it
/// cuts gets the same records for each place at which its bytes happen to end.
@Suite struct JoinedLinesTests {
  /// Logs of several lines a record.
  static let logs: [String] = [
    """
    {"timestamp":"2026-11-23T06:47:51Z","level":"INFO","message":"ok"}
    {"timestamp":"2026-11-23T06:47:52Z","level":"ERROR","message":"failed",
    "stacktrace": ["java.lang.IllegalStateException: no",
    "at a.B.c(B.java:1)"] }
    {
      "time": "2026-11-23T06:47:53Z",
      "request_id": "8165e189-245a-414b-b37d-bdfc278ba209",
      "error": {
        "stack": []
      }
    }
    {"timestamp":"2026-11-23T06:47:54Z","level":"INFO","message":"ok"}

    """,
    """
    info: Microsoft.AspNetCore.Hosting.Diagnostics[2]
          => SpanId:dc17ec0d91be4c3a, TraceId:8165e189245a414bb37dbdfc278ba209
          Request finished HTTP/1.1 GET http://localhost:5000/api/orders/17 - 200 - application/json 42.1ms
    fail: Orders.OrderController[0]
          could not create order
          System.InvalidOperationException: No stock
             at Orders.StockService.Reserve(Int32 sku) in /src/S.cs:line 88
    info: Orders.OrderController[0]
          next

    """,
    """
    2026-11-23 06:47:55.1500|0|WARN|Orders.OrderController|payment retried|traceid: 5f0c2d7791be4c3aa1f00d6e2b9c4411
    2026-11-23 06:47:55.1900|0|ERROR|Orders.OrderController|could not create System.InvalidOperationException: No stock
       at Orders.StockService.Reserve(Int32 sku) in /src/Orders/StockService.cs:line 88
       at Orders.OrderController.Create(OrderDto dto)|url: http://localhost/|traceid: 5f0c2d7791be4c3aa1f00d6e2b9c4411
    2026-11-23 06:47:55.1970|0|INFO|Orders.OrderController|next|traceid: 8165e189245a414bb37dbdfc278ba209

    """,
    """
    [2026-11-23 06:47:55] production.ERROR: no order {"exception":"[object] (RuntimeException(code: 0): no at /srv/S.php:88)
    [stacktrace]
    #0 /srv/app/Orders.php(41): Stock->reserve()
    #1 {main}
    "} {"request_id":"8165e189-245a-414b-b37d-bdfc278ba209"}
    [2026-11-23 06:47:56] production.INFO: next {"request_id":"8165e189-245a-414b-b37d-bdfc278ba209"}

    """,
    """
    Nov 23, 2026 6:47:55 AM com.example.Orders create
    SEVERE: could not create order
    Nov 23, 2026 6:47:56 AM com.example.Orders create
    INFO: next

    """,
  ]

  /// A record as far as it depends on its lines.
  struct Found: Equatable {
    var lines: UInt32
    var length: UInt32
    var idHash: UInt64
    var status: UInt16
    var level: Level
  }

  /// Reads a log of which the bytes come up to `end` first, then the rest.
  private static func read(_ log: String, upTo end: Int, _ layouts: LayoutSet) -> [Found] {
    let all = Array(log.utf8)
    var parser = BlockParser(plan: ParsePlan(catalog: .plain), layouts: layouts, zone: .utc, referenceTime: 0)
    // As a reader of blocks: at the last newline, then where what belongs together begins.
    let newline = (all[..<end].lastIndex(of: 0x0A) ?? -1) + 1
    let head = Array(all[..<newline])
    let cut = JoinedLines.lastStart(head.span, newline)
    var found: [Found] = []
    for part in [all[..<cut], all[cut...]] where !part.isEmpty {
      let block = Block(capacity: part.count)
      block.append(copying: Array(part).span)
      var batch = RecordBatch()
      parser.run(block, into: &batch)
      for orphan in batch.orphans {
        found[found.count - 1].lines += 1
        found[found.count - 1].length += orphan.length
      }
      found += batch.records.map {
        Found(lines: $0.lines, length: $0.length, idHash: $0.idHash, status: $0.status, level: $0.level)
      }
    }
    return found
  }

  @Test(arguments: logs) func anyCut(_ log: String) {
    let all = Array(log.utf8)
    let layouts = LayoutDetector(catalog: .plain, zone: .utc).detect(all.span, referenceTime: 0).layouts
    let whole = Self.read(log, upTo: all.count, layouts)
    #expect(whole.count >= 2)
    #expect(whole.reduce(0) { $0 + Int($1.length) } == all.count)
    // A reader cuts at newlines only.
    for end in all.indices where all[end] == 0x0A {
      #expect(Self.read(log, upTo: end + 1, layouts) == whole, "cut at byte \(end)")
    }
  }

  /// A head that never goes on is held for one line, and an object or a stack trace no longer than its bound.
  @Test func heldIsBounded() {
    let open = "{\"a\": [\n" + String(repeating: "  1,\n", count: JoinedLines.longest / 5 + 1)
    let bytes = Array(open.utf8)
    #expect(JoinedLines.lastStart(bytes.span, bytes.count) == bytes.count)
    let short = Array("x\n{\"a\": [\n  1,\n".utf8)
    #expect(JoinedLines.lastStart(short.span, short.count) == 2)
    let text = Array("2026-11-23 06:47:55,003 ERROR x\nTraceback:\n  File\n".utf8)
    #expect(JoinedLines.lastStart(text.span, text.count) == text.count)
    // What is whole waits for nothing while it is followed.
    for line in [
      "2026-11-23 06:47:55.003 | ERROR    | app.orders:create:41 - could not create order\n",
      "2026-11-23 06:47:55.0030|ERROR|Orders.OrderController|could not create order\n",
      "[2026-11-23 06:47:55] production.ERROR: could not create order (stock)\n",
    ] {
      let bytes = Array(line.utf8)
      #expect(JoinedLines.lastStart(bytes.span, bytes.count) == bytes.count)
    }
  }
}
