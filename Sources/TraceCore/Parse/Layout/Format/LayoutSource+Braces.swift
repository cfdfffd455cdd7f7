// Formats with fields in braces that are not Python's own: Serilog's output templates and Loguru's formats.

extension LayoutSource {
  // MARK: Serilog, https://github.com/serilog/serilog/wiki/Formatting-Output

  /// `{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {SourceContext} {Message:lj}{NewLine}{Exception}`.
  mutating func serilog(_ format: [UInt8]) throws(Problem) {
    var isOver = false
    var body = format
    // What comes after the line's end is on the next line.
    if let end = LayoutSource.place(of: Array("{NewLine".utf8), in: body) { body = Array(body[..<end]) }
    try braces(body) { source, body, spec in
      guard !isOver else { return nil }
      let parts = body.split(separator: ",", maxSplits: 1)
      let name = parts.first.map(String.init) ?? ""
      let width = parts.count > 1 ? Int(String(parts[1]).trimmed) ?? 0 : 0
      var problem: Problem?
      source.padded(before: width > 0, after: width < 0) { source in
        switch name {
        case "Timestamp", "UtcTimestamp":
          guard !spec.isEmpty, spec.lowercased() != "o" else { return source.time() }
          do throws(TimeFormat.Problem) {
            source.time(try TimeFormat(pattern: spec, dialect: .dotNet))
          } catch {
            problem = Problem(message: error.message)
          }
        case "Level": source.field("level")
        case "Message": source.field("message")
        case "SourceContext": source.field("logger")
        case "Exception": isOver = true
        case "Properties": source.add(TextLayout.Step(operation: .pairs), name)
        default: source.field(name)
        }
      }
      return problem
    }
  }

  // MARK: Loguru, https://loguru.readthedocs.io/en/stable/api/logger.html#record

  /// `{time:YYYY-MM-DD HH:mm:ss.SSS} | {level: <8} | {name}:{function}:{line} - {message}`, with or without its colours.
  mutating func loguru(_ format: String) throws(Problem) {
    try braces(Array(LayoutSource.withoutMarkup(format).utf8)) { source, name, spec in
      if name == "time" {
        guard !spec.isEmpty else {
          source.time()
          return nil
        }
        do throws(TimeFormat.Problem) {
          source.time(
            try TimeFormat(pattern: spec.split(separator: "!").first.map(String.init) ?? spec, dialect: .pendulum))
        } catch {
          return Problem(message: error.message)
        }
        return nil
      }
      let padding = LayoutSource.padding(spec)
      source.padded(before: padding.before, after: padding.after) { source in
        switch name {
        case "level", "level.name": source.field("level")
        case "name": source.field("logger")
        case "message": source.field("message")
        case "exception": break
        case "extra": source.add(TextLayout.Step(operation: .pairs), name)
        default:
          if name.hasPrefix("extra["), name.hasSuffix("]") {
            source.field(String(name.dropFirst(6).dropLast()).filter { $0 != "'" && $0 != "\"" })
          } else {
            source.field("loguru_\(name)")
          }
        }
      }
      return nil
    }
  }

  /// Without `<green>`, `</level>` and their like.
  private static func withoutMarkup(_ format: String) -> String {
    var out = ""
    var rest = Substring(format)
    while let first = rest.first {
      if first == "<", let close = rest.firstIndex(of: ">"), close != rest.index(after: rest.startIndex),
        rest[rest.index(after: rest.startIndex)..<close].allSatisfy({
          $0.isLetter || "/,-_ #".contains($0)
        })
      {
        rest = rest[rest.index(after: close)...]
      } else {
        out.append(first)
        rest = rest.dropFirst()
      }
    }
    return out
  }

  /// Where a text stands first.
  static func place(of text: [UInt8], in bytes: [UInt8]) -> Int? {
    guard !text.isEmpty, bytes.count >= text.count else { return nil }
    return (0...(bytes.count - text.count)).first { bytes[$0...].starts(with: text) }
  }
}
