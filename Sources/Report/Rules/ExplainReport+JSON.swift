package import RulePack
internal import TraceCore

extension ExplainReport {
  /// Schema `skein.explain/1`. Places are bytes of the text, from 0.
  package static func json(
    _ explanation: RuleExplanation, findings: [Finding], pretty: Bool, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("rule", explanation.rule.id)
      json.member("severity", explanation.rule.severity.name)
      json.member("kind", RulesReport.kind(explanation.rule))
      json.array("findings", of: findings) { $0.string(ScanReport.message($1)) }
      json.array("records", of: explanation.records) { record($1, &$0) }
      json.endObject()
    }
  }

  private static func record(_ record: RuleExplanation.Record, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("line", record.line)
    json.member("lines", record.lineCount)
    json.member("layout", record.layout)
    json.object("fields") { json in for (name, value) in record.fields { json.member(name, value) } }
    json.array("parts", of: record.parts) { part($1, &$0) }
    json.endObject()
  }

  private static func part(_ part: RuleExplanation.Part, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("part", part.name)
    json.member("holds", part.holds)
    json.member("missing_field", part.missingField)
    json.array("texts", of: part.texts) { text($1, &$0) }
    json.key("where")
    if let condition = part.condition {
      json.beginObject()
      json.member("expression", condition.source)
      json.member("truth", name(condition.truth))
      json.array("checks", of: condition.checks) { json, check in
        json.beginObject()
        json.member("check", check.text)
        json.member("field", check.field)
        json.member("value", check.value)
        json.member("truth", name(check.truth))
        json.endObject()
      }
      json.endObject()
    } else {
      json.null()
    }
    json.endObject()
  }

  private static func text(_ text: RuleExplanation.Text, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("on", text.what)
    json.key("text")
    json.string(decoding: text.bytes)
    json.member("holds", text.holds)
    json.array("keywords", of: text.keywords) { json, keyword in
      json.beginObject()
      json.member("keyword", keyword.word)
      json.member("found", keyword.isFound)
      json.endObject()
    }
    json.key("pattern")
    if let pattern = text.pattern { self.pattern(pattern, text.bytes, &json) } else { json.null() }
    json.endObject()
  }

  private static func pattern(_ pattern: RuleExplanation.Pattern, _ bytes: [UInt8], _ json: inout JSONWriter) {
    json.beginObject()
    json.member("pattern", pattern.source)
    switch pattern.outcome {
    case .match(let start, let end):
      json.member("outcome", "match")
      json.member("start", start)
      json.member("end", end)
    case .limit: json.member("outcome", "given_up")
    case .noMatch(let reach):
      json.member("outcome", "no_match")
      json.member("matches_up_to", reach.matched?.pattern)
      json.member("and_not", reach.matched?.rest)
      json.member("start", reach.matched.map { Int64($0.start) })
      json.member("end", reach.matched.map { Int64($0.end) })
      json.array("missing", of: reach.missing) { $0.string($1) }
    }
    json.array("captures", of: pattern.captures) { json, capture in
      json.beginObject()
      json.member("name", capture.name)
      json.key("value")
      json.string(decoding: bytes[capture.start..<capture.end])
      json.endObject()
    }
    json.endObject()
  }
}
