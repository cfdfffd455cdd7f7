extension Finding {
  /// Without what identifies people, in the order in which it is read: message, group, example. What the rule says is its
  /// author's and stays; so do request ids, but for addresses used as such. Secrets were taken out before.
  package func redacted(by redactor: Redactor) -> Finding {
    var finding = self
    finding.foundID = eventID
    finding.message = redactor.redacted(message)
    finding.group = group.map { name, value in (name, value.map { redactor.redacted($0, named: name) }) }
    finding.example?.text = redactor.redacted(example?.text ?? "")
    finding.traces = traces.map(redactor.redacted(id:))
    return finding
  }
}

extension Findings {
  /// All findings redacted, in their order. Notes too: they may name a group.
  package func redacted(by redactor: Redactor) -> Findings {
    var all = self
    all.findings = findings.map { $0.redacted(by: redactor) }
    all.notes = notes.map { redactor.redacted($0) }
    return all
  }
}
