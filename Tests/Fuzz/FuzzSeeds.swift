import Foundation
import TraceCore

/// The inputs from which fuzzing begins: pieces of the project's own fixtures, packs and layouts, and what was found before
/// (Tests/Fuzz/Found). Nothing of it is kept twice.
package struct FuzzSeeds {
  private let top: URL

  package init() {
    top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// In a fixed order, each of at most `FuzzTarget.longest` bytes.
  package func inputs(for target: FuzzTarget) -> [[UInt8]] {
    let own: [[UInt8]] =
      switch target {
      case .lines: files("fixtures/stack-traces") + files("fixtures/stacks", ending: ".log") + cases()
      case .json:
        lines(of: files("fixtures/formats") + files("fixtures/stacks", ending: ".log")).filter { $0.first == 0x7B }
      case .formats: formats()
      case .gzip: gzip()
      case .yaml: files("layouts", ending: ".yml") + pages("yaml")
      case .expressions: expressions()
      case .checkpoint: checkpoints()
      case .rules: files("rules/packs", ending: ".yml").map { Array($0.prefix(4_000)) } + pages("yaml")
      case .redaction: files("fixtures/redaction") + lines(of: files("fixtures/stacks", ending: ".log"))
      }
    return (own + found(target)).map { Array($0.prefix(FuzzTarget.longest)) }
  }

  /// Inputs on which a target has failed once.
  package func found(_ target: FuzzTarget) -> [[UInt8]] { files("Tests/Fuzz/Found/\(target.rawValue)") }

  private func files(_ folder: String, ending: String = "") -> [[UInt8]] {
    let url = top.appendingPathComponent(folder)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).filter { $0.hasSuffix(ending) }
    return names.sorted().compactMap { try? Array(Data(contentsOf: url.appendingPathComponent($0))) }.filter {
      !$0.isEmpty
    }
  }

  /// The logs of the golden cases.
  private func cases() -> [[UInt8]] { files("fixtures/cases", ending: ".case") }

  private func lines(of texts: [[UInt8]]) -> [[UInt8]] {
    texts.flatMap { $0.split(separator: 0x0A).prefix(40).map(Array.init) }
  }

  /// The fenced blocks of a language in the pages.
  private func pages(_ language: String) -> [[UInt8]] {
    files("docs", ending: ".md").flatMap { page -> [[UInt8]] in
      String(decoding: page, as: UTF8.self).components(separatedBy: "```\(language)").dropFirst().compactMap {
        $0.components(separatedBy: "```").first?.drop { $0 != "\n" }.dropFirst()
      }.map { Array($0.utf8) }
    }
  }

  private func formats() -> [[UInt8]] {
    files("layouts", ending: ".yml").flatMap { file -> [[UInt8]] in
      let lines = String(decoding: file, as: UTF8.self).split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let sample = lines.first { $0.hasPrefix("- line:") }.map {
        $0.dropFirst(8).trimmingCharacters(in: ["'", "\"", " "])
      }
      return lines.filter { $0.hasPrefix("format:") }.map { line in
        Array((line.dropFirst(8).trimmingCharacters(in: ["'", "\"", " "]) + "\n" + (sample ?? "") + "\n").utf8)
      }
    }
  }

  private func gzip() -> [[UInt8]] {
    let folder = top.appendingPathComponent("fixtures/logs/parkapi-text")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      $0.hasSuffix(".gz")
    }
    let whole = names.sorted().compactMap { try? Array(Data(contentsOf: folder.appendingPathComponent($0))) }
    // "a\n", stored; two members; an empty one.
    let stored: [UInt8] = [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 0, 0xFD, 0xFF, 0x61, 0x0A, 0x07, 0xA1, 0xEA, 0xDD, 2, 0, 0, 0,
    ]
    return whole.map { Array($0.prefix(4_000)) } + [stored, stored + stored, Array(stored.prefix(10))]
  }

  private func expressions() -> [[UInt8]] {
    let line =
      "2026-11-23 06:47:55,003 ERROR [a] [8165e189] done method=GET path=/a status=500 duration_ms=42 user=\"x y\""
    return [
      "status >= 500 and duration > 300ms", "not has(trace_id) or level in (error, critical)", "message ~ \"(a+)+b\"",
      "path !~ '^/healthz' and rate < 2 %", "any(level >= error) and count(status = 500) > 2", "time >= 06:47:55",
      "size > 10MB and user = \"x y\"", "((((status))))", "duration = 1h2m3s",
    ].map { Array(($0 + "\n" + line).utf8) }
  }

  private func checkpoints() -> [[UInt8]] {
    var ledger = Ledger()
    ledger.totals.lines = 5
    var source = SourceLedger(path: "app.log", stream: "app.log", compression: "none")
    source.notes = [LedgerNote(.possibleLoss, "a rotation", bytes: 5)]
    ledger.sources = [source]
    var stats = RequestStats()
    stats.addUnfinished(group: 0)
    let blocks = [
      try? StateCoder.saved { coder throws(StateError) in try ledger.code(&coder) },
      try? StateCoder.saved { coder throws(StateError) in try stats.code(&coder) },
    ]
    return blocks.compactMap { block in
      guard let block else { return nil }
      return (0..<block.count).map { block.bytes[$0] }
    } + [[0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]]
  }
}
