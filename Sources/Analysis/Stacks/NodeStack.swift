/// Stack traces of Node and other V8 programs; `[cause]: ` stands inside of what it caused, so the last is the root.
enum NodeStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var heads: [Substring] = []
    // Of an AggregateError the first error inside is followed.
    var isAggregate = false
    for line in lines {
      let content = line.trimmed
      if content == "[errors]: [", !links.isEmpty {
        isAggregate = true
      } else if isAggregate, let link = StackTrace.Link(head: content) {
        isAggregate = false
        if links.count == StackTrace.mostLinks { links.removeLast() }
        links.append(link)
      } else if content == "]" || content == "],", links.count > 1 {
        break
      } else if let cause = content.after("[cause]: "), !links.isEmpty {
        if let link = StackTrace.Link(head: cause) {
          if links.count == StackTrace.mostLinks { links.removeLast() }
          links.append(link)
        }
      } else if let frame = frame(content) {
        if links.isEmpty {
          guard let link = Heads.link(heads) else { return [] }
          links.append(link)
        }
        links[links.count - 1].append(frame)
      } else if links.isEmpty, heads.count < 64 {
        heads.append(content)
      }
    }
    return links.reversed()
  }

  /// `at async Cart.add (file:///srv/cart.js:12:7)`, `at /srv/cart.js:12:7`
  private static func frame(_ line: Substring) -> StackTrace.Frame? {
    guard var call = line.after("at ") else { return nil }
    if call.hasSuffix(" {") { call = call.dropLast(2) }
    if call.hasSuffix(",") { call = call.dropLast() }
    var function: Substring?
    var place = call
    if let (name, rest) = call.cut(atLast: " ("), rest.hasSuffix(")") {
      function = name
      place = rest.dropLast()
    }
    if let plain = place.after("async ") { place = plain }
    let (file, number): (Substring, Int?)
    if let (before, _) = place.placeAndLine, let (path, line) = before.placeAndLine {
      (file, number) = (path, line)
    } else if ["<anonymous>", "native", "node:"].contains(where: { place.hasPrefix($0) }) {
      (file, number) = (place, nil)
    } else {
      return nil
    }
    let path = file.after("file://") ?? file
    let name = function.map { name in name.after("async ") ?? name }
    return StackTrace.Frame(
      function: name.map(String.init), file: String(path), line: number, isOwn: OwnCode.isOwn(path: path))
  }
}
