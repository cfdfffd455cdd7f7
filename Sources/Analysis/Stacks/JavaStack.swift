/// Stack traces of the JVM, as `Throwable.printStackTrace` writes them. What was raised last is printed first, so the root cause
/// is the last `Caused by` (logback's rootException prints it first); what is `Suppressed` caused nothing.
enum JavaStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var heads: [Substring] = []
    var suppressed: Int?
    var isOpen = false
    // Some loggers print the root first, and what it became behind `Wrapped by: `.
    var isRootFirst = false
    for line in lines {
      let indent = line.indent
      if let from = suppressed {
        if indent >= from { continue }
        suppressed = nil
      }
      let content = line.trimmed
      if content.hasPrefix("Suppressed: ") {
        suppressed = max(indent, 1)
      } else if let head = content.after("Caused by: ") ?? content.after("Wrapped by: ") {
        isOpen = false
        isRootFirst = isRootFirst || content.hasPrefix("Wrapped by: ")
        if head.hasPrefix("[CIRCULAR REFERENCE") { continue }
        if let link = StackTrace.Link(head: head) {
          if links.count == StackTrace.mostLinks { links.removeLast() }
          links.append(link)
          isOpen = true
        }
      } else if let frame = frame(content) {
        if links.isEmpty {
          guard let link = Heads.link(heads) else { return [] }
          links.append(link)
          isOpen = true
        }
        if isOpen { links[links.count - 1].append(frame) }
      } else if links.isEmpty, heads.count < 64 {
        heads.append(content)
      }
    }
    guard links.contains(where: { !$0.frames.isEmpty }) else { return [] }
    return isRootFirst ? links : links.reversed()
  }

  /// `at java.base/java.util.List.get(List.java:12)`
  private static func frame(_ line: Substring) -> StackTrace.Frame? {
    guard let call = line.after("at "), let (name, rest) = call.cut(at: "("), let end = rest.firstIndex(of: ")"),
      !name.contains(" "), name.contains(".")
    else { return nil }
    let place = rest[..<end]
    let known = [".java:", ".kt:", ".scala:", ".groovy:", ".clj:"].contains { place.contains($0) }
    guard known || ["Native Method", "Unknown Source", "SourceFile"].contains(where: { place.hasPrefix($0) }) else {
      return nil
    }
    let whole = name.cut(atLast: "/")?.after ?? name
    let parts = whole.split(separator: ".").suffix(2)
    let file = place.placeAndLine
    return StackTrace.Frame(
      function: parts.joined(separator: "."), file: file.map { String($0.file) }, line: file?.line,
      isOwn: OwnCode.isOwn(name: whole) && known)
  }
}

/// The lines in front of a first frame: a line of the log, then an exception with its message, or both in one line.
enum Heads {
  static func link(_ lines: [Substring]) -> StackTrace.Link? {
    func bare(_ line: Substring) -> Substring {
      if let rest = line.after("Exception in thread \""), let (_, head) = rest.cut(at: "\" ") { return head }
      for word in ["Uncaught ", "Unhandled exception. ", "Unhandled Exception: ", "(Inner Exception #0) "] {
        if let rest = line.after(word) { return rest }
      }
      return line
    }
    for line in lines.dropFirst() {
      if let link = StackTrace.Link(head: bare(line.trimmed)) { return link }
    }
    guard let first = lines.first else { return nil }
    return StackTrace.Link(head: bare(first.trimmed)) ?? StackTrace.Link(within: first)
  }
}
