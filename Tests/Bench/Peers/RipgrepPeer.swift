internal import Foundation

/// ripgrep: counts the lines that any of the patterns hits, the nearest to a scan that people have at hand. It says neither
/// which pattern hit nor of which request.
enum RipgrepPeer {
  static let name = "rg -c -f"
  static let install = "apt-get install ripgrep"

  /// What counting lines begins with. `--no-unicode` is ripgrep at its best: skein's `\d`, `\w` and `\s` are ASCII too.
  static func command(_ ripgrep: String) -> [String] { [ripgrep, "--no-unicode", "-c"] }

  /// "13.0.0".
  static func version(_ ripgrep: String, _ bench: Workbench) -> String {
    let words = ChildProcess.output(of: [ripgrep, "--version"], in: bench.folder)?.split(whereSeparator: \.isWhitespace)
    return words.flatMap { $0.count > 1 ? String($0[1]) : nil } ?? ""
  }

  /// Ready to count the lines of all rules at once.
  ///
  /// - Parameters:
  ///   - counts: the lines of each rule by itself.
  ///   - limit: seconds of processor time after which it is given up.
  static func prepare(
    _ ripgrep: String, _ rules: ScanRules, log: Log, counts: RuleCounts, limit: Int, isUnicode: Bool = false,
    _ bench: Workbench
  ) throws -> Contestant {
    let patterns = try rules.writePatterns(in: bench)
    let command = (isUnicode ? [ripgrep, "-c"] : command(ripgrep)) + ["-f", patterns, log.path]
    return Contestant(
      name: name, version: version(ripgrep, bench), command: command,
      answer: .judged { data in
        let fault = counts.fault(ofLinesWithAny: try number(data))
        return fault.map { "WRONG: \($0)" } ?? "right (lines only)"
      }, limit: limit)
  }

  /// The number in its answer: nothing where there is no line.
  static func number(_ output: Data) throws -> Int {
    let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty { return 0 }
    guard let number = Int(text) else { throw BenchFault("ripgrep did not say a number: \(text.prefix(80))") }
    return number
  }
}
