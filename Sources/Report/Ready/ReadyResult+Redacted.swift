package import Analysis
package import RulePack

/// What was found without what identifies people and what gives access. The checklist's own words (its titles, why, how) are
/// its author's and stay.
extension ReadyResult {
  /// In the order in which a reader of the page meets the texts: what fails, what is unknown, then every item.
  package func redacted(by redactor: Redactor) -> ReadyResult {
    var copy = self
    for state in [ReadyState.fail, .unknown] {
      for section in copy.sections.indices {
        for item in copy.sections[section].items.indices where copy.sections[section].items[item].found.state == state {
          copy.sections[section].items[item].found.reason = redactor.redacted(
            copy.sections[section].items[item].found.reason)
        }
      }
    }
    for section in copy.sections.indices {
      for item in copy.sections[section].items.indices {
        copy.sections[section].items[item].found = copy.sections[section].items[item].found.redacted(by: redactor)
      }
    }
    copy.command = redactor.redacted(command)
    copy.redacted = redactor.values
    return copy
  }
}

extension ItemResult {
  fileprivate func redacted(by redactor: Redactor) -> ItemResult {
    var copy = self
    copy.reason = redactor.redacted(reason)
    copy.evidence = evidence.map { evidence in
      switch evidence {
      case .note(let text): .note(redactor.redacted(text))
      case .output(let lines, let omitted): .output(lines.map { redactor.redacted($0) }, omitted: omitted)
      }
    }
    return copy
  }
}
