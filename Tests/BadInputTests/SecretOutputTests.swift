import TestKit
import Testing

/// Secrets of the log are in no output of a scan.
struct SecretOutputTests {
  private static let secrets = ["hunter22", "AKIAIOSFODNN7EXAMPLE", "c2lnbmF0dXJl", "0a1b2c3d4e5f"]

  private static let rules = #"""
    pack: p
    rules:
      - id: everything
        title: t
        severity: P1
        pattern: '(?<all>.+)'
        message: 'said {all} by {password} {token}'
        group-by: [all, password]
        samples: {hit: [x], miss: ['']}
      - id: burst
        title: t
        severity: P1
        correlation: {type: event_count, rules: [everything], group-by: [password], timespan: 1m, condition: {gte: 1}}
        generate: true
        message: '{password} came {count} times'
        samples: {hit: [x], miss: ['']}
    """#

  private static let log =
    "2026-11-23 06:50:48,123 DEBUG [users] [r1] new user name=ana password=hunter22\n"
    + "2026-11-23 06:50:48,124 DEBUG [s3] [r1] signing with AKIAIOSFODNN7EXAMPLE\n"
    + "  and AKIAIOSFODNN7EXAMPLE\n"
    + "2026-11-23 06:50:48,125 DEBUG [c] [AKIAIOSFODNN7EXAMPLE] sent Authorization: Bearer 0a1b2c3d4e5f60718293\n"
    + #"{"ts": "2026-11-23T06:50:48.126Z", "level": "debug", "msg": "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJlLWZvci10ZXN0"}"#
    + "\n" + #"{"ts": "2026-11-23T06:50:48.127Z", "level": "debug", "msg": "login", "password": "hunter22"}"# + "\n"

  @Test(arguments: [["--full"], ["--json"], ["--format", "sarif"], []]) func inNoFormat(options: [String]) throws {
    let folder = try TemporaryFolder()
    let rules = try folder.file("r.yml", Self.rules)
    let log = try folder.file("app.log", Self.log)
    let result = try Command.run(["scan", "--rules", rules, log] + options)
    #expect(result.status == 0, "\(result.errors)")
    for name in ["everything", "secret-api-key", "secret-password", "secret-credentials", "burst"] where options != [] {
      #expect(result.text.contains(name), "\(name)")
    }
    #expect(result.text.contains("secret>"))
    for secret in Self.secrets { #expect(!result.text.contains(secret), "\(secret) in \(result.text)") }
  }
}
