import Patterns
import RulePack
import Testing

struct BacktrackProbeTests {
  @Test(arguments: [
    ("(a+)+$", BacktrackProbe.Growth.exponential), ("^(a|a)*$", .exponential), ("^(a|aa)+$", .exponential),
    ("(.*a){12}", .exponential), (#"^(\w+\s?)*$"#, .exponential), (#"(?:\d+,?)+x"#, .exponential),
    (#"key=(\w*)*;"#, .exponential), (#"^"(?:[^"]+|\\.)*"$"#, .exponential),
    (#"\s*,\s*\s*x"#, .quadratic), (#",\s+\s+x"#, .quadratic), (#"took\s+(.+)\s+ms"#, .cubic),
    (#"^\w*\w*\w*!"#, .cubic), (#"^(?:a.*;)*x"#, .exponential),
    (#"a.*b.*c.*d.*e.*f.*g"#, .exponential),
  ])
  func findsWhatBacktracks(_ pattern: String, _ growth: BacktrackProbe.Growth) throws {
    let report = try #require(BacktrackProbe.report(pattern))
    #expect(report.isBad)
    #expect(report.growth == growth, "\(report)")
    #expect(report.bytes <= BacktrackProbe.longestText)
  }

  /// What it says does happen: a scan gives the pattern up on that text, and not on one that is shorter by a pump.
  @Test(arguments: ["(a+)+$", #"^(\w+\s?)*$"#, #"took\s+(.+)\s+ms"#])
  func theTextReachesTheLimit(_ pattern: String) throws {
    let report = try #require(BacktrackProbe.report(pattern))
    let bytes = try #require(report.givenUpAt)
    #expect(report.sentence.contains("given up at \(bytes) bytes"))
    let regex = try Regex(pattern)
    let pumps = (bytes - report.prefix.utf8.count - report.suffix.utf8.count) / report.pump.utf8.count
    for (count, isGivenUp) in [(pumps, true), (pumps - 1, false)] {
      let text = Array((report.prefix + String(repeating: report.pump, count: count) + report.suffix).utf8)
      let result = regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: MatchScratch())
      #expect((result == .limitReached) == isGivenUp)
    }
  }

  @Test(arguments: [
    #"QueuePool limit of size (?<size>\d+) overflow (?<overflow>\d+) reached"#,
    #"connection to (?<host>\S+):(?<port>\d+) (refused|timed out) after (?<ms>[\d.]+) ?ms"#,
    #"^Traceback \(most recent call last\):$"#, #"(?i)out of memory|oom-?kill(er|ed)?"#,
    #"^(?<type>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)): (?<text>.*)"#,
    #"\b(?:\d{1,3}\.){3}\d{1,3}\b"#, #"user=(?<user>[^ ]+) .* status=5\d\d"#, #"error: .* failed: .* in \d+ ms"#,
    #"\[(?<worker>\w+)\]\s+.*error.*code=(?<code>\d+)"#, #"^\s*at [\w.$<>]+\([\w.]+:\d+\)$"#,
    #"(?:[A-Za-z0-9+/]{4})+={0,2}$"#, #"\bAKIA[0-9A-Z]{16}\b"#, #"eyJ[\w-]+\.[\w-]+\.[\w-]+"#,
    #""(?:[^"\\]|\\.)*""#, #"(?:GET|POST|PUT) (?<path>\S+) HTTP/\d(?:\.\d)?" 5\d\d"#,
    #"took (?:\d+h)?(?:\d+m)?(?:[\d.]+s)"#, #"postgres(?:ql)?://[^:\s]+:(?<secret>[^@\s]+)@"#,
    #"(?<key>[\w.-]+)\s*[:=]\s*(?<value>\S+)"#, #"(a++)+$"#, #"(?>a+)+$"#, "", "(", #"^(\S+ ){3}\d+$"#,
  ])
  func passesOverUsualPatterns(_ pattern: String) {
    let report = BacktrackProbe.report(pattern)
    #expect(report?.isBad != true, "\(report as Any)")
  }

  @Test func saysTheSameEachTime() {
    #expect(BacktrackProbe.report(#"^(\w+\s?)*$"#) == BacktrackProbe.report(#"^(\w+\s?)*$"#))
  }
}
