/// Ruby's: `app.rb:12:in 'f': message (Type)`, then `from` frames; causes follow what they caused. Rails': `Type (message):`,
/// then the frames.
enum RubyStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var title: StackTrace.Link?
    // After `Caused by:` (loggers) or `Causes:` (Rails): the next line names the cause.
    var isCause = false
    for line in lines {
      let content = line.trimmed
      if !links.isEmpty, content == "Caused by:" || content == "Causes:" {
        isCause = true
        continue
      }
      if isCause, let link = self.title(content) ?? StackTrace.Link(head: content) {
        isCause = false
        if links.count == StackTrace.mostLinks { links.removeLast() }
        links.append(link)
        continue
      }
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
        if let link = content.hasSuffix("):") ? self.title(content) : nil {
          title = link
        } else if let link = StackTrace.Link(head: content) ?? StackTrace.Link(within: content) {
          title = title ?? link
        }
      }
    }
    return links.reversed()
  }

  /// Rails' `RuntimeError (no stock):`, and without the colon.
  private static func title(_ line: Substring) -> StackTrace.Link? {
    let text = line.hasSuffix(":") ? line.dropLast() : line
    guard let (type, rest) = text.cut(at: " ("), rest.hasSuffix(")"), let link = StackTrace.Link(head: type) else {
      return nil
    }
    return StackTrace.Link(type: link.type, message: String(rest.dropLast()))
  }

  /// `app/cart.rb:12:in 'Cart#add'`, with ` or ' in front of the name; and what comes after it.
  private static func frame(_ line: Substring) -> (StackTrace.Frame, rest: Substring)? {
    guard let (place, name) = line.cut(at: ":in "), let (file, number) = place.placeAndLine,
      [".rb", ".erb", ".rake", ".ru", ".haml", ".slim"].contains(where: { file.hasSuffix($0) })
        || file.contains("/bin/") || file.hasPrefix("<internal"),
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
