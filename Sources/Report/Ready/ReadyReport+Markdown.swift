package import Analysis
internal import TraceCore

/// The page about a checklist: the verdict, what fails, what is unknown and what to do, then every item with its evidence.
extension ReadyReport {
  package static func markdown(_ result: ReadyResult, into sink: inout TextSink) {
    sink.writeLine("# \(Escape.markdown(result.name)): \(title(result.state))")
    sink.writeLine()
    let sentence = verdict(result)
    sink.writeLine(Escape.markdown(sentence.prefix(1).uppercased() + sentence.dropFirst()) + ".")
    open(.fail, "What fails", result, into: &sink)
    open(.unknown, "What is unknown", result, into: &sink)
    sink.writeLine()
    sink.writeLine("## All items")
    for section in result.sections {
      sink.writeLine()
      sink.writeLine("### \(Escape.markdown(section.title))")
      sink.writeLine()
      for item in section.items { entry(item, into: &sink) }
    }
    making(result, into: &sink)
  }

  private static func title(_ state: ReadyState) -> String {
    switch state {
    case .pass: "ready"
    case .fail: "NOT READY"
    case .unknown: "not known to be ready"
    }
  }

  /// The items of one state, with what to do about each.
  private static func open(_ state: ReadyState, _ title: String, _ result: ReadyResult, into sink: inout TextSink) {
    let count = result.count(state)
    guard count > 0 else { return }
    sink.writeLine()
    sink.writeLine("## \(title)")
    sink.writeLine()
    for section in result.sections {
      for item in section.items where item.found.state == state {
        sink.writeLine(
          "- **\(Escape.markdown(item.title))** (\(Escape.markdown(section.title))): \(Escape.markdown(item.found.reason))"
        )
        if let why = item.why { sink.writeLine("  - Why it matters: \(line(why))") }
        for advice in [item.found.advice, item.how].compactMap(\.self) {
          sink.writeLine("  - What to do: \(line(advice))")
        }
      }
    }
  }

  private static func entry(_ item: ReadyResult.Item, into sink: inout TextSink) {
    let isPass = item.found.state == .pass
    let state = isPass ? "" : "**\(word(item.found.state))**, "
    sink.writeLine(
      "- [\(isPass ? "x" : " ")] \(Escape.markdown(item.title)): \(state)\(Escape.markdown(item.found.reason)) (`\(item.kind)`)"
    )
    for evidence in item.found.evidence {
      switch evidence {
      case .note(let text): sink.writeLine("  - \(line(text))")
      case .output(let lines, let omitted): output(lines, omitted, into: &sink)
      }
    }
  }

  /// Running text of several lines as one.
  private static func line(_ text: String) -> String {
    Escape.markdown(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  private static func output(_ lines: [String], _ omitted: Int64, into sink: inout TextSink) {
    sink.writeLine(
      "  - \(omitted > 0 ? "the end of its output, after \(BytesText.text(omitted)) more" : "its output"):")
    sink.writeLine()
    let shown = lines.map { Escape.terminal($0, tabs: 4) }
    // Longer than any fence in the output, so that nothing in it ends the block.
    let longest = shown.reduce(0) { max($0, run(of: "`", in: $1)) }
    let fence = "    " + String(repeating: "`", count: max(3, longest + 1))
    sink.writeLine(fence + "text")
    for line in shown {
      var text = line[...]
      while text.last == " " { text = text.dropLast() }
      sink.writeLine(text.isEmpty ? "" : "    " + text)
    }
    sink.writeLine(fence)
    sink.writeLine()
  }

  private static func run(of character: Character, in text: String) -> Int {
    var (longest, current) = (0, 0)
    for other in text {
      current = other == character ? current + 1 : 0
      longest = max(longest, current)
    }
    return longest
  }

  private static func making(_ result: ReadyResult, into sink: inout TextSink) {
    sink.writeLine()
    sink.writeLine("## How it was made")
    sink.writeLine()
    sink.writeLine("    \(Escape.terminal(result.command))")
    sink.writeLine()
    sink.writeLine("- looked at: \(EventTime.rfc3339(result.time))")
    sink.writeLine("- checklist: \(Escape.markdown(result.path)), SHA-256 `\(result.digest)`")
    if !result.only.isEmpty {
      sink.writeLine("- only: \(result.only.map(Escape.markdown).joined(separator: ", "))")
    }
    for reading in result.readings {
      sink.writeLine(
        "- logs: \(reading.logs.map(Escape.markdown).joined(separator: ", ")); \(Escape.markdown(LedgerReport.summary(reading.ledger)))"
      )
      for warning in LedgerReport.warnings(reading.ledger) { sink.writeLine("  - \(Escape.markdown(warning.text))") }
    }
    if let note = RedactionNote.text(result.redacted) { sink.writeLine("- \(Escape.markdown(note))") }
    sink.writeLine()
    sink.writeLine("What each kind of check means is explained in docs/ready.md of skein.")
  }
}
