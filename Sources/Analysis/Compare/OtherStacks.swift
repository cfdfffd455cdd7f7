/// Go's panics: `panic: …`, then the goroutine that panicked. What was raised first is printed first.
enum GoStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var frames = StackTrace.Link(type: "", message: "")
    var goroutines = 0
    var function: Substring?
    for line in lines {
      let content = line.trimmed
      if content.hasPrefix("goroutine "), content.hasSuffix("]:") {
        goroutines += 1
        continue
      }
      if goroutines == 0 {
        if let link = head(content), links.count < StackTrace.mostLinks { links.append(link) }
      } else if goroutines == 1 {
        if line.indent > 0 {
          let place = (content.cut(at: " +0x")?.before ?? content).placeAndLine
          if let name = function, let place {
            frames.append(
              StackTrace.Frame(
                function: name.split(separator: "/").last.map(String.init), file: String(place.file), line: place.line,
                isOwn: OwnCode.isOwn(name: name) && OwnCode.isOwn(path: place.file)))
          }
          function = nil
        } else if !content.hasPrefix("created by "), !content.isEmpty {
          function = GoStack.function(content)
        }
      }
    }
    guard goroutines > 0 else { return [] }
    if links.isEmpty {
      links.append(StackTrace.Link(type: "goroutine trace", message: String(lines.first?.trimmed ?? "")))
    }
    // All of them were raised on this one stack.
    for index in links.indices { links[index].frames = frames.frames }
    return links
  }

  private static func head(_ line: Substring) -> StackTrace.Link? {
    if let message = line.after("fatal error: ") {
      return StackTrace.Link(type: "fatal error", message: String(message))
    }
    // net/http: `http: panic serving 10.0.0.7:4711: runtime error: …`
    let said = line.after("panic: ") ?? line.cut(at: "panic serving ")?.after.cut(at: ": ")?.after
    guard var message = said else { return nil }
    if let (before, _) = message.cut(at: " [recovered") { message = before }
    if let rest = message.after("runtime error: ") {
      return StackTrace.Link(type: "runtime error", message: String(rest))
    }
    return StackTrace.Link(type: "panic", message: String(message))
  }

  /// `main.(*Server).serve(0xc000, {0x1, 0x2})` without its arguments.
  private static func function(_ line: Substring) -> Substring {
    guard let (receiver, rest) = line.cut(atLast: ")."), !rest.isEmpty else { return line.cut(at: "(")?.before ?? line }
    return line[..<line.index(receiver.endIndex, offsetBy: 2 + (rest.cut(at: "(")?.before ?? rest).count)]
  }
}

/// Rust's panics, with or without a backtrace.
enum RustStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    guard let place = lines.firstIndex(where: { $0.contains("thread '") && $0.contains("' panicked at ") }),
      let (_, behind) = lines[place].cut(at: "' panicked at ")
    else { return [] }
    var link = StackTrace.Link(type: "panic", message: "")
    var location = behind.trimmed
    if let quoted = location.after("'"), let (message, rest) = quoted.cut(atLast: "', ") {
      // Before Rust 1.73: the message, then the place.
      (link.message, location) = (String(message), rest)
    } else {
      if location.hasSuffix(":") { location = location.dropLast() }
      if place + 1 < lines.count { link.message = String(lines[place + 1].trimmed) }
    }
    var function: Substring?
    for line in lines.dropFirst(place + 1) {
      let content = line.trimmed
      let number = content.prefix { $0.isNumber }
      if !number.isEmpty, let name = content.dropFirst(number.count).after(": ") {
        function = name
      } else if let name = function, let path = content.after("at "), let (before, _) = path.placeAndLine,
        let (file, line) = before.placeAndLine
      {
        link.append(
          StackTrace.Frame(
            function: String(name), file: String(file), line: line,
            isOwn: OwnCode.isOwn(name: name) && OwnCode.isOwn(path: file)))
        function = nil
      }
    }
    if link.frames.isEmpty, let (before, _) = location.placeAndLine, let (file, line) = before.placeAndLine {
      link.append(StackTrace.Frame(function: nil, file: String(file), line: line, isOwn: OwnCode.isOwn(path: file)))
    }
    return [link]
  }
}

