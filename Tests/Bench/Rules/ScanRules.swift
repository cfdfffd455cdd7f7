internal import Foundation

/// The rules that `skein scan` and ripgrep are timed with: patterns that mean the same to PCRE2 and to ripgrep's engine.
///
/// They are about what services write when they fail; four of the first thirty hit something in the generated log, on first
/// lines and on lines of tracebacks. None looks at the header of a line: a rule sees the message and each line behind it,
/// ripgrep whole lines.
struct ScanRules {
  let patterns: [String]

  /// How many the comparison with ripgrep is about.
  static let usualCount = 30
  /// How many the growth is shown for.
  static let counts = [1, 3, 10, usualCount, 100, 300]

  static let usual = ScanRules(first: usualCount)

  /// The first `count` of all.
  init(first count: Int) { patterns = Array(Self.all.prefix(count)) }

  /// Thirty, and then those nine times with other literals: 300, all different.
  static let all: [String] =
    usualPatterns
    + (0..<words.count).flatMap { turn in
      variations.map { $0.text.replacing("%", with: $0.words?[turn] ?? words[turn]) }
    }

  private static let usualPatterns = [
    #"Traceback \(most recent call last\)"#,
    #"QueuePool limit of size \d+ overflow \d+ reached"#,
    #"pool exhausted"#,
    #"(?i)connection (refused|reset|aborted|timed out)"#,
    #"(?i)\btime(d)?[ -]?out\b"#,
    #"OperationalError|InterfaceError"#,
    #"deadlock detected"#,
    #"too many connections"#,
    #"remaining connection slots are reserved"#,
    #"could not connect to server"#,
    #"server closed the connection unexpectedly"#,
    #"Task exception was never retrieved"#,
    #"coroutine '.+' was never awaited"#,
    #"Worker \(pid:\d+\) was sent SIG(KILL|TERM)"#,
    #"\[CRITICAL\] WORKER TIMEOUT"#,
    #"MaxRetryError|Max retries exceeded"#,
    #"(?i)out of memory|oom-kill|Cannot allocate memory"#,
    #"Too many open files"#,
    #"No space left on device"#,
    #"certificate verify failed|certificate has expired"#,
    #"Name or service not known|Temporary failure in name resolution"#,
    #"upstream (timed out|prematurely closed connection)"#,
    #"SSL_ERROR_[A-Z_]+"#,
    #"(?i)(union\s+select|or\s+1\s*=\s*1)"#,
    #"\.\./\.\./"#,
    #"(?i)(password|secret|api[_-]?key)\s*[=:]\s*\S+"#,
    #"AKIA[0-9A-Z]{16}"#,
    #"status=5\d\d"#,
    #"retry_in_ms=\d+"#,
    #"duration_ms=\d{4,}"#,
  ]

  private static let words = ["redis", "kafka", "rabbitmq", "mysql", "mongodb", "cassandra", "etcd", "consul", "vault"]

  /// A pattern with a place for a word.
  private struct Variation {
    var text: String
    /// Instead of `words`; as many.
    var words: [String]?
    init(_ text: String, _ words: [String]? = nil) {
      self.text = text
      self.words = words
    }
  }

  private static let variations = [
    Variation(#"% traceback \(most recent call last\)"#),
    Variation(#"%Pool limit of size \d+ overflow \d+ reached"#),
    Variation(#"% pool exhausted"#),
    Variation(#"(?i)% connection (refused|reset|aborted|timed out)"#),
    Variation(#"(?i)\b% time(d)?[ -]?out\b"#),
    Variation(#"%(OperationalError|InterfaceError)"#),
    Variation(#"% deadlock detected"#),
    Variation(#"too many % connections"#),
    Variation(#"remaining % connection slots are reserved"#),
    Variation(#"could not connect to %"#),
    Variation(#"% closed the connection unexpectedly"#),
    Variation(#"% task exception was never retrieved"#),
    Variation(#"coroutine '%.+' was never awaited"#),
    Variation(#"% worker \(pid:\d+\) was sent SIG(KILL|TERM)"#),
    Variation(#"\[CRITICAL\] % TIMEOUT"#),
    Variation(#"%RetryError|Max % retries exceeded"#),
    Variation(#"(?i)% out of memory|% oom-kill|% cannot allocate memory"#),
    Variation(#"Too many open % files"#),
    Variation(#"No space left on % device"#),
    Variation(#"% certificate verify failed|% certificate has expired"#),
    Variation(#"% name or service not known|Temporary failure in % resolution"#),
    Variation(#"% upstream (timed out|prematurely closed connection)"#),
    Variation(#"%_ERROR_[A-Z_]+"#),
    Variation(#"(?i)(%\s+select|%\s+1\s*=\s*1)"#),
    Variation(#"\.\./%/\.\./"#),
    Variation(#"(?i)%_(password|secret|api[_-]?key)\s*[=:]\s*\S+"#),
    Variation(#"%[0-9A-Z]{16}"#),
    Variation(#"status=4%"#, ["00", "01", "03", "04", "09", "10", "22", "29", "99"]),
    Variation(#"%_retry_in_ms=\d+"#),
    Variation(#"duration_ms=%\d{3}\."#, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
  ]

  // MARK: Files

  /// What the rule of a pattern is called.
  static func id(_ index: Int) -> String {
    let digits = String(index + 1)
    return "p" + String(repeating: "0", count: max(3 - digits.count, 0)) + digits
  }

  private var name: String { "rules-\(patterns.count)" }

  /// The rules as a pack: one a pattern, about the record's text.
  var pack: String {
    let rules = patterns.enumerated().map { index, pattern in
      """
        - id: \(Self.id(index))
          title: \(Self.id(index))
          severity: P2
          status: stable
          pattern: '\(pattern.replacing("'", with: "''"))'
          samples: {hit: [x], miss: [y]}

      """
    }
    return "pack: \(name)\ntitle: \(patterns.count) patterns\nrules:\n" + rules.joined()
  }

  /// Writes the pack, for skein; returns its path.
  func writePack(in bench: Workbench) throws -> String { try bench.script("\(name).yml", pack) }

  /// Writes the patterns, one a line, for ripgrep; returns the path.
  func writePatterns(in bench: Workbench) throws -> String {
    try bench.script("\(name).txt", patterns.map { $0 + "\n" }.joined())
  }
}
