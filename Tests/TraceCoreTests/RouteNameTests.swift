import TestKit
import Testing

@testable import TraceCore

struct RouteNameTests {
  static func name(_ method: String, _ path: String) -> String {
    var writer = RouteName()
    var output: ContiguousArray<UInt8> = [0x21]
    writer.write(method: Array(method.utf8).span, path: Array(path.utf8).span, into: &output)
    #expect(output.first == 0x21, "it appends")
    return String(decoding: output.dropFirst(), as: UTF8.self)
  }

  @Test(arguments: [
    ("/api/spots/324", "/api/spots/{id}"),
    ("/", "/"), ("", "/"), ("?a=1", "/"), ("#x", "/"), ("/?a=1", "/"), ("*", "*"),
    ("/api/", "/api"), ("/api//spots", "/api//spots"), ("//", "/"), ("/7/", "/{id}"),
    ("/api/spots?q=Elm+St+4&r=/9/", "/api/spots"), ("/a#b/7", "/a"),
    // Versions and names with a digit stay.
    ("/v1", "/v1"), ("/v2beta/x", "/v2beta/x"), ("/api/v1/pods", "/api/v1/pods"), ("/oauth2/token", "/oauth2/token"),
    ("/users/me", "/users/me"), ("/.env", "/.env"), ("/.well-known/acme-challenge", "/.well-known/acme-challenge"),
    ("/files/report.pdf", "/files/report.pdf"), ("/files/report2.pdf", "/files/report2.pdf"),
    ("/wp-login.php", "/wp-login.php"), ("/@babel/core", "/@babel/core"),
    // Numbers and dates.
    ("/0", "/{id}"), ("/2026/11/23", "/{id}/{id}/{id}"), ("/daily/2026-11-23", "/daily/{id}"),
    ("/t/-5", "/t/{id}"), ("/at/52.52/13.405", "/at/{id}/{id}"), ("/1.2.3", "/1.2.3"), ("/10.0.0.1/x", "/10.0.0.1/x"),
    ("/1.", "/1."), ("/-", "/-"), ("/call/+4930123456", "/call/{id}"),
    ("/id/18446744073709551616184467440737", "/id/{id}"),
    // Hex.
    ("/deadbeef", "/deadbeef"), ("/deadbee1", "/{id}"), ("/DEADBEE1", "/{id}"), ("/abc1234", "/abc1234"),
    ("/c/9fceb02d0ae598e95dc970b74767f19372d61af8", "/c/{id}"), ("/507f1f77bcf86cd799439011", "/{id}"),
    // UUIDs.
    ("/b/1f0cb4a2-3c1e-4a7e-9d57-0242ac120002/x", "/b/{id}/x"), ("/1F0CB4A2-3C1E-4A7E-9D57-0242AC120002", "/{id}"),
    ("/abcdefab-abcd-abcd-abcd-abcdefabcdef", "/{id}"),
    // Long tokens.
    ("/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/{id}"), ("/V1StGXR8_Z5jdHi6B-myT", "/{id}"),
    ("/cjld2cjxh0000qzrmn831i7rn", "/{id}"),
    ("/verify/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "/verify/{id}"),
    ("/order-20261123-000123", "/{id}"), ("/s/Zm9vYmFyMTIzNDU2Nzg5MA==", "/s/{id}"),
    ("/00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "/{id}"),
    ("/top-10-restaurants-in-berlin-2026", "/top-10-restaurants-in-berlin-2026"),
    ("/OAuth2AuthorizationCodeGrant", "/OAuth2AuthorizationCodeGrant"),
    ("/internationalization2", "/internationalization2"),
    ("/getUserProfileByIdentifier", "/getUserProfileByIdentifier"),
    ("/api/authorization-requests-v2-beta", "/api/authorization-requests-v2-beta"),
    // Path parameters, addresses, encodings.
    ("/cart;jsessionid=1A2B3C4D.node1?x=1", "/cart"), ("/cart;v=1/items/7", "/cart/items/{id}"), ("/;a=1", "/"),
    ("/mail/john.doe99@example.com", "/mail/{id}"), ("/mail/anna@example.com/x", "/mail/{id}/x"),
    ("/a%20b/%37", "/a%20b/%37"), ("/straße/Peñón", "/straße/Peñón"), ("/城市/7", "/城市/{id}"),
    // Absolute URLs.
    ("https://pay.example.com/v1/charges/77?x", "/v1/charges/{id}"), ("http://h", "/"), ("HTTP://h?x", "/"),
    ("api/x/7", "api/x/{id}"), ("h:443", "h:443"),
  ])
  func template(path: String, template: String) {
    #expect(Self.name("GET", path) == "GET " + template)
    #expect(Self.name("", path) == template)
  }

  @Test func methodIsUpperCase() {
    #expect(Self.name("get", "/a") == "GET /a")
    #expect(Self.name("M-SEARCH", "/a") == "M-SEARCH /a")
  }

  @Test(arguments: [
    ("http://x/y", true), ("https://x", true), ("ws+unix://x", true), ("/http://x", false), ("http:/x", false),
    ("//x/y", false), ("", false), ("*", false), ("1a://x", false), ("example.com:443", false),
  ])
  func absolute(path: String, expected: Bool) {
    #expect(RouteName.isAbsolute(Array(path.utf8).span) == expected)
  }

  @Test func cappedAtWholeCharacters() {
    for filler in ["a", "ß", "城", "😀"] {
      for shift in 0..<4 {
        let path = "/" + String(repeating: "x", count: shift) + String(repeating: filler, count: 300)
        let name = Self.name("GET", path)
        #expect(name.utf8.count <= RouteName.limit && name.utf8.count > RouteName.limit - 4)
        #expect(!name.unicodeScalars.contains("\u{FFFD}"))
      }
    }
    let deep = Self.name("DELETE", String(repeating: "/7", count: 100_000))
    #expect(deep.utf8.count <= RouteName.limit && deep.hasSuffix("{id}"))
    #expect(Self.name("GET", "/" + String(repeating: "7", count: 5_000) + "/x") == "GET /{id}/x")
  }

  /// Bytes of any kind come through without a trap, within the cap, and a name is its own name.
  @Test func anyBytes() {
    var random = SplitMix64(seed: 7)
    let alphabet = Array("/?#;@.-_=%019afgzAFZ:ü ".utf8)
    for _ in 0..<20_000 {
      let count = Int(random.next() % 300)
      let path = (0..<count).map { _ in
        random.next() % 8 == 0 ? UInt8(truncatingIfNeeded: random.next()) : alphabet[Int(random.next() % 20)]
      }
      var output: ContiguousArray<UInt8> = []
      var writer = RouteName()
      writer.write(method: [0x47].span, path: path.span, into: &output)
      #expect(output.count <= RouteName.limit && output.count >= 3)
    }
  }

  /// Paths with one hash have one name: the cache of names rests on it.
  @Test func oneHashOneName() {
    var random = SplitMix64(seed: 21)
    let parts = [
      "7", "42", "007", "", "api", "v1", "users", "a;b=1", "x?q=1", "?status=5", "#f", "deadbeef01", "9?x=/8/", "me",
      "12a",
      "123456789012345678901234567", "é",
    ]
    var names: [UInt64: String] = [:]
    var met = 0
    for _ in 0..<20_000 {
      let path = "/" + (0..<random.below(5) + 1).map { _ in parts[random.below(parts.count)] }.joined(separator: "/")
      let bytes = Array(path.utf8)
      let hash = RouteName.hash(of: bytes.span, from: 0, to: bytes.count, seed: 3)
      let name = Self.name("GET", path)
      if let known = names[hash] {
        met += 1
        #expect(known == name, "\(path)")
      }
      names[hash] = name
    }
    #expect(met > 5_000)
  }
}
