#if Serve

  import Testing

  @testable import WebServer

  struct WebAddressTests {
    @Test(arguments: [
      ("127.0.0.1:9419", WebAddress.tcp(host: "127.0.0.1", port: 9_419), true),
      ("127.9.9.9:1", .tcp(host: "127.9.9.9", port: 1), true),
      ("[::1]:9419", .tcp(host: "::1", port: 9_419), true),
      ("localhost:0", .tcp(host: "localhost", port: 0), true),
      ("0.0.0.0:80", .tcp(host: "0.0.0.0", port: 80), false),
      ("[::]:65535", .tcp(host: "::", port: 65_535), false),
      ("192.168.1.5:9419", .tcp(host: "192.168.1.5", port: 9_419), false),
      ("[::ffff:127.0.0.1]:1", .tcp(host: "::ffff:127.0.0.1", port: 1), true),
      ("[fe80::1%lo]:80", .tcp(host: "fe80::1%lo", port: 80), false),
      ("unix:/run/skein.sock", .unix(path: "/run/skein.sock"), true),
      ("unix:a:b", .unix(path: "a:b"), true),
    ])
    func reads(text: String, address: WebAddress, isLoopback: Bool) throws {
      #expect(try WebAddress(parsing: text) == address)
      #expect(address.isLoopback == isLoopback)
      #expect(address.text == text)
    }

    @Test(arguments: [
      (":9419", "write 127.0.0.1:9419 for this machine alone"),
      ("*:9419", "write 127.0.0.1:9419 for this machine alone"),
      ("9419", "as in 127.0.0.1:9419"),
      ("localhost", "as in localhost:9419"),
      ("", "a port belongs to it"),
      ("127.0.0.1:", "from 0 to 65535"),
      ("127.0.0.1:65536", "from 0 to 65535"),
      ("127.0.0.1:-1", "from 0 to 65535"),
      ("127.0.0.1:+80", "from 0 to 65535"),
      ("127.0.0.1:0000080", "from 0 to 65535"),
      ("::1:9419", "in brackets"),
      ("[127.0.0.1]:80", "only IPv6"),
      ("[]:80", "only IPv6"),
      ("[::1:80", "in brackets"),
      ("127.1:80", "is no IP address"),
      ("example.org:80", "names are not looked up"),
      ("unix:", "lacks a path"),
      ("unix:a\u{0}b", "NUL"),
      ("unix:/" + String(repeating: "x", count: 107), "at most 107 bytes and this one 108"),
    ])
    func refuses(text: String, hint: String) {
      #expect {
        try WebAddress(parsing: text)
      } throws: { ($0 as? WebError)?.message.contains(hint) ?? false }
    }

    @Test func longestPath() throws {
      let path = "/" + String(repeating: "x", count: 106)
      #expect(try WebAddress(parsing: "unix:\(path)") == .unix(path: path))
    }
  }

#endif