/// PHP's: `Uncaught Type: message in file:line`, `Stack trace:`, `#0 file(line): f()`; the first printed is the root, behind
/// `Next ` comes what it became.
enum PHPStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var heads: [Substring] = []
    // A line says which function was called from where: the place of each frame stands a line before its function.
    var place: (file: Substring, line: Int?)?
    var inTrace = false
    for line in lines {
      let content = line.trimmed
      if content == "Stack trace:" || content == "[stacktrace]" {
        guard let (link, thrown) = head(heads) else { return [] }
        if links.count == StackTrace.mostLinks { links.removeLast() }
        links.append(link)
        (place, inTrace, heads) = (thrown, true, [])
      } else if inTrace, let call = content.after("#"), let (_, rest) = call.cut(at: " ") {
        let main = rest.hasPrefix("{main}")
        let cut = rest.cut(at: ": ")
        if let thrown = place {
          let name = main ? nil : cut?.after.cut(at: "(")?.before
          links[links.count - 1].append(
            StackTrace.Frame(
              function: name.map(String.init), file: String(thrown.file), line: thrown.line,
              isOwn: OwnCode.isOwn(path: thrown.file)))
        }
        place = cut.map { caller in
          let (file, number) = caller.before.cut(atLast: "(") ?? (caller.before, "")
          return (file, Int(number.prefix { $0.isNumber }))
        }
        if main { place = nil }
      } else if heads.count < 64 {
        if content.hasPrefix("Next ") { (heads, inTrace) = ([], false) }
        heads.append(content)
      }
    }
    return links
  }

  /// Type, message and place; a message may have several lines.
  private static func head(_ lines: [Substring]) -> (StackTrace.Link, (file: Substring, line: Int?)?)? {
    for (index, line) in lines.enumerated() {
      let start = line.after("Next ") ?? line.cut(at: "Uncaught ")?.after ?? line.cut(at: "[object] (")?.after ?? line
      let text = start.cut(at: "(code: ").map { cut in cut.before + (cut.after.cut(at: ")")?.after ?? "") } ?? start
      guard var link = StackTrace.Link(head: text.trimmed), line != start || index > 0 || lines.count == 1 else {
        continue
      }
      for word in [" in ", " at "] {
        guard let last = lines[index...].last(where: { $0.contains(word) }), let (_, path) = last.cut(atLast: word)
        else { continue }
        let bare = path.hasSuffix(")") ? path.dropLast() : path
        guard let (file, number) = bare.placeAndLine else { continue }
        if let (before, _) = link.message[...].cut(atLast: word) { link.message = String(before) }
        return (link, (file, number))
      }
      return (link, nil)
    }
    return nil
  }
}

/// Ruby's: `app.rb:12:in 'f': message (Type)`, then `from` frames; causes follow what they caused. Rails': `Type (message):`,
/// then the frames.
enum RubyStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var title: StackTrace.Link?
    for line in lines {
      let content = line.trimmed
      let call = content.after("from ") ?? content
      if let (frame, rest) = frame(call) {
        if let message = rest.after(": "), let (text, type) = message.cut(atLast: " ("), type.hasSuffix(")") {
          if links.count == StackTrace.mostLinks { links.removeLast() }
          links.append(StackTrace.Link(type: String(type.dropLast()), message: String(text), frames: [frame]))
        } else if links.isEmpty {
          guard let named = title else { continue }
          links.append(named)
          links[0].append(frame)
        } else {
          links[links.count - 1].append(frame)
        }
      } else if links.isEmpty {
        if let (type, rest) = content.cut(at: " ("), rest.hasSuffix("):"), let link = StackTrace.Link(head: type) {
          title = StackTrace.Link(type: link.type, message: String(rest.dropLast(2)))
        } else if let link = StackTrace.Link(head: content) ?? StackTrace.Link(within: content) {
          title = title ?? link
        }
      }
    }
    return links.reversed()
  }

  /// `app/cart.rb:12:in 'Cart#add'`, with ` or ' in front of the name; and what stands behind it.
  private static func frame(_ line: Substring) -> (StackTrace.Frame, rest: Substring)? {
    guard let (place, name) = line.cut(at: ":in "), let (file, number) = place.placeAndLine,
      file.hasSuffix(".rb") || file.contains("/bin/") || file.hasPrefix("<internal"),
      name.first == "`" || name.first == "'",
      let end = name.dropFirst().firstIndex(of: "'")
    else { return nil }
    let function = name[name.index(after: name.startIndex)..<end]
    return (
      StackTrace.Frame(function: String(function), file: String(file), line: number, isOwn: OwnCode.isOwn(path: file)),
      name[name.index(after: end)...]
    )
  }
}
