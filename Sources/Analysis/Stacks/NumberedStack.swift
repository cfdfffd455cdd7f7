/// Stacks whose frames are numbered: Dart's and Flutter's, those of gdb, the sanitizers and glibc, and Swift's. The innermost
/// frame is number 0; a second stack (where the memory was freed) is not read.
enum NumberedStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var frames = StackTrace.Link(type: "", message: "")
    var first: Int?
    for (index, line) in lines.enumerated() {
      guard let (number, frame) = frame(line.trimmed) else { continue }
      if first == nil {
        // What begins elsewhere is a list of something else.
        guard number == 0 else { return [] }
        first = index
      } else if number == 0 {
        break
      }
      if let frame { frames.append(frame) }
    }
    guard let first, !frames.frames.isEmpty else { return [] }
    var link = head(lines[..<first])
    link.frames = frames.frames
    return [link]
  }

  // MARK: What happened

  private static func head(_ lines: ArraySlice<Substring>) -> StackTrace.Link {
    for (index, line) in zip(lines.indices, lines) {
      let content = line.trimmed
      let next = index + 1 < lines.endIndex ? String(lines[index + 1].trimmed) : ""
      if let (_, report) = content.cut(at: "==ERROR: "), let (tool, rest) = report.cut(at: ": ") {
        return StackTrace.Link(type: String(tool), message: String(rest.cut(at: " on ")?.before ?? rest))
      }
      if let (_, type) = content.cut(at: "after throwing an instance of '") {
        let what = next[...].after("what():")?.trimmed
        return StackTrace.Link(type: String(type.prefix { $0 != "'" }), message: what.map(String.init) ?? "")
      }
      if let (type, _) = content.after("The following ")?.cut(at: " was thrown") {
        return StackTrace.Link(type: String(type), message: next)
      }
      if content == "Unhandled exception:" {
        return StackTrace.Link(head: next[...]) ?? StackTrace.Link(type: "unhandled exception", message: next)
      }
      if let (_, message) = content.cut(at: "Fatal error: ") {
        return StackTrace.Link(type: "fatal error", message: String(message))
      }
    }
    return Heads.link(Array(lines))
      ?? StackTrace.Link(type: "backtrace", message: String(lines.first?.trimmed ?? ""))
  }

  // MARK: Frames

  /// The number, and the frame where it can be read.
  private static func frame(_ line: Substring) -> (number: Int, frame: StackTrace.Frame?)? {
    if let rest = line.after("#") {
      let digits = rest.prefix { $0.isNumber }
      guard let number = Int(digits), rest.dropFirst(digits.count).first == " " else { return nil }
      let text = rest.dropFirst(digits.count).trimmed
      return (number, dart(text) ?? native(text))
    }
    // Swift: `0 0x000055d0 reserve(_:) + 115 in shop at /src/stock.swift:12:9`
    let digits = line.prefix { $0.isNumber }
    guard let number = Int(digits), line.dropFirst(digits.count).hasPrefix(" 0x") else { return nil }
    let text = line.dropFirst(digits.count + 1)
    guard let (_, rest) = text.cut(at: " "), let (name, place) = rest.cut(atLast: " at ") else { return (number, nil) }
    let function = name.cut(at: " + ")?.before ?? name
    return (number, made(function, place))
  }

  /// `Stock.reserve (package:shop/stock.dart:12:5)`
  private static func dart(_ text: Substring) -> StackTrace.Frame? {
    guard text.hasSuffix(")"), let (function, place) = text.dropLast().cut(atLast: " ("), place.contains(".dart"),
      let (before, _) = place.placeAndLine
    else { return nil }
    let (file, line) = before.placeAndLine ?? (before, 0)
    let foreign = ["dart:", "package:flutter/", "package:flutter_test/", "package:async/", "package:http/"]
    return StackTrace.Frame(
      function: String(function), file: String(file), line: line > 0 ? line : nil,
      isOwn: !foreign.contains { file.hasPrefix($0) })
  }

  /// `0x55d0c2a1b3c4 in shop::reserve(int) /src/stock.cpp:12:3`, `0x55d0 in reserve (sku=1) at /src/stock.cpp:12`,
  /// `main () at /src/main.cpp:7`
  private static func native(_ text: Substring) -> StackTrace.Frame? {
    var rest = text
    if rest.hasPrefix("0x"), let (_, after) = rest.cut(at: " in ") { rest = after }
    if let (function, place) = rest.cut(atLast: " at ") { return made(function, place) }
    if let (function, place) = rest.cut(atLast: " "), place.placeAndLine != nil { return made(function, place) }
    return rest.isEmpty || text.startIndex == rest.startIndex
      ? nil : StackTrace.Frame(function: name(rest), file: nil, line: nil, isOwn: false)
  }

  private static func made(_ function: Substring, _ place: Substring) -> StackTrace.Frame? {
    guard let found = place.placeAndLine else { return nil }
    // With a column or without.
    let (file, line) = found.file.placeAndLine ?? found
    return StackTrace.Frame(
      function: name(function), file: String(file), line: line,
      isOwn: OwnCode.isOwn(name: function) && OwnCode.isOwn(path: file))
  }

  /// Without the values of its arguments.
  private static func name(_ function: Substring) -> String {
    String(function.cut(at: " (")?.before ?? function.cut(at: "(")?.before ?? function)
  }
}
