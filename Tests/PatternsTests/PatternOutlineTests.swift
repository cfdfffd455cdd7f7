import Testing

@testable import Patterns

struct PatternOutlineTests {
  static func literals(_ pattern: String, _ options: PatternOptions = []) -> [String]? {
    PatternOutline(pattern, options: options).requiredLiterals?.literals.map {
      ($0.isCaseless ? "~" : "") + String(decoding: $0.bytes, as: UTF8.self)
    }
  }
  @Test func show() {
    for p in ["(?i)\\btime(d)?[ -]?out\\b", "OperationalError|InterfaceError", "(?i)(password|secret|api[_-]?key)\\s*[=:]\\s*\\S+", "(?i)(union\\s+select|or\\s+1\\s*=\\s*1)", "duration_ms=\\d{4,}", "coroutine '.+' was never awaited", "SSL_ERROR_[A-Z_]+", "[^a]ö{2}x", "^x*$", "(?i)connection (refused|reset|aborted|timed out)", "Worker \\(pid:\\d+\\) was sent SIG(KILL|TERM)", "(a{30}b){40}c{1000}foo"] {
      let o = PatternOutline(p)
      print(p, Self.literals(p) as Any, o.requiredLiterals?.rarity as Any, o.rarity, o.byteExpression() as Any)
    }
  }
}
