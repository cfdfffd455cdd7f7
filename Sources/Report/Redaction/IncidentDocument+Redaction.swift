internal import Analysis
package import RulePack
internal import TraceCore

extension IncidentDocument {
  /// The document with every text that comes from the log redacted, in the order in which a reader meets them, so that
  /// tokens are numbered in that order. Request ids, paths of files and numbers are no such texts.
  package func redacted(by redactor: Redactor) -> IncidentDocument {
    let redact = { (text: String) in redactor.redacted(text) }
    var copy = self
    copy.method = redact(copy.method)
    if let routes = span?.routes { copy.span?.routes = routes.map(redact) }
    for index in copy.timeline.indices { copy.timeline[index].text = redact(copy.timeline[index].text) }
    for index in copy.segments.indices {
      for route in copy.segments[index].routes.indices {
        copy.segments[index].routes[route].name = redact(copy.segments[index].routes[route].name)
      }
    }
    for index in copy.candidates.indices {
      copy.candidates[index].text = redact(copy.candidates[index].text)
      copy.candidates[index].evidence = copy.candidates[index].evidence.map(redact)
      copy.candidates[index].cause = copy.candidates[index].cause?.redacted { Contrast.redacted($0, by: redactor) }
    }
    copy.findings = copy.findings?.redacted(by: redactor)
    copy.templates = copy.templates.map { $0.redacted(redact) }
    copy.contrasts = copy.contrasts.map { $0.redacted(by: redactor) }
    for index in copy.exemplars.indices {
      copy.exemplars[index].reason = redact(copy.exemplars[index].reason)
      copy.exemplars[index].trace.route = copy.exemplars[index].trace.route.map(redact)
      for record in copy.exemplars[index].records.indices {
        let text = String(decoding: copy.exemplars[index].records[record].text, as: UTF8.self)
        copy.exemplars[index].records[record].message = redact(copy.exemplars[index].records[record].message)
        copy.exemplars[index].records[record].text = Array(redact(text).utf8)
      }
    }
    for index in copy.stacks.indices {
      copy.stacks[index].message = redact(copy.stacks[index].message)
      copy.stacks[index].text = redact(copy.stacks[index].text)
    }
    copy.notes = copy.notes.map(redact)
    for index in copy.commands.indices {
      copy.commands[index].purpose = redact(copy.commands[index].purpose)
    }
    copy.redacted = redactor.values
    return copy
  }
}

extension DiffDocument {
  /// The document with every text that comes from the log redacted, in the order in which a reader meets them.
  package func redacted(by redactor: Redactor) -> DiffDocument {
    let redact = { (text: String) in redactor.redacted(text) }
    var copy = self
    for index in copy.routes.indices { copy.routes[index].route = redact(copy.routes[index].route) }
    copy.templates = copy.templates.map { $0.redacted(redact) }
    copy.contrasts = copy.contrasts.map { $0.redacted(by: redactor) }
    copy.notes = copy.notes.map(redact)
    return copy
  }
}

extension TemplateShift {
  fileprivate func redacted(_ redact: (String) -> String) -> TemplateShift {
    var copy = self
    copy.template.text = redact(template.text)
    copy.template.example = redact(template.example)
    return copy
  }
}

extension Contrast {
  fileprivate func redacted(by redactor: Redactor) -> Contrast {
    var copy = self
    copy.inside = redactor.redacted(inside)
    copy.outside = redactor.redacted(outside)
    for row in copy.rows.indices {
      copy.rows[row].count.fact.value = Contrast.redacted(rows[row].count.fact, by: redactor)
      for other in copy.rows[row].also.indices {
        copy.rows[row].also[other].value = Contrast.redacted(rows[row].also[other], by: redactor)
      }
    }
    return copy
  }

  fileprivate static func redacted(_ fact: Fact, by redactor: Redactor) -> String {
    fact.kind == .template ? redactor.redacted(fact.value) : redactor.redacted(fact.value, named: fact.name)
  }
}

extension Cause {
  fileprivate func redacted(_ value: (Contrast.Fact) -> String) -> Cause {
    func redacted(_ facts: [Contrast.Fact]) -> [Contrast.Fact] {
      facts.map { Contrast.Fact(kind: $0.kind, name: $0.name, value: value($0)) }
    }
    var copy = self
    copy.facts = redacted(facts)
    copy.same = redacted(same)
    copy.explains = redacted(explains)
    copy.fixed = fixed.map(redacted)
    return copy
  }
}
