import Analysis
import Report
import RulePack
import TraceCore

/// A document with text of a hostile log in every place that text can reach.
enum HostileIncident {
  static let texts = [
    "</script><img src=x onerror=alert(1)>", "\"><svg onload=\"alert(1)\">", "' onmouseover='alert(1)", "a|b\\|c\\",
    "```\n# heading\n````", "`x` `` y", "\u{202E}gpj.exe\u{2066}", "nul\u{0}byte", "lone\rCR and\r\nboth",
    "@someone #12 !34",
    "[x](http://evil.example) ![i](http://evil.example/i.png) <http://evil.example> www.evil.example",
    "<!-- --> ]]> &amp; &#60;", "-->", "</title></style></svg></pre></details>", "\u{1B}]8;;http://evil.example\u{7}x",
    "- item", "1. item", "=== ---", "\u{FFFE}\u{FFFF}\u{2028}\u{2029}\u{85}", "", "   ", "javascript:alert(1)",
    String(repeating: "long ", count: 500),
  ]

  static func document() throws -> IncidentDocument {
    let all = texts.joined(separator: " ")
    let time = IncidentSamples.onset
    var document = IncidentSamples.small()
    (document.title, document.method, document.notes) = (all, all, texts)
    document.timeline += texts.enumerated().map { i, text in
      .init(
        time: time + Int64(i) * 300_000_000, kind: [.mark, .release, .verdict, .finding][i % 4], text: text,
        place: .init(path: text, line: i, hash: text))
    }
    document.timeline.append(.init(time: EventTime.none, kind: .mark, text: all))
    document.timeline.sort { ($0.time, $0.text) < ($1.time, $1.text) }
    for i in document.segments.indices {
      document.segments[i].routes = texts.map { text in
        var group = document.segments[i].total
        group.name = text
        return group
      }
    }
    document.audience = texts.map { .init(field: $0, affected: 3, all: 9, isEstimate: true) }
    document.findings = try ScanSamples.hostileFindings()
    document.findingPlaces = texts.map { .init(path: $0, line: 1, hash: $0) }
    document.templates = texts.map { text in
      TemplateShift(
        template: TemplateCounts(
          id: text, text: text, level: text, counts: [0, 4, 1], first: time, path: text, line: 1, example: text),
        kind: .new, rateA: 0, rateB: .infinity, p: .nan, q: 0)
    }
    document.contrasts = [
      Contrast(
        inside: all, outside: all, insideRequests: 5, outsideRequests: 9,
        rows: texts.map { text in
          .init(
            count: .init(
              fact: .init(kind: text.count % 2 == 0 ? .field : .template, name: text, value: text), inside: 4,
              outside: 1),
            shareInside: 0.8, shareOutside: 0.1, difference: Interval(lower: -0.2, value: 0.7, upper: 0.9), p: 0, q: 0)
        }, compared: 40, leftOut: texts)
    ]
    document.exemplars = [exemplar(all)] + texts.prefix(3).map(exemplar)
    document.stacks = texts.map { text in
      StackGroup(
        cause: text, outermost: text, message: text, frame: text, count: 2, first: time, last: EventTime.none,
        path: text,
        line: 7, text: text + "\n" + text)
    }
    document.candidates = texts.map { .init(kind: .finding, text: $0, evidence: texts) }
    document.commands = texts.map { .init(purpose: $0, command: $0) }
    document.redacted = texts.map { ($0, 1) }
    document.ledger = WidthTests.hostileLedger()
    return document
  }

  private static func exemplar(_ text: String) -> IncidentDocument.Exemplar {
    let time = IncidentSamples.onset
    var trace = Samples.trace()
    (trace.id, trace.route, trace.start) = (text, text, time)
    let records = texts.enumerated().map { i, text in
      EvidenceRecord(
        time: time + Int64(i) * 10_000_000, level: [.info, .warning, .error][i % 3], logger: text, message: text,
        text: Array(text.utf8) + [0xFF, 0xC0], path: text, line: i, step: Int64(i) * 1_000_000, role: .plain)
    }
    return .init(reason: text, trace: trace, records: records, place: .init(path: text, line: 1, hash: text))
  }
}
