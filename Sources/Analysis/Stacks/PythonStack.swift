/// Python's tracebacks, as `traceback.print_exception` writes them: chained ones, and exception groups in their margins.
///
/// The root cause is printed first. Of a group the first exception inside is followed.
enum PythonStack {
  private struct Printed {
    /// Where its margin stands; 0 without one.
    var column: Int
    var link: StackTrace.Link
  }

  private enum State { case outside, frames, raised, chained }

  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    if let fault = fault(lines) { return [fault] }
    var printed: [Printed] = []
    var state = State.outside
    // Its first line has said that it is one.
    var isTitled = true
    var frames = StackTrace.Link(type: "", message: "")
    // The exceptions of a group after the first, by the column of their margin.
    var skipped: Int?
    for line in lines {
      let (column, content, separator) = margin(line)
      if let separator {
        if let from = skipped, column > from { continue }
        skipped = separator > 1 ? column : nil
        state = separator > 0 ? .chained : .outside
        continue
      }
      if let from = skipped, column >= from { continue }
      if content.hasPrefix("Traceback (most recent call last)")
        || content.hasPrefix("Exception Group Traceback (most recent call last)")
      {
        state = .frames
        isTitled = true
        frames = StackTrace.Link(type: "", message: "")
        continue
      }
      switch state {
      case .outside:
        // A syntax error has no title.
        guard let frame = frame(content) else { continue }
        frames = StackTrace.Link(type: "", message: "")
        frames.append(frame)
        state = .frames
        isTitled = false
      case .frames, .chained:
        if let frame = frame(content) {
          frames.append(frame)
        } else if let first = content.first, first != " ", first != "\t", first != "[" {
          if state == .chained && StackTrace.Link(head: content) == nil { continue }
          if !isTitled && StackTrace.Link(head: content) == nil {
            state = .outside
            continue
          }
          var link = StackTrace.Link(head: content) ?? StackTrace.Link(type: String(content), message: "")
          if state == .frames { link.frames = frames.frames.reversed() }
          append(Printed(column: column, link: link), to: &printed)
          state = .raised
        }
      case .raised:
        // A message may have any lines; an exception without a traceback of its own stands right after the sentence.
        if content.hasPrefix("The above exception was the direct cause")
          || content.hasPrefix("During handling of the above")
        {
          state = .chained
        }
      }
    }
    return chain(printed[...])
  }

  /// faulthandler's `Fatal Python error: Segmentation fault`, then the frames of each thread, the innermost first.
  private static func fault(_ lines: [Substring]) -> StackTrace.Link? {
    guard let start = lines.firstIndex(where: { $0.contains("Fatal Python error: ") }),
      let (_, message) = lines[start].cut(at: "Fatal Python error: ")
    else { return nil }
    var link = StackTrace.Link(type: "Fatal Python error", message: String(message))
    for line in lines.dropFirst(start + 1) {
      if let frame = frame(line) { link.append(frame) } else if !link.frames.isEmpty { break }
    }
    return link.frames.isEmpty ? nil : link
  }

  private static func append(_ link: Printed, to printed: inout [Printed]) {
    if printed.count == StackTrace.mostLinks { printed.removeLast() }
    printed.append(link)
  }

  /// What is inside of a group comes before it.
  private static func chain(_ printed: ArraySlice<Printed>) -> [StackTrace.Link] {
    var chain: [StackTrace.Link] = []
    var rest = printed
    while let first = rest.popFirst() {
      let inside = rest.prefix { $0.column > first.column }
      chain += self.chain(inside)
      chain.append(first.link)
      rest = rest.dropFirst(inside.count)
    }
    return chain
  }

  /// A line without its margin. `separator`: of a line between a group's exceptions the number, 0 where the group ends.
  private static func margin(_ line: Substring) -> (column: Int, content: Substring, separator: Int?) {
    let indent = line.indent
    let rest = line.dropFirst(indent)
    if let content = rest.after("| ") { return (indent + 1, content, nil) }
    if rest == "|" { return (indent + 1, "", nil) }
    if let content = rest.after("+ "), content.hasPrefix("Exception Group Traceback") {
      return (indent + 1, content, nil)
    }
    let dashes = rest.after("+-+") ?? rest.after("+")
    if let dashes, dashes.hasPrefix("------") {
      let column = indent + (rest.hasPrefix("+-+") ? 3 : 1)
      return (column, "", Int(dashes.drop { $0 == "-" }.prefix { $0 != "-" }.trimmed) ?? (rest.contains("...") ? 2 : 0))
    }
    return (0, line, nil)
  }

  /// `  File "/srv/app.py", line 512, in checkout`; loguru marks the one that caught it with `> `.
  private static func frame(_ line: Substring) -> StackTrace.Frame? {
    let content = line.after("> ") ?? line.trimmed
    guard let (file, rest) = content.after("File \"")?.cut(at: "\", line ") else { return nil }
    let number = rest.prefix { $0.isNumber }
    let function = rest.dropFirst(number.count).after(", in ") ?? rest.dropFirst(number.count).after(" in ")
    return StackTrace.Frame(
      function: function.map(String.init), file: String(file), line: Int(number), isOwn: OwnCode.isOwn(path: file))
  }
}
