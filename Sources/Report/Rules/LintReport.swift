internal import Config
package import RulePack
internal import TraceCore

/// What `skein rules lint` says.
package enum LintReport {
  /// What was looked at.
  package struct Counts: Sendable {
    package var rules: Int
    package var samples: Int

    package init(rules: Int, samples: Int) {
      self.rules = rules
      self.samples = samples
    }
  }

  /// A line for each remark, as compilers write it: `file:line:column: warning: message [check]`.
  package static func text(
    _ remarks: [RuleLint.Remark], _ counts: Counts, style: Style, into sink: inout TextSink
  ) {
    for remark in remarks {
      let place = place(remark.problem)
      let level = style.painted("\(remark.level.rawValue):", paint(remark.level))
      let lines = remark.problem.message.split(separator: "\n", omittingEmptySubsequences: false)
      sink.writeLine(
        "\(Escape.terminal(place)): \(level) \(Escape.terminal(String(lines.first ?? ""))) [\(remark.check)]")
      for line in lines.dropFirst() { sink.writeLine(Escape.terminal(String(line))) }
    }
    let found = [RuleLint.Remark.Level.error, .warning, .note].compactMap { level -> String? in
      let count = remarks.count { $0.level == level }
      return count == 0 ? nil : CountText.text(Int64(count), level.rawValue)
    }
    let total = "\(CountText.text(Int64(counts.rules), "rule")), \(CountText.text(Int64(counts.samples), "sample"))"
    sink.writeLine("\(total): \(found.isEmpty ? "nothing to remark" : found.joined(separator: ", "))")
  }

  private static func place(_ problem: ConfigurationProblem) -> String {
    problem.line > 0 ? "\(problem.path):\(problem.line):\(problem.column)" : problem.path
  }

  private static func paint(_ level: RuleLint.Remark.Level) -> Style.Paint {
    switch level {
    case .error: .boldRed
    case .warning: .yellow
    case .note: .cyan
    }
  }

  /// Schema `skein.lint/1`.
  package static func json(
    _ remarks: [RuleLint.Remark], _ counts: Counts, pretty: Bool, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", "skein.lint/1")
      json.member("rules", counts.rules)
      json.member("samples", counts.samples)
      json.array("remarks", of: remarks) { json, remark in
        json.beginObject()
        json.member("level", remark.level.rawValue)
        json.member("check", remark.check)
        json.member("rule", remark.rule)
        json.member("path", remark.problem.path)
        json.member("line", remark.problem.line)
        json.member("column", remark.problem.column)
        json.member("message", remark.problem.message)
        json.endObject()
      }
      json.endObject()
    }
  }
}
