#if Serve

  import Testing

  @testable import WebServer

  struct HeadScannerTests {
    /// All at once, and byte by byte: it must make no difference.
    private func scan(_ text: String, limit: Int = 1_000) -> HeadScanner.Progress {
      let bytes = Array(text.utf8)
      var whole = HeadScanner(limit: limit)
      let outcome = whole.scan(bytes)
      var bytewise = HeadScanner(limit: limit)
      var last = HeadScanner.Progress.incomplete
      for count in 0...bytes.count where last == .incomplete {
        last = bytewise.scan(bytes[..<count])
      }
      #expect(last == outcome)
      return outcome
    }

    @Test(arguments: [
      "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost:a\r\nX:\t\u{e9} \r\nY:\r\n\r\n",
    ])
    func complete(head: String) {
      #expect(scan(head) == .complete(head.utf8.count))
      #expect(scan(head + "GET ") == .complete(head.utf8.count))
      #expect(scan(String(head.dropLast())) == .incomplete)
      #expect(scan(head, limit: head.utf8.count) == .complete(head.utf8.count))
      #expect(scan(head, limit: head.utf8.count - 1) == .refused(.headTooLarge))
    }

    @Test(arguments: [
      "\r\n", "\n", " GET / HTTP/1.1\r\n", "GET  / HTTP/1.1\r\n", "GET / HTTP/1.1 \r\n", "GET /\r\n",
      "GET / a HTTP/1.1\r\n",
      "GET /\t HTTP/1.1\r\n", "GET /\u{e9} HTTP/1.1\r\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\r\n",
      "GET /\u{0} HTTP/1.1\r\n",
      "GET / HTTP/1.1\r\nHost: a\n", "GET / HTTP/1.1\r\nHost: a\rX", "GET / HTTP/1.1\r\nHost : a\r\n",
      "GET / HTTP/1.1\r\n Host: a\r\n", "GET / HTTP/1.1\r\nX: a\r\n b\r\n", "GET / HTTP/1.1\r\nX: a\r\n\tb\r\n",
      "GET / HTTP/1.1\r\n: a\r\n", "GET / HTTP/1.1\r\nHost\r\n", "GET / HTTP/1.1\r\nX: \u{0}\r\n",
      "GET / HTTP/1.1\r\nX: \u{7F}\r\n",
      "GET / HTTP/1.1\r\nX\u{e9}: a\r\n", "GET / HTTP/1.1\r\n\rX", "\u{16}\u{3}\u{1}",
    ])
    func malformed(text: String) { #expect(scan(text) == .refused(.malformed)) }
  }

#endif
