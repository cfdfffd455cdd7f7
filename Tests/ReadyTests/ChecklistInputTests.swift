import Analysis
import Config
import Pipeline
import Testing

/// Mistakes in the YAML of a checklist: all at once, each at its line and column, with what to do about it.
struct ChecklistInputTests {
  private func problems(_ text: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try ChecklistReader.read(Array(text.utf8), path: "c.yml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private func refuse(_ text: String, _ expected: String..., place: SourceLocation = #_sourceLocation) {
    #expect(problems(text) == expected.map { "c.yml:" + $0 }, sourceLocation: place)
  }

  /// One item, whose check stands from column 10 of line 5.
  private func refuse(item: String, _ expected: String..., place: SourceLocation = #_sourceLocation) {
    let text = "sections:\n  - title: S\n    items:\n      - title: T\n        \(item)\n"
    #expect(problems(text) == expected.map { "c.yml:" + $0 }, sourceLocation: place)
  }

  @Test func noChecklist() {
    refuse("", "1:1: there is nothing in this file; skein ready --example prints a checklist to begin with")
    refuse("text\n", "1:1: a checklist is a mapping (key: value), not a text")
    refuse("name: c\n", "1:1: 'sections' is missing; write for example `sections: [{title: Tests, items: […]}]`")
    refuse("sections: [\n", "2:1: this is no YAML: did not find expected node content while parsing a flow node")
    refuse(
      "sections: [{title: S, items: [{title: T, manual: }]}]\n---\nname: d\n",
      "3:1: a file holds one checklist; put the other in its own")
  }

  /// Nothing is no pass.
  @Test func emptyLists() {
    refuse(
      "sections: []\n", "1:11: this list is empty, and nothing is no pass: a checklist has sections (- title: Tests)")
    refuse(
      "sections:\n  - title: S\n    items: []\n",
      "3:12: this list is empty, and nothing is no pass: a section has items (- title: Unit tests pass)")
    refuse("sections: none\n", "1:11: 'sections' is a list, not a text: a checklist has sections (- title: Tests)")
  }

  @Test func keys() {
    refuse(
      "nam: c\nsectoins: []\n",
      "1:1: 'sections' is missing; write for example `sections: [{title: Tests, items: […]}]`",
      "1:1: unknown key 'nam'; did you mean 'name'?",
      "2:1: unknown key 'sectoins'; did you mean 'sections'?")
    refuse(item: "rum: [make, test]", "5:9: unknown key 'rum'; did you mean 'run'?")
    refuse(
      item: "run: {comand: [make], withn: 5s}", "5:15: unknown key 'comand'; did you mean 'command'?",
      "5:31: unknown key 'withn'; did you mean 'within'?")
    refuse(
      item: "file: {pth: x, contians: y}", "5:16: unknown key 'pth'; did you mean 'path'?",
      "5:24: unknown key 'contians'; did you mean 'contains'?")
    refuse(item: "manual: {hwo: me}", "5:18: unknown key 'hwo'; did you mean 'who'?")
    refuse(item: "log: {expekt: requests > 1}", "5:15: unknown key 'expekt'; did you mean 'expect'?")
  }

  @Test func items() {
    refuse(
      item: "why: nothing",
      "4:9: this item checks nothing: give it one of run, file, manual, log (empty, it is unknown)")
    refuse(
      item: "run: [make]\n        file: x",
      "6:9: an item has one check, and 'file' is one more: make it an item of its own")
    refuse(
      "sections:\n  - title: S\n    items: [{title: T, manual: }, {title: t, manual: }, {manual: }, {title: ' ', manual: }]\n",
      "3:43: another item is called 't', on line 3: --only could not tell them apart",
      "3:57: 'title' is missing; write for example `title: Unit tests pass`", "3:77: a title is one line of text")
    refuse("sections: [{title: S, items: [x]}]\n", "1:31: an item is a mapping (key: value), not a text")
  }

  @Test func commands() {
    refuse(
      item: "run: make test",
      "5:14: a command is a list of words, and no shell reads it: [make, test] (or [sh, -c, '…'] for a shell)")
    refuse(item: "run: [[make]]", "5:15: a command is a list of words, as [pytest, -q]; this is a list")
    refuse(item: "run: ['', x]", "5:14: the command begins with an empty word; its first word is the program")
    refuse(item: "run: [\"a\\0b\"]", "5:15: a word of a command has no NUL in it")
    refuse(
      item: "run: {command: [make], exit: 300, within: 5, in: ''}",
      "5:38: 'exit' is the expected exit code, from 0 to 255",
      "5:51: this is a duration with its unit, as 60s or 5 min", "5:58: 'in' is a path; this is empty")
    refuse(item: "run: {command: [make], within: 25h}", "5:40: 'within' is at most 24h")
  }

  @Test func files() {
    refuse(
      item: "file: {path: x, mode: 9, newer_than: 3, not_empty: maybe}",
      "5:31: 'mode' is the permissions that it may have at most, in octal: 0600",
      "5:46: 'newer_than' is a duration with its unit, as 30s, 5m or 1h", "5:60: 'not_empty' is true or false")
    refuse(
      item: "file: {path: x, matches: '(', contains: ''}",
      "5:34: 'matches': missing closing parenthesis (at character 2 of the pattern)",
      "5:49: 'contains' is empty: every file has that in it")
    refuse(
      item: "file: {path: x, exists: false, not_empty: true}",
      "5:33: with 'exists: false' there is no file, and nothing else can be asked of it")
    refuse(item: "file: [x]", "5:15: 'file' (or a path alone) is a mapping (key: value), not a list")
  }

  @Test func signatures() {
    refuse(
      item: "manual: {who: me, when: yesterday, max_age: long}",
      "5:33: 'when' is a day or a time: 2026-11-23, or 2026-11-23T06:50:00Z",
      "5:53: 'max_age' is a duration with its unit, as 30s, 5m or 1h")
    refuse(item: "manual: Ada", "5:17: 'manual' is a mapping (key: value), not a text")
  }

  @Test func logs() {
    refuse(
      item: "log: error_rat < 2 %", "5:14: nothing is measured by the name 'error_rat'; did you mean 'error_rate'?")
    refuse(item: "log: 'p95 < 300'", "5:21: '300' is no limit of p95; write for example 300 ms")
    refuse(
      item: "log: {expect: [requests > 1, p95 from baseline < 1s]}",
      "5:38: there are no named spans here: write times in place of 'baseline', as \(MeasureSpan.examples)")
    refuse(
      item: "log: {expect: requests > 1, gate: g.yml}", "5:23: 'expect' and 'gate' are two checks: make them two items")
    refuse(
      item: "log: {expect: requests > 1, rollback: 5m}",
      "5:47: 'rollback' is measured from the fail of a gate: give 'gate', with a 'version_field' in it")
    refuse(
      item: "log: {expect: requests > 1, from: 2026-11-23}",
      "5:43: 'from' says when a gate began; a figure has its span in it: `error_rate from FROM..TO < 2 %`")
    refuse(
      item: "log: {gate: g.yml, from: noon, rollback: soon, min_requests: 5}",
      "5:34: 'from' is a time, as 2026-11-23T06:50:00Z", "5:50: this is a duration with its unit, as 60s or 5 min",
      "5:70: a gate has its own 'min_requests', in its file")
    refuse(
      item: "log: {expect: requests > 1, min_requests: 0, logs: '-'}",
      "5:51: 'min_requests' is a whole number from 1 to 1000000000",
      "5:60: 'logs' names files; standard input is given on the command line: skein ready LIST -")
  }

  /// What is not filled in is read as such.
  @Test func whatIsEmptyIsUnknown() throws {
    let text = """
      sections:
        - title: S
          items:
            - {title: a, run: }
            - {title: b, run: []}
            - {title: c, run: {command: , within: 5 min}}
            - {title: d, file: }
            - {title: e, file: {path: , mode: 0600}}
            - {title: f, manual: }
            - {title: g, manual: {who: , when: }}
            - {title: h, log: }
            - {title: i, log: {expect: , logs: x}}
            - {title: j, log: {gate: , rollback: , from: }}
      """
    let list = try ChecklistReader.read(Array(text.utf8), path: "c.yml")
    #expect(list.name == "c" && list.items.count == 10)
    for item in list.items {
      switch item.check {
      case .run(nil), .file(nil), .log(nil): break
      case .manual(let check): #expect(check.who == nil && check.when == nil)
      default: Issue.record("\(item.title) is filled in")
      }
    }
  }

  @Test func whatIsReadOfEachKind() throws {
    let text = """
      logs: app.log
      sections:
        - title: S
          items:
            - {title: a, run: ./check.sh}
            - {title: b, run: {command: [make, test], exit: 2, within: 5 min, in: sub}}
            - {title: c, log: {gate: g.yml, rollback: within 5 min, from: 2026-11-23T06:49:05Z}}
      """
    let list = try ChecklistReader.read(Array(text.utf8), path: "c.yml")
    #expect(list.logs == ["app.log"])
    guard case .run(let a) = list.items[0].check, case .run(let b) = list.items[1].check,
      case .log(let log) = list.items[2].check, case .gate("g.yml", _, _, let rollback) = log?.question
    else {
      Issue.record("another kind")
      return
    }
    #expect(a == CommandCheck(words: ["./check.sh"]))
    #expect(b == CommandCheck(words: ["make", "test"], folder: "sub", exitCode: 2, limit: 300_000_000_000))
    #expect(rollback == 300_000_000_000 && log?.from == 1_795_416_545_000_000_000)
  }
}
