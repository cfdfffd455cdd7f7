package import Analysis
package import RulePack
package import TraceCore

extension IncidentDocument {
  /// The document with every text that comes from the log redacted, in the order in which a reader meets them, so that
  /// tokens are numbered in that order. Request ids, paths of files and numbers are no such texts.
  package func redacted(by redactor: Redactor) -> IncidentDocument {
    let redact = { (text: String) in redactor.redacted(text) }
    var copy = self
    for index in copy.timeline.indices { copy.timeline[index].text = redact(copy.timeline[index].text) }
    for index in copy.segments.indices {
      for route in copy.segments[index].routes.indices {
        copy.segments[index].routes[route].name = redact(copy.segments[index].routes[route].name)
      }
    }
    for index in copy.candidates.indices {
      copy.candidates[index].text = redact(copy.candidates[index].text)
      copy.candidates[index].evidence = copy.candidates[index].evidence.map(redact)
    }
    copy.findings = copy.findings?.redacted(by: redactor)
    for index in copy.templates.indices {
      copy.templates[index].template.text = redact(copy.templates[index].template.text)
      copy.templates[index].template.example = redact(copy.templates[index].template.example)
    }
    for index in copy.contrasts.indices {
      copy.contrasts[index].inside = redact(copy.contrasts[index].inside)
      copy.contrasts[index].outside = redact(copy.contrasts[index].outside)
      for row in copy.contrasts[index].rows.indices {
        let fact = copy.contrasts[index].rows[row].count.fact
        copy.contrasts[index].rows[row].count.fact.value = IncidentDocument.redacted(fact, redact)
      }
    }
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

  /// A value with its name in front: what a pattern knows by the name (`password=…`) is found, too.
  static func redacted(_ fact: Contrast.Fact, _ redact: (String) -> String) -> String {
    let value = redact(fact.value)
    guard fact.kind != .template, value == fact.value else { return value }
    let named = redact("\(fact.name)=\(fact.value)")
    return named.hasPrefix("\(fact.name)=") ? String(named.dropFirst(fact.name.count + 1)) : named
  }
}
