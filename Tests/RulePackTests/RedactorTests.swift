import TestKit
import Testing

@testable import RulePack

/// What is replaced in a text that leaves the terminal, and what stays.
struct RedactorTests {
  private func redacted(_ text: String) -> String { Redactor(RedactionRules()).redacted(text) }

  @Test(arguments: [
    // People
    ("mail to ana.b+x@example.org failed", "mail to <email-1> failed"),
    ("<ana@example.org>, 'ben@example.co.uk'.", "<<email-1>>, '<email-2>'."),
    (
      #"{"user": "ana\u0040example.org", "to":"\u003cana@example.org\u003e"}"#,
      #"{"user": "<email-1>", "to":"\u003c<email-1>\u003e"}"#
    ),
    ("GET /u?mail=Ana%40Example.org&to=%3Cana@example.org%3E", "GET /u?mail=<email-1>&to=%3C<email-1>%3E"),
    (#"first\nana@example.org\nlast"#, #"first\n<email-1>\nlast"#),
    ("jürgen@exämple.de and CORP\\ana@example.org", "<email-1> and CORP\\<email-2>"),
    ("call +49 30 1234567 or +4930 1234567 or 0049-30-1234567", "call <phone-1> or <phone-1> or <phone-1>"),
    (
      "tel:0301234567, phone=(555) 123-4567, userPhone: 5551234567",
      "tel:<phone-1>, phone=<phone-2>, userPhone: <phone-2>"
    ),
    ("0171-1234567 and 030 1234567 and (555) 123-4567", "<phone-1> and <phone-2> and <phone-3>"),
    ("card 4111 1111 1111 1111, 4111111111111111, amex 3782-822463-10005", "card <card-1>, <card-1>, amex <card-2>"),
    ("iban DE89 3704 0044 0532 0130 00 GB29NWBK60161331926819", "iban <iban-1> <iban-2>"),
    // Machines
    ("client=10.0.0.7:8080 from 10.0.0.8, 10.0.0.7", "client=<ip-1>:8080 from <ip-2>, <ip-1>"),
    (
      "[::1]:80 ::ffff:10.0.0.7 2001:db8::1 2001:DB8:0:0:0:0:0:1: gone 10.0.0.7",
      "[<ip-1>]:80 <ip-2> <ip-3> <ip-3>: gone <ip-2>"
    ),
    ("fe80::1%eth0 on ip-10-0-0-7.ec2.internal", "<ip-1> on ip-<ip-2>.ec2.internal"),
    ("00:1A:2b:3c:4d:5e is 00-1a-2b-3c-4d-5e", "<mac-1> is <mac-1>"),
    // Secrets
    (
      "login password=hunter22&x=1 token: abcd1234, pwd='two words'",
      "login password=<secret-1>&x=1 token: <secret-2>, pwd='<secret-3>'"
    ),
    (#"{"password": "a \"b\" c", "api_key":"k-9"}"#, #"{"password": "<secret-1>", "api_key":"<secret-2>"}"#),
    (#"body="{\"password\":\"hunter22\",\"n\":1}""#, #"body="{\"password\":\"<secret-1>\",\"n\":1}""#),
    (
      "postgres://app:p@ss@db:5432/x https://tok123@host/",
      "postgres://app:<secret-1>@db:5432/x https://<secret-2>@host/"
    ),
    ("Authorization: Bearer abc.def-123", "Authorization: Bearer <secret-1>"),
    (
      #""authorization": "Basic dXNlcjpwYXNz", bearer a1b2c3d4e5"#,
      #""authorization": "Basic <secret-1>", bearer <secret-2>"#
    ),
    ("Cookie: sid=abc; theme=dark", "Cookie: <secret-1>"),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJl end", "jwt <secret-1> end"),
    ("signing with AKIAIOSFODNN7EXAMPLE", "signing with <secret-1>"),
    ("key=-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x", "key=<secret-1> x"),
    (
      "DB_PASSWORD=hunter22 <token>hunter22</token> password = hunter22)",
      "DB_PASSWORD=<secret-1> <token><secret-1></token> password = <secret-1>)"
    ),
  ])
  func isReplaced(text: String, expected: String) {
    #expect(redacted(text) == expected)
  }

  @Test(arguments: [
    "2026-11-23 06:50:48,123 INFO [api.access] [1f0c4a52b9d84f7f8e4e9d7b3a1c2d4e] done status=200 duration_ms=6.9 version=v1",
    "id=550e8400-e29b-41d4-a716-446655440000 and 12345678-1234-1234-1234-123456789012",
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "ts=2026-11-23T06:50:48.123456+01:00 at 1763880648123 and 1763880648123456789, 20261123065048",
    "[23/Nov/2026:06:50:48 +0100] \"GET /api/spots/7 HTTP/1.1\" 200 512",
    "app.log.2026-11-23_06-37-04.gz:1415 at foo(Bar.java:512)",
    "version=1.2.3.4 v1.2.3.4 \"version\": \"1.2.3.4\" Chrome/120.0.0.0 pip 24.0 swift 6.3.1",
    "took 12.3ms of 1.5s, 42 rows, 5551234567 bytes, total 123456789012",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 etag 9f86d081884c7d65",
    "std::string core::option::Option ::Foo a::b [::] 0.0.0.0:8080 255.255.255.255",
    "password=**** token=<redacted> secret=[FILTERED] pwd=${PWD} password: required, token: %(token)s",
    "PWD=/srv/parkapi OLDPWD=/srv/other tokens=512 hotel: 1234567",
    "bearer certificates are fine; basic authentication; cookie: expired",
    "lodash@4.17.21 Foo@1a2b3c @decorator 3-4-5 01/02/2026 12:30",
    "git 0123456789abcdef0123456789abcdef01234567 order 1234-5678-9012",
    "card 4111 1111 1111 1112, 4111111111111112, DE89370400440532013001",
  ])
  func stays(text: String) {
    #expect(redacted(text) == text)
  }

  @Test func aTokenIsNumberedByFirstAppearance() {
    let redactor = Redactor(RedactionRules())
    #expect(redactor.redacted("b@x.org 10.0.0.1 a@x.org") == "<email-1> <ip-1> <email-2>")
    #expect(redactor.redacted("A@X.ORG c@x.org 10.0.0.2") == "<email-2> <email-3> <ip-2>")
    // In the order of the text, though the patterns of secrets look one after another.
    #expect(
      redactor.redacted("eyJhbGciOiJI.eyJzdWIiOiJ0.c2lnbmF0 password=hunter22") == "<secret-1> password=<secret-2>")
    #expect(redactor.values.map(\.kind) == ["secret", "email", "ip"])
    #expect(redactor.values.map(\.values) == [2, 3, 2])
  }

  @Test func idsStayThoughTheirDigitsCouldBeACard() {
    let redactor = Redactor(RedactionRules())
    #expect(redactor.redacted(id: "4111111111111111") == "4111111111111111")
    #expect(redactor.redacted(id: "DE89370400440532013000") == "DE89370400440532013000")
    #expect(redactor.redacted(id: "ana@example.org") == "<email-1>")
  }

  @Test func theNameOfAFieldSaysWhatItsValueIs() {
    let redactor = Redactor(RedactionRules())
    #expect(redactor.redacted("hunter22", named: "password") == "<secret-1>")
    #expect(redactor.redacted("5551234567", named: "user_phone") == "<phone-1>")
    #expect(redactor.redacted("10.0.0.7:80", named: "client") == "<ip-1>:80")
    #expect(redactor.redacted("120.0.0.1", named: "version") == "120.0.0.1")
    #expect(redactor.redacted("hunter22", named: "theme") == "hunter22")
    #expect(redactor.redacted("two words", named: "db_password") == "<secret-2>")
    #expect(redactor.redacted(#"two "words""#, named: "theme") == #"two "words""#)
  }

  /// Tokens that stand in a log already, forged or not, are neither replaced nor a shelter for what stands around them.
  @Test func foundTokensAreLeftAlone() {
    #expect(
      redacted("<email-7> <ip-1>:80 <secret> password=<secret-2>") == "<email-7> <ip-1>:80 <secret> password=<secret-2>"
    )
    #expect(redacted("password=hunt<ip-1>er22") == "password=<secret-1>")
    #expect(redacted("<ana@example.org-1>") == "<<email-1>>")
  }

  @Test func whatIsGivenUpIsNotShown() throws {
    let file = try RedactionReader.read(Array(#"redactions: [{name: slow, pattern: '(?:a+)+$'}]"#.utf8), path: "r.yml")
    let redactor = Redactor(RedactionRules([file]))
    let text = String(repeating: "a", count: 40) + "! ana@example.org"
    #expect(redactor.redacted(text) == Redactor.notShown)
    #expect(redactor.redacted(Redactor.notShown) == Redactor.notShown)
    #expect(redactor.redacted("ana@example.org") == "<email-1>")
  }

  @Test func bytesThatAreNoTextStay() {
    let redactor = Redactor(RedactionRules())
    let text = [0xFF, 0x00] + Array("ana@example.org".utf8) + [0xC3, 0x28, 0xE2, 0x82]
    #expect(redactor.redacted(text) == [0xFF, 0x00] + Array("<email-1>".utf8) + [0xC3, 0x28, 0xE2, 0x82])
    #expect(redactor.redacted([UInt8]()) == [])
  }

  /// Long lines of what patterns look for, without an end that they could find.
  @Test(arguments: [
    "a", "1", "1.", "a@", "a:", "x://y:", "+1", "password=", "eyJ", "-----BEGIN PRIVATE KEY-----", "<ip-", "\\", "%40",
    "password=\"a", "password=\\\"", "cookie:", "eyJ-", "authorization: a=b, ", "(password=a b ",
    "name:password,value:", "hf_",
    "mysql -", "a,", "sshpass ",
  ])
  func aLongLineIsNoTrouble(part: String) {
    let text = String(repeating: part, count: 200_000 / part.utf8.count)
    let clock = ContinuousClock()
    var result = ""
    let time = clock.measure { result = redacted(text + " ana@example.org") }
    #expect(result == Redactor.notShown || !result.contains(" ana@"))
    #expect(time < .seconds(20))
  }
}
