/// Rust's panics, with or without a backtrace, and the errors that anyhow and eyre print with their causes.
enum RustStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    if let place = lines.firstIndex(where: { location($0) != nil }) { return panic(lines, place) }
    return caused(lines)
  }

  /// What follows `thread 'main' panicked at `; since Rust 1.90 the thread's number stands before the verb.
  private static func location(_ line: Substring) -> Substring? {
    guard let (_, rest) = line.cut(at: "thread '"), let (name, place) = rest.cut(at: " panicked at ") else {
      return nil
    }
    return name.hasSuffix("'") || name.hasSuffix(")") ? place.trimmed : nil
  }

  private static func panic(_ lines: [Substring], _ place: Int) -> [StackTrace.Link] {
    guard var location = location(lines[place]) else { return [] }
    var link = StackTrace.Link(type: "panic", message: "")
    if let quoted = location.after("'"), let (message, rest) = quoted.cut(atLast: "', ") {
      // Before Rust 1.73: the message, then the place.
      (link.message, location) = (String(message), rest)
    } else {
      if location.hasSuffix(":") { location = location.dropLast() }
      if place + 1 < lines.count { link.message = String(lines[place + 1].trimmed) }
    }
    for frame in frames(lines.dropFirst(place + 1)) { link.append(frame) }
    if link.frames.isEmpty, let (before, _) = location.placeAndLine, let (file, line) = before.placeAndLine {
      link.append(StackTrace.Frame(function: nil, file: String(file), line: line, isOwn: OwnCode.isOwn(path: file)))
    }
    return [link]
  }

  /// `Error: message`, `Caused by:`, then one cause or a numbered list, the root last.
  private static func caused(_ lines: [Substring]) -> [StackTrace.Link] {
    guard let title = lines.firstIndex(where: { $0.trimmed == "Caused by:" }), title + 1 < lines.count,
      lines[title + 1].indent > 0,
      let error = lines[..<title].last(where: { !$0.trimmed.isEmpty })
    else { return [] }
    var links = [StackTrace.Link(type: "Error", message: String(error.cut(at: "Error: ")?.after ?? error.trimmed))]
    for line in lines.dropFirst(title + 1) {
      guard line.indent > 0, links.count < StackTrace.mostLinks else { break }
      let content = line.trimmed
      let number = content.prefix { $0.isNumber }
      let message = number.isEmpty ? content : content.dropFirst(number.count).after(": ") ?? content
      links.append(StackTrace.Link(type: "Error", message: String(message)))
    }
    let backtrace = lines.firstIndex { $0.trimmed.lowercased() == "stack backtrace:" }
    var found = StackTrace.Link(type: "", message: "")
    if let backtrace { for frame in frames(lines.dropFirst(backtrace + 1)) { found.append(frame) } }
    // It was taken where the root was raised.
    for index in links.indices { links[index].frames = found.frames }
    return links.reversed()
  }

  /// `   2: shop::pool::take`, then `             at ./src/pool.rs:12:18`.
  private static func frames(_ lines: ArraySlice<Substring>) -> [StackTrace.Frame] {
    var found: [StackTrace.Frame] = []
    var function: Substring?
    for line in lines {
      let content = line.trimmed
      let number = content.prefix { $0.isNumber }
      if !number.isEmpty, let name = content.dropFirst(number.count).after(": ") {
        function = name
      } else if let name = function, let path = content.after("at "), let (before, _) = path.placeAndLine,
        let (file, line) = before.placeAndLine
      {
        found.append(
          StackTrace.Frame(
            function: String(name), file: String(file), line: line,
            isOwn: OwnCode.isOwn(name: name) && OwnCode.isOwn(path: file)))
        function = nil
      }
    }
    return found
  }
}
