import Testing
import TraceCore

@testable import RulePack

/// What the tests of a Sigma rule become, and what these find.
struct SigmaDetectionTests {
  static func search(_ lines: String, _ condition: String = "selection") -> String {
    "  selection:\n\(lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))\n  condition: \(condition)"
  }

  @Test(arguments: [
    ("cs-method: POST", #"method ~ "(?i)^POST\z""#),
    ("cs-method|cased: POST", #"method = "POST""#),
    ("sc-status: 404", "status = 404"),
    ("sc-status: [404, '403', 405]", "status in (403..405)"),
    ("sc-status: 5*", "status in (500..599)"),
    ("sc-status|contains: '99'", "status in (199, 299, 399, 499, 599, 699, 799, 899, 990..999)"),
    ("sc-status|gte: 500", "status >= 500"),
    ("cs-uri|contains: '/a.b?x=1'", #"path ~ "(?i)/a\.b.x=1""#.replacing("(?i)", with: "(?is)")),
    (#"cs-uri|contains: '/a.b\?x=1'"#, #"path ~ "(?i)/a\.b\?x=1""#),
    ("cs-uri-stem|endswith: [.php, .jsp]", #"path ~ "(?i)^[^?]*(?:\.php|\.jsp)(?:\?|\z)""#),
    ("cs-uri-query|startswith: 'id='", #"path ~ "(?i)^(?:[^?]*\?)?id=""#),
    ("c-uri-extension: exe", #"path ~ "(?i)^[^?]*\.exe(?:\?|\z)""#),
    ("EventID: 3", "EventID = 3"),
    ("EventID: [3, 5]", "EventID in (3, 5)"),
    ("name|contains|all: [a1, b2]", #"name ~ "(?i)a1" and name ~ "(?i)b2""#),
    ("name: [a*, '*b', '*c*', d]", #"name ~ "(?i)^a|b\z|c|^d\z""#),
    ("name|re: '^a(b|c)'", #"name ~ "^a(b|c)""#),
    (#"name|re|i: 'say "x"'"#, #"name ~ '(?i)say "x"'"#),
    ("name|cidr: 172.16.0.0/12", #"name ~ "^172\.(?:1[6-9]|2[0-9]|3[0-1])\.\d{1,3}\.\d{1,3}\z""#),
    ("name: '*'", "has(name)"), ("name|exists: true", "has(name)"), ("name|exists: false", "not has(name)"),
    ("name:", "not has(name)"), ("name: ''", #"name = """#),
    ("name|neq: x1", #"not (has(name) and name ~ "(?i)^x1\z")"#),
    ("objectRef.resource: 1.2.3", #"objectRef.resource = "1.2.3""#),
    ("id: 1", "`id` = 1"), ("two words: 1", "`two words` = 1"),
    ("level: [ERROR, Critical]", "level in (error, critical)"),
    ("time-taken|gt: 1500", "duration > 1500ms"),
    ("cs-username: 7-x", #"remote_user ~ "(?i)^7-x\z" or username ~ "(?i)^7-x\z" or cs-username ~ "(?i)^7-x\z""#),
    ("cs-cookie:", "not has(http_cookie) and not has(cookie) and not has(cs-cookie)"),
    ("message|contains: '\"x\"'", #"message ~ '(?i)"x"'"#),
  ])
  func expressions(detection: String, source: String) throws {
    #expect(try SigmaSample.source(SigmaDetectionTests.search(detection)) == source)
  }

  /// In Sigma a test on a missing field is false, and `not` of it true.
  @Test func notOfAMissingField() throws {
    let log = [
      #"{"method":"POST","path":"/a","user":"eve"}"#, #"{"method":"POST","path":"/a","user":"root"}"#,
      #"{"method":"POST","path":"/a"}"#, #"{"method":"POST","path":"/a","user":null}"#, #"{"path":"/a","user":"eve"}"#,
    ]
    let detection = "  selection:\n    cs-method: POST\n  filter:\n    user: root\n  condition: "
    #expect(try SigmaSample.hits(detection + "selection and not filter", log) == [1, 3, 4])
    #expect(try SigmaSample.hits(detection + "not (selection and filter)", log) == [1, 3, 4, 5])
    #expect(try SigmaSample.hits(detection + "not selection", log) == [5])
    #expect(try SigmaSample.hits(detection + "not (not filter)", log) == [2])
    let order = "  selection:\n    size|gt: 5\n  condition: not selection"
    #expect(
      try SigmaSample.hits(order, [#"{"size":3}"#, #"{"size":9}"#, #"{"size":"9"}"#, #"{"size":"x"}"#, #"{"a":1}"#])
        == [1, 4, 5])
  }

  @Test func valuesOfAccessLogs() throws {
    func line(_ request: String, _ status: Int, referer: String = "-", agent: String = "curl/8") -> String {
      #"10.0.0.7 - - [23/Nov/2026:06:47:55 +0000] "\#(request)" \#(status) 12 "\#(referer)" "\#(agent)""#
    }
    let log = [
      line("GET /shop/item.php?id=1 HTTP/1.1", 200), line("POST /x/item.PHP HTTP/1.1", 404, referer: "http://a/"),
      line("GET /index.html?page=item.php HTTP/1.1", 200, agent: "Nikto/2.1"), line("GET / HTTP/1.1", 500, agent: "-"),
    ]
    func hits(_ item: String) throws -> [Int] {
      try SigmaSample.hits(SigmaDetectionTests.search(item), log, layout: "combined")
    }
    #expect(try hits("cs-uri-stem|endswith: .php") == [1, 2])
    #expect(try hits("cs-uri-query|endswith: .php") == [2, 3])
    #expect(try hits("cs-uri-query|startswith: id=") == [1])
    #expect(try hits("cs-uri-query: 'page=item.php'") == [3])
    #expect(try hits("cs-uri-query:") == [2, 4])
    #expect(try hits("c-uri-extension: [php, exe]") == [1, 2])
    #expect(try hits("c-useragent|startswith: nikto") == [3])
    #expect(try hits("cs-user-agent:") == [4])
    #expect(try hits("cs-referer|startswith: 'http://'") == [2])
    #expect(try hits("cs-referer|exists: false") == [1, 3, 4])
    #expect(try hits("c-ip|cidr: 10.0.0.0/29") == [1, 2, 3, 4])
    #expect(try hits("c-ip|cidr: 10.0.0.0/30") == [])
    #expect(try hits("sc-status: [4*, 5*]") == [2, 4])
  }

  @Test(arguments: [
    ("10.0.0.0/8", ["10.1.2.3", "10.255.0.1"], ["110.1.2.3", "10.1.2", "11.0.0.1", "10.1.2.3x"]),
    ("192.168.4.0/22", ["192.168.4.1", "192.168.7.255"], ["192.168.8.0", "192.168.3.9", "192.168.40.1"]),
    ("1.2.3.4/32", ["1.2.3.4"], ["1.2.3.40", "1.2.3"]),
    ("::1/128", ["::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001"], ["::11", "1::1"]),
    ("fe80::/10", ["fe80::1", "FEBF::1", "fe9a:1::"], ["fec0::1", "fe8::1"]),
    ("fc00::/7", ["fd12:3456::1", "fc00::"], ["fe00::1"]),
    ("2001:db8::/32", ["2001:db8::7", "2001:0DB8:1::"], ["2001:db80::1", "2001:d8::"]),
  ])
  func networks(network: String, inside: [String], outside: [String]) throws {
    let detection = SigmaDetectionTests.search("ip|cidr: '\(network)'")
    for address in inside { #expect(try SigmaSample.hits(detection, [#"{"ip":"\#(address)"}"#]) == [1], "\(address)") }
    for address in outside { #expect(try SigmaSample.hits(detection, [#"{"ip":"\#(address)"}"#]) == [], "\(address)") }
  }

  @Test func wordsThatALineMustHave() throws {
    func words(_ detection: String) throws -> [String] { try SigmaSample.condition(detection).keywords }
    #expect(
      try words(SigmaDetectionTests.search("cs-uri|contains: ['/remote/logincheck', 'x\"validate']")) == [
        "logincheck", "validate",
      ])
    // A value without a word that is surely logged as it is: nothing can be said.
    #expect(try words(SigmaDetectionTests.search("cs-uri|contains: ['/remote/logincheck', '/?/']")) == [])
    #expect(try words(SigmaDetectionTests.search("cs-uri|contains: logincheck", "not selection")) == [])
    #expect(
      try words(
        SigmaDetectionTests.search("cs-method: DELETE\nsc-status: 4*\na: wonder\nb|contains|all: [two, something]"))
        == ["something"])
    let condition = try SigmaSample.condition(
      SigmaDetectionTests.search("cs-uri|contains: '/Gr\u{F6}\u{DF}e/logincheck'"))
    #expect(!condition.rule.isDense && condition.target == .line)
    #expect(try SigmaSample.hits(condition, [#"{"path":"\/gr\u00f6\u00dfe\/LOGINCHECK"}"#]) == [1])
  }
}
