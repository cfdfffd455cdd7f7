/// Elixir's exceptions: `** (RuntimeError) message`, then the frames from where it was raised outwards; what an exit was about
/// stands inside of it, deeper.
enum BeamStack {
  static func links(_ lines: [Substring]) -> [StackTrace.Link] {
    var links: [StackTrace.Link] = []
    var indents: [Int] = []
    for line in lines {
      let content = line.trimmed
      if let link = head(links.isEmpty ? line.cut(at: "** (").map { line[$0.before.endIndex...] } ?? content : content)
      {
        guard links.isEmpty || line.indent > 0, links.count < StackTrace.mostLinks else { continue }
        indents.append(links.isEmpty ? 0 : line.indent)
        links.append(link)
      } else if !links.isEmpty, let frame = frame(content) {
        let owner = indents.lastIndex { $0 < line.indent } ?? 0
        links[owner].append(frame)
      }
    }
    guard links.contains(where: { !$0.frames.isEmpty }) else { return [] }
    // An exit has no frames of its own: it came where it was waited for.
    for index in links.indices.dropFirst() where links[index].frames.isEmpty {
      links[index].frames = links[index - 1].frames
    }
    return links.reversed()
  }

  /// `** (RuntimeError) no stock`
  private static func head(_ line: Substring) -> StackTrace.Link? {
    guard let (type, message) = line.after("** (")?.cut(at: ")"), !type.isEmpty, !type.contains(" ") else { return nil }
    return StackTrace.Link(type: String(type), message: String(message.trimmed))
  }

  private static let foreign: Set<Substring> = [
    "elixir", "stdlib", "kernel", "erts", "logger", "mix", "ex_unit", "iex", "phoenix", "phoenix_live_view", "plug",
    "plug_cowboy", "cowboy", "ranch", "bandit", "thousand_island", "ecto", "ecto_sql", "db_connection", "postgrex",
    "telemetry", "jason", "finch", "mint", "tesla", "oban", "absinthe",
  ]

  /// `(shop 0.1.0) lib/shop/stock.ex:12: Shop.Stock.reserve/1`
  private static func frame(_ line: Substring) -> StackTrace.Frame? {
    var rest = line
    var app: Substring = ""
    if let (name, place) = line.after("(")?.cut(at: ") ") {
      app = name.prefix { $0 != " " }
      rest = place
    }
    guard let (place, function) = rest.cut(at: ": "), let (file, number) = place.placeAndLine,
      [".ex", ".exs", ".erl"].contains(where: { file.hasSuffix($0) })
    else { return nil }
    return StackTrace.Frame(
      function: String(function), file: String(file), line: number,
      isOwn: !foreign.contains(app) && !file.hasPrefix("deps/"))
  }
}
