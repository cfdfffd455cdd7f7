/// One of the few figures that stand first on a page: what it is, its value, and what it was before, in words.
struct ServiceTile {
  var label: String
  var value: String
  /// What the value is of.
  var note = ""
  /// As a person reads it: `before 1.1 %`.
  var before = ""
  var change: LiveScreen.Change?

  /// - Parameter before: nil: there was none.
  init(_ label: String, _ value: String, note: String = "", before: String? = nil, change: LiveScreen.Change? = nil) {
    self.label = label
    self.value = value
    self.note = note
    self.before = before.map { "before " + $0 } ?? ""
    self.change = change
  }

  static func list(_ tiles: [ServiceTile]) -> ServiceMarkup {
    "<dl class=\"figures\">\n\(tiles.map(\.markup).joined())</dl>\n"
  }

  private var markup: ServiceMarkup {
    let style: ServiceMarkup = change == .worse ? " class=\"worse\"" : ""
    var out: ServiceMarkup = "<div\(style)><dt>\(label)</dt><dd class=\"value\">\(value)</dd>"
    if !note.isEmpty { out += "<dd>\(note)</dd>" }
    if !before.isEmpty {
      let word = ServiceText.word(change)
      let said: ServiceMarkup = word.isEmpty ? "" : change == .same ? ", \(word)" : ", <strong>\(word)</strong>"
      out += "<dd>\(before)\(said)</dd>"
    }
    return out + "</div>\n"
  }
}
