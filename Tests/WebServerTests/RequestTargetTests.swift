#if Serve

  import Testing

  @testable import WebServer

  struct RequestTargetTests {
    @Test(arguments: [
      ("/", "/"), ("/a/b.js", "/a/b.js"), ("/a/", "/a/"), ("/%61%20b", "/a b"), ("/a+b", "/a+b"), ("/%C3%A9", "/é"),
      ("/...", "/..."), ("/a..b", "/a..b"), ("/?", "/"), ("/%252e", "/%2e"),
    ])
    func path(text: String, path: String) throws {
      #expect(try RequestTarget(text).path == path)
    }

    @Test(arguments: [
      "", "*", "a", "http://localhost/", "localhost:80", "//", "//a", "/a//b", "/a//", "/..", "/../a", "/a/..",
      "/a/../b",
      "/.",
      "/./a", "/%2e%2e/a", "/.%2E", "/a%2fb", "/a%5cb", "/a\\b", "/%00", "/%0a", "/%7f", "/%", "/%4", "/%4g", "/%ff",
      "/%c0%af",
      "/%ed%a0%80", "/#a", "/a?b#c", "/?a=%00", "/?%ff", "/?a=%f", "/?a=%zz",
    ])
    func refuses(text: String) {
      #expect(throws: WebRefusal.target) { try RequestTarget(text) }
    }

    @Test func query() throws {
      let query = try RequestTarget("/x?a=1&b=x+y%2Bz&&c&=d&a=2=3&e=%0A/..//?").query
      #expect(query.map(\.name) == ["a", "b", "c", "", "a", "e"])
      #expect(query.map(\.value) == ["1", "x y+z", "", "d", "2=3", "\n/..//?"])
    }
  }

#endif
