/// .NET's stack traces, as `Exception.ToString` writes them: the outer exception, ` ---> ` the inner ones, then their frames from
/// the innermost outwards, each part ended by `--- End of inner exception stack trace ---`.
enum DotNetStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    // The exceptions whose frames are still to come, the innermost last.
    var open: [Int] = []
    var heads: [Substring] = []
    var isDotNet = false
    var isLeaf = true
    for line in lines {
      let content = line.trimmed
      if let inner = content.after("---> ") {
        isDotNet = true
        if links.isEmpty, let outer = Heads.link(heads) {
          links.append(outer)
          open.append(0)
        }
        // Of an AggregateException the first exception inside is followed.
        if !isLeaf || links.count == StackTrace.mostLinks { continue }
        if let link = Heads.link([inner]) {
          open.append(links.count)
          links.append(link)
        }
      } else if content.hasPrefix("--- End of inner exception stack trace ---") {
        isLeaf = false
        if open.count > 1 { open.removeLast() }
      } else if let (frame, isCertain) = frame(content) {
        isDotNet = isDotNet || isCertain
        if links.isEmpty {
          guard let link = Heads.link(heads) else { return [] }
          links.append(link)
          open.append(0)
        }
        if let last = open.last { links[last].append(frame) }
      } else if links.isEmpty {
        // `Outer: message ---> Inner: message`, as older runtimes write it.
        if let (outer, inner) = content.cut(at: " ---> "), let first = Heads.link(heads + [outer]),
          let second = Heads.link([inner])
        {
          isDotNet = true
          links = [first, second]
          open = [0, 1]
        } else if heads.count < 64 {
          heads.append(content)
        }
      }
    }
    return isDotNet ? links.reversed() : []
  }

  /// `at Shop.Cart.<AddAsync>d__4.MoveNext() in /src/Cart.cs:line 12`; certain where no other language writes it so.
  private static func frame(_ line: Substring) -> (StackTrace.Frame, isCertain: Bool)? {
    guard let call = line.after("at "), let (name, rest) = call.cut(at: "("), !name.isEmpty, name.contains("."),
      let (arguments, behind) = rest.cut(atLast: ")"), !name.hasPrefix("async "), !name.hasPrefix("new ")
    else { return nil }
    if arguments.contains(".java:") || arguments.contains(".kt:") { return nil }
    let place = behind.after(" in ")?.cut(atLast: ":line ")
    var parts = name.split(separator: ".")
    if parts.count > 1, parts.last == "MoveNext" { parts.removeLast() }
    let short = parts.suffix(2).map { part in part.after("<")?.cut(at: ">")?.before ?? part }
    return (
      StackTrace.Frame(
        function: short.joined(separator: "."), file: place.map { String($0.before) },
        line: place.flatMap { Int($0.after) },
        isOwn: OwnCode.isOwn(name: name)), place != nil
    )
  }
}
