#if Serve

  import Testing

  @testable import WebServer

  struct HostRulesTests {
    private func allows(_ value: String, on address: String = "127.0.0.1", local: String? = nil) -> Bool {
      HostRules(hosts: ["Logs.example", "10.0.0.5", "[fd00::5]"], own: IPLiteral(address), port: 9_419)
        .allow(value, local: local.flatMap { IPLiteral($0) })
    }

    @Test(arguments: [
      "localhost", "localhost:9419", "LOCALHOST:9419", "127.0.0.1", "127.0.0.1:9419", "127.200.0.1", "[::1]",
      "[::1]:9419",
      "[0:0:0:0:0:0:0:1]", "logs.example", "logs.EXAMPLE:9419", "10.0.0.5:9419", "[fd00:0::5]:9419",
    ])
    func allowed(value: String) { #expect(allows(value)) }

    @Test(arguments: [
      "", ":9419", "localhost:", "localhost:80", "localhost:09419x", "localhost:9419:9419", "localhost.",
      "evil.example",
      "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:9419", "user@localhost", "localhost,evil",
      "localhost/",
      "127.0.0.1:80", "128.0.0.1", "10.0.0.6", "127.1", "0x7f.1", "2130706433", "::1", "[::1", "[localhost]",
      "[127.0.0.1]",
      "[::1]x", "[::1%lo]", "[::2]", "0.0.0.0", "192.168.1.5", "[::1]:00000009419", "localhost:+9419", "localhost ",
    ])
    func refused(value: String) { #expect(!allows(value)) }

    @Test func ownAddress() {
      #expect(allows("192.168.1.5", on: "192.168.1.5"))
      #expect(allows("192.168.1.5:9419", on: "0.0.0.0", local: "192.168.1.5"))
      #expect(allows("192.168.1.5", on: "::", local: "::ffff:192.168.1.5"))
      #expect(allows("0.0.0.0:9419", on: "0.0.0.0", local: "127.0.0.1"))
      #expect(!allows("192.168.1.6", on: "0.0.0.0", local: "192.168.1.5"))
    }

    @Test func anyPort() {
      let rules = HostRules(hosts: [], own: IPLiteral("127.0.0.1"), port: nil)
      #expect(rules.allow("localhost:80", local: nil))
      #expect(!rules.allow("evil.example", local: nil))
    }
  }

#endif
