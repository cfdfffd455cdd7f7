/// Go's stacks: a panic with its goroutines, where what was raised first is printed first; Gin's `panic recovered`; and the bare
/// ones of zap, pkg/errors and the race detector, a function and then its place.
enum GoStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    if lines.contains(where: { isGoroutine($0.trimmed) }) { return panic(lines) }
    return recovered(lines) ?? bare(lines)
  }

  private static func isGoroutine(_ line: Substring) -> Bool { line.hasPrefix("goroutine ") && line.hasSuffix("]:") }

  // MARK: Panics

  private static func panic(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var frames = StackTrace.Link(type: "", message: "")
    var goroutines = 0
    var function: Substring?
    for line in lines {
      let content = line.trimmed
      if isGoroutine(content) {
        goroutines += 1
        continue
      }
      if goroutines == 0 {
        if let link = head(content), links.count < StackTrace.mostLinks { links.append(link) }
      } else if goroutines == 1 {
        if line.indent > 0 {
          if let name = function, let frame = frame(name, place: content) { frames.append(frame) }
          function = nil
        } else if !content.hasPrefix("created by "), !content.isEmpty {
          function = GoStack.function(content)
        }
      }
    }
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
    return raised(message)
  }

  private static func raised(_ message: Substring) -> StackTrace.Link {
    if let rest = message.after("runtime error: ") {
      return StackTrace.Link(type: "runtime error", message: String(rest))
    }
    return StackTrace.Link(type: "panic", message: String(message))
  }

  // MARK: Gin

  /// `/srv/app/orders.go:41 (0x1234567)`, then the function with the line of the source, indented.
  private static func recovered(_ lines: [Substring]) -> [StackTrace.Link]? {
    func place(_ line: Substring) -> (file: Substring, line: Int)? {
      guard line.indent == 0, let (path, address) = line.cut(at: " (0x"), address.hasSuffix(")") else { return nil }
      return path.placeAndLine.flatMap { $0.file.hasSuffix(".go") ? $0 : nil }
    }
    guard let first = lines.firstIndex(where: { place($0) != nil }) else { return nil }
    let said = lines[..<first].last { !$0.trimmed.isEmpty }?.trimmed ?? ""
    var link = raised(said)
    for (index, line) in lines.enumerated().dropFirst(first) {
      guard let (file, number) = place(line) else { continue }
      let next = index + 1 < lines.count ? lines[index + 1] : ""
      let function = next.indent > 0 ? next.trimmed.cut(at: ": ")?.before : nil
      link.append(
        StackTrace.Frame(
          function: function.map(String.init), file: String(file), line: number, isOwn: OwnCode.isOwn(path: file)))
    }
    return [link]
  }

  // MARK: Functions and their places

  private static func bare(_ lines: [Substring]) -> [StackTrace.Link] {
    var link: StackTrace.Link?
    var found = false
    var function: Substring?
    for (index, line) in lines.enumerated() {
      let content = line.trimmed
      if let name = function, line.indent > 0, let frame = frame(name, place: content) {
        if !found { link = title(lines[..<index].dropLast()) }
        found = true
        link?.append(frame)
        function = nil
        continue
      }
      // The race detector's second stack is another's.
      if found && content.isEmpty { break }
      function = isFunction(content) ? GoStack.function(content) : nil
    }
    return link.map { [$0] } ?? []
  }

  private static func title(_ lines: ArraySlice<Substring>) -> StackTrace.Link {
    if lines.contains(where: { $0.hasSuffix("WARNING: DATA RACE") || $0.hasSuffix(" DATA RACE") }) {
      return StackTrace.Link(type: "data race", message: String(lines.last?.trimmed ?? ""))
    }
    return StackTrace.Link(type: "error", message: String(lines.first?.trimmed ?? ""))
  }

  /// `main.(*Stock).Reserve`, with arguments or not.
  private static func isFunction(_ line: Substring) -> Bool {
    let name = function(line)
    return name.contains(".") && !name.contains(" ") && !name.contains(":") && !name.hasSuffix(".")
  }

  private static func frame(_ name: Substring, place: Substring) -> StackTrace.Frame? {
    guard let (file, line) = (place.cut(at: " +0x")?.before ?? place).placeAndLine,
      file.hasSuffix(".go") || file.hasSuffix(".s") || file.hasSuffix(".c")
    else { return nil }
    return StackTrace.Frame(
      function: name.split(separator: "/").last.map(String.init), file: String(file), line: line,
      isOwn: OwnCode.isOwn(name: name) && OwnCode.isOwn(path: file))
  }

  /// `main.(*Server).serve(0xc000, {0x1, 0x2})` without its arguments.
  private static func function(_ line: Substring) -> Substring {
    guard let (receiver, rest) = line.cut(atLast: ")."), !rest.isEmpty else { return line.cut(at: "(")?.before ?? line }
    return line[..<line.index(receiver.endIndex, offsetBy: 2 + (rest.cut(at: "(")?.before ?? rest).count)]
  }
}
