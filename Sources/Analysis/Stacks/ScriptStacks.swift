// Stacks that say which function was called from where: the place of each frame stands a line before its function. Of Perl
// (Carp), Lua and Haskell.

/// `no stock at /srv/Stock.pm line 12.`, then `\tStock::reserve(4711) called at /srv/orders.pl line 41`.
enum PerlStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    guard let died = lines.indices.first(where: { $0 + 1 < lines.count && called(lines[$0 + 1]) != nil }),
      let (message, thrown) = place(lines[died], after: " at ")
    else { return [] }
    var link = StackTrace.Link(head: message) ?? StackTrace.Link(type: "die", message: String(message))
    var place = thrown
    for line in lines.dropFirst(died + 1) {
      guard let (function, from) = called(line) else { break }
      link.append(frame(function, place))
      place = from
    }
    link.append(frame(nil, place))
    return [link]
  }

  private static func frame(_ function: Substring?, _ place: (file: Substring, line: Int)) -> StackTrace.Frame {
    StackTrace.Frame(
      function: function.map(String.init), file: String(place.file), line: place.line,
      isOwn: OwnCode.isOwn(path: place.file) && !place.file.contains("/perl"))
  }

  private static func called(_ line: Substring) -> (function: Substring, place: (file: Substring, line: Int))? {
    guard line.indent > 0, let (call, place) = place(line, after: " called at ") else { return nil }
    return (call.cut(at: "(")?.before ?? call, place)
  }

  private static func place(
    _ line: Substring, after word: String
  ) -> (text: Substring, place: (file: Substring, line: Int))? {
    var content = line.trimmed
    if content.hasSuffix(".") { content = content.dropLast() }
    guard let (text, rest) = content.cut(atLast: word), let (file, number) = rest.cut(atLast: " line "),
      let line = Int(number)
    else { return nil }
    return (text, (file, line))
  }
}

/// `stack traceback:`, then `\t/srv/stock.lua:12: in function 'reserve'`.
enum LuaStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    guard let title = lines.firstIndex(where: { $0.trimmed == "stack traceback:" }) else { return [] }
    var said = lines[..<title].last { !$0.trimmed.isEmpty }?.trimmed ?? ""
    if let (_, rest) = said.cut(at: "lua: ") { said = rest }
    var link = StackTrace.Link(type: "error", message: String(said))
    for line in lines.dropFirst(title + 1) {
      guard line.indent > 0 else { continue }
      let content = line.trimmed
      guard let (place, call) = content.cut(at: ": in "), let (file, number) = place.placeAndLine else { continue }
      let name =
        call.after("function ") ?? call.after("method ") ?? call.after("upvalue ") ?? call.after("local ") ?? call
      let bare = name.filter { !"'<>`".contains($0) }
      link.append(StackTrace.Frame(function: bare, file: String(file), line: number, isOwn: OwnCode.isOwn(path: file)))
    }
    return link.frames.isEmpty ? [] : [link]
  }
}

/// `CallStack (from HasCallStack):`, then `  error, called at src/Stock.hs:12:5 in shop:Stock`.
enum HaskellStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    guard let title = lines.firstIndex(where: { $0.trimmed.hasPrefix("CallStack (from ") }) else { return [] }
    let said = lines[..<title].last { !$0.trimmed.isEmpty }?.trimmed ?? ""
    var link = StackTrace.Link(head: said) ?? StackTrace.Link(type: "error", message: String(said))
    var place: (file: Substring, line: Int)?
    func append(_ function: Substring?) {
      guard let place else { return }
      link.append(
        StackTrace.Frame(
          function: function.map(String.init), file: String(place.file), line: place.line,
          isOwn: !place.file.hasPrefix("libraries/")))
    }
    for line in lines.dropFirst(title + 1) {
      guard line.indent > 0, let (function, rest) = line.trimmed.cut(at: ", called at ") else { break }
      append(function)
      let path = rest.cut(at: " in ")?.before ?? rest
      place = path.placeAndLine.flatMap { $0.file.placeAndLine }
    }
    append(nil)
    return link.frames.isEmpty ? [] : [link]
  }
}
