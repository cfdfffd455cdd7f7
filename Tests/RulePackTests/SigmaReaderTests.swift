import Testing
import TraceCore

@testable import RulePack

/// What a Sigma document says about its rule, and what is refused.
struct SigmaReaderTests {
  @Test func metadata() throws {
    let rule = try #require(
      try SigmaSample.rules(
        """
        title: Requests for {dotfiles}
        id: 0E95725D-7320-415d-80f7-004da920fc11
        name: dotfiles
        status: test
        description: Somebody looks for them.
        references: [a book, 'https://example.org/dotfiles']
        author: nobody
        custom: {any: thing}
        logsource: {category: webserver, definition: the access log}
        detection:
          selection: {cs-uri-stem|contains: '/.'}
          condition: selection
        fields: [c-ip, cs-uri-query]
        falsepositives: [scanners of one's own]
        level: medium
        tags: [attack.t1190]
        """
      ).first)
    #expect(rule.id == "0e95725d-7320-415d-80f7-004da920fc11" && rule.name == "dotfiles" && rule.pack == "sigma")
    #expect(rule.severity == .p2 && rule.status == .experimental && rule.runbook == "https://example.org/dotfiles")
    #expect(rule.tags == ["attack.t1190"] && rule.falsePositives == ["scanners of one's own"])
    #expect(rule.message?.filled { "<\($0)>" } == "Requests for {dotfiles}: c-ip=<remote_addr>, cs-uri-query=<path>")
    #expect(rule.samples.hits.isEmpty && rule.line == 1)
  }

  @Test(arguments: [("critical", "P1"), ("high", "P1"), ("medium", "P2"), ("low", "P3"), ("informational", "P3")])
  func levels(level: String, severity: String) throws {
    let rules = try SigmaSample.rules(
      SigmaSample.document("  a: {b: c}\n  condition: a") + "level: \(level)\nstatus: stable\n")
    #expect(rules.map(\.severity.name) == [severity] && rules.map(\.status) == [.stable])
    // Without an id the title makes one.
    #expect(rules.map(\.id) == ["a-rule"])
  }

  @Test func severalDocumentsWithACorrelation() throws {
    var rules = try SigmaSample.rules(
      """
      title: A login failed
      name: login_failed
      id: 11111111-0000-0000-0000-000000000000
      logsource: {category: webserver}
      detection:
        selection: {cs-uri-stem: /login, sc-status: 401}
        condition: selection
      ---
      title: Many logins failed
      level: high
      correlation:
        type: event_count
        rules: [login_failed]
        group-by: [c-ip, who]
        timespan: 5m
        condition: {gte: 10}
        generate: true
        aliases:
          who:
            login_failed: cs-username
      """)
    RuleNames.resolve(&rules)
    #expect(rules.map(\.id) == ["11111111-0000-0000-0000-000000000000", "many-logins-failed"])
    guard case .correlation(let condition) = rules[1].condition else {
      Issue.record("no correlation")
      return
    }
    #expect(condition.rules == [rules[0].id] && condition.groupBy == ["remote_addr", "who"] && condition.generate)
    #expect(condition.aliases == [rules[0].id: ["who": "remote_user"]] && rules[1].severity == .p1)
  }

  @Test func allThatIsWrongIsTold() {
    let text =
      SigmaSample.document("  a: {b: c}\n  condition: a") + "---\n"
      + SigmaSample.document("  a:\n    b|contians: c\n    d|base64: e\n  condition: a") + "---\n"
      + SigmaSample.document("  a: {b: c}\n  condition: a | count() by x > 5", category: "process_creation")
    let problems = SigmaSample.problems(text)
    #expect(problems.count == 4, "\(problems)")
    #expect(problems[0].hasPrefix("sigma.yml:13:5: there is no modifier 'contians'; did you mean 'contains'?"))
    #expect(problems[1].hasPrefix("sigma.yml:14:5: the modifier 'base64' is not read: "))
    #expect(
      problems[2].hasPrefix("sigma.yml:19:3: logsource category process_creation: skein reads application and web logs")
    )
    #expect(problems[3].hasPrefix("sigma.yml:22:14: 'condition': what comes after | (count, near, …) is not supported"))
  }

  @Test(arguments: [
    ("  a: {b: c}\n  condition: selektion", "'condition': there is no search 'selektion'; there is a"),
    (
      "  selection: {b: c}\n  condition: selektion",
      "'condition': there is no search 'selektion'; did you mean 'selection'?"
    ),
    ("  a: {b: c}\n  condition: a and", "'condition': a search is missing at the end of the condition"),
    ("  a: {b: c}\n  condition: (a", "'condition': a ( is never closed"),
    ("  a: {b: c}\n  condition: a)", "'condition': this ) closes nothing"),
    ("  a: {b: c}\n  condition: a a", "'condition': `and` or `or` is missing before 'a'"),
    ("  a: {b: c}\n  condition: 2 of a*", "'condition': '2 of' is not read; there is `1 of` and `all of`"),
    ("  a: {b: c}\n  condition: 1 of x*", "'condition': no search fits 'x*'; there is a"),
    (
      "  a: {b: c}\n  condition: a near b",
      "'condition': 'near' is not read: write a correlation document of type temporal"
    ),
    ("  a: {b: c}\n  timeframe: 5m\n  condition: a", "'timeframe' is of old rules that count"),
    ("  condition: a", "'detection' has no search"),
    ("  a: {b: c}", "'condition' is missing"),
    ("  a: {b: {c: d}}\n  condition: a", "'b' is compared with a value or a list of values, not with a mapping"),
    ("  a: {b: []}\n  condition: a", "'b' is compared with nothing"),
    ("  a: []\n  condition: a", "'a' is empty"), ("  a: {}\n  condition: a", "'a' is empty"),
    ("  a: [[b]]\n  condition: a", "'a' is a list of texts or of mappings; this is a list"),
    ("  a: {b|re|contains: c}\n  condition: a", "'re' and 'contains' do not go together"),
    ("  a: {b|i: c}\n  condition: a", "'i' is a flag of a regular expression"),
    ("  a: {b|re: '(c'}\n  condition: a", "this regular expression is not valid"),
    ("  a: {b|gt: c}\n  condition: a", "a number is needed here, not 'c'"),
    ("  a: {b|exists: c}\n  condition: a", "'exists' is true or false"),
    ("  a: {b|cidr: 10.0.0.0}\n  condition: a", "'10.0.0.0' is no network"),
    ("  a: {b|contains: null}\n  condition: a", "null takes no 'contains'"),
    ("  a: {b|fieldref: c}\n  condition: a", "the modifier 'fieldref' is not read"),
    ("  a: {sc-status: 20}\n  condition: a", "'sc-status' is a number of 100 to 999: it is never 20"),
    ("  a: {sc-status: ok*}\n  condition: a", "'sc-status' is a number of 100 to 999: no such number"),
    ("  a: {cs-uri-stem|re: x}\n  condition: a", "'cs-uri-stem' takes no regular expression"),
    ("  a: {level: loud}\n  condition: a", "'level' is compared with trace, debug, info"),
    ("  a: {cs-method|gt: 5}\n  condition: a", "'cs-method' is a text and has no order with a number"),
    ("  a: ['*']\n  condition: a", "this keyword is found in every record"),
    ("  a: {'|re': 'x*'}\n  condition: a", "'detection': its keywords are found in every record"),
    ("  a: {'|startswith': x}\n  condition: a", "keywords take no 'startswith'"),
  ])
  func refused(detection: String, message: String) {
    let problems = SigmaSample.problems(SigmaSample.document(detection))
    #expect(problems.count == 1 && problems[0].contains(message), "\(problems)")
  }

  @Test(arguments: [
    ("status: deprecated", "the rule is deprecated"), ("status: unsupported", "the rule is unsupported"),
    ("level: loud", "'level' is informational, low"), ("taxonomy: ecs", "the taxonomy 'ecs' is not known"),
    ("action: global", "'action' (collections of old rules) is not read"),
    ("filter: {rules: any}", "Sigma filters are not read"),
    ("correlation: {type: value_avg}", "correlations of type value_avg are not read"),
  ])
  func refusedAboutTheRule(line: String, message: String) {
    let problems = SigmaSample.problems(
      "title: x\n\(line)\nlogsource: {category: proxy}\n"
        + (line.hasPrefix("c") ? "" : "detection: {a: {b: c}, condition: a}\n"))
    #expect(problems.count == 1 && problems[0].contains(message), "\(problems)")
  }

  @Test(arguments: [
    ("{category: application, product: django}", true), ("{category: proxy}", true), ("{service: apache}", true),
    ("{product: kubernetes, service: audit}", true), ("{category: process_creation, product: windows}", false),
    ("{product: windows, service: security}", false), ("{service: sshd}", false), ("{definition: x}", false),
  ])
  func logSources(source: String, isRead: Bool) {
    let problems = SigmaSample.problems("title: x\nlogsource: \(source)\ndetection: {a: {b: c}, condition: a}\n")
    #expect(problems.isEmpty == isRead, "\(problems)")
  }
}
