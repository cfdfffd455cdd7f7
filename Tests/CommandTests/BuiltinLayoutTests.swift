import Foundation
import TestKit
import Testing
import TraceCore

/// Each built-in layout has a sample line: detection must read it as its own layout does, whatever name it gives it.
@Suite struct BuiltinLayoutTests {
  /// What a layout places, as text.
  private struct Placed: Equatable, CustomStringConvertible {
    var time: Int64
    var level: Level
    var logger, id, method, path: String
    var status: Int32
    var duration: Int64
    var description: String {
      "time \(time), level \(level.name), logger \(logger), id \(id), \(method) \(path), status \(status), \(duration) ns"
    }
  }

  private func placed(_ layouts: LayoutSet, _ line: String) -> Placed? {
    let bytes = ContiguousArray(line.utf8)
    var set = layouts
    var fields = LineFields()
    var times = TimestampParser()
    guard set.parse(bytes.span, from: 0, to: bytes.count, into: &fields, times: &times) != nil else { return nil }
    func text(_ slice: Slice) -> String {
      if slice.isMissing { return "" }
      let all = slice.isInArena ? fields.arena : bytes
      return String(decoding: all[slice.start..<slice.end], as: UTF8.self)
    }
    return Placed(
      time: fields.time, level: fields.level, logger: text(fields.logger), id: text(fields.requestID),
      method: text(fields.method), path: text(fields.path), status: fields.status, duration: fields.duration)
  }

  @Test(arguments: BuiltinLayouts.text.map(\.name))
  func sampleIsDetected(_ name: String) throws {
    let catalog = FieldCatalog()
    let entry = try #require(BuiltinLayouts.text.first { $0.name == name })
    var own = LayoutSet(catalog: catalog)
    own.append(try LayoutSource.compile(entry.format, name: name, catalog: catalog))
    let expected = try #require(placed(own, entry.sample), "the sample does not fit its own layout")
    let head = ContiguousArray("\(entry.sample)\n\(entry.sample)\n\(entry.sample)\n".utf8)
    let detector = LayoutDetector(catalog: catalog, zone: .utc)
    let choice = detector.detect(head.span, referenceTime: 0)
    var found = try #require(placed(choice.layouts, entry.sample))
    // Another layout may find a logger where this one has none (nginx's process).
    if expected.logger.isEmpty { found.logger = "" }
    #expect(found == expected, "detected as \(choice.layouts.names)")
  }

  /// `layouts/*.yml` in the order of their places; the program carries what they say.
  @Test func theFilesAreBuiltIn() throws {
    let files = try Self.files()
    let entries = try files.map { file in
      let source = file.definitions.first?.source ?? ""
      let language = try #require(
        try FormatLanguage(of: source), "\(file.path): a layout that is built in has a format")
      return Self.swift(file.definitions.first?.name ?? "", source, language, file.samples.first?.text ?? "")
    }
    let text = """
      // swift-format-ignore-file

      /// The layouts of layouts/*.yml as they are built in. Made by `./dev layouts`; a test holds that the two are equal.
      enum EmbeddedLayouts {
        static let all: [BuiltinLayout] = [
      \(entries.joined(separator: "\n"))
        ]
      }

      """
    let path = Self.package + "/Sources/TraceCore/Parse/Layout/EmbeddedLayouts.swift"
    if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write" { return try writeFile(path, Array(text.utf8)) }
    #expect(String(decoding: try readFile(path), as: UTF8.self) == text, "./dev layouts writes it anew")
  }

  @Test func samplesOfTheFilesAreRight() throws {
    for file in try Self.files() {
      #expect(file.definitions.count == 1 && !file.samples.isEmpty, "\(file.path): one layout a file, with a sample")
      for outcome in LayoutSampleCheck(file).outcomes() {
        #expect(outcome.differences.isEmpty, "\(outcome.differences)")
      }
    }
  }

  private static let package = (Fixtures.root as NSString).deletingLastPathComponent

  /// By place, which is told by every file and by one only.
  private static func files() throws -> [LayoutFile] {
    let folder = package + "/layouts"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yml") }.sorted()
    let files = try names.map { name in
      try LayoutFile.read(try readFile(folder + "/" + name), path: "layouts/\(name)")
    }
    let places = files.map { $0.places.first.flatMap(\.self) ?? -1 }
    #expect(places.allSatisfy { $0 >= 0 } && Set(places).count == places.count, "each layout has a place of its own")
    return files.sorted { ($0.places.first.flatMap(\.self) ?? 0) < ($1.places.first.flatMap(\.self) ?? 0) }
  }

  private static func swift(_ name: String, _ format: String, _ language: FormatLanguage, _ sample: String) -> String {
    func quoted(_ text: String) -> String {
      var out = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": out += "\\\(scalar)"
        case "\t": out += "\\t"
        case _ where scalar.value < 0x20: out += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + "\""
    }
    return """
          BuiltinLayout(
            name: \(quoted(name)),
            format: \(quoted(format)),
            language: .\(language.rawValue),
            sample: \(quoted(sample))),
      """
  }
}
