/// PHP's: `Uncaught Type: message in file:line`, `Stack trace:`, `#0 file(line): f()`; the first printed is the root, after
/// `Next ` comes what it became. Monolog's and Laravel's: `[stacktrace]`, then `[previous exception]`, the outermost first.
enum PHPStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var heads: [Substring] = []
    // A line says which function was called from where: the place of each frame stands a line before its function.
    var place: (file: Substring, line: Int?)?
    var inTrace = false
    // Monolog prints the outermost first.
    var isOutermostFirst = false
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
        if content.hasPrefix("[previous exception]") { isOutermostFirst = true }
        if content.hasPrefix("Next ") || content.hasPrefix("[previous exception]") { (heads, inTrace) = ([], false) }
        heads.append(content)
      }
    }
    return isOutermostFirst ? links.reversed() : links
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
