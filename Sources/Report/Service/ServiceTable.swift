/// A table of a page. The first column names the row; a wide table scrolls in a region of its own, and on a phone columns that
/// are minor are left out.
struct ServiceTable {
  struct Column {
    var header: String
    /// What the header means where it is too short by itself, for those who do not see what stands beside it.
    var about: String
    var kind: Kind
    /// Left out on a phone.
    var isMinor: Bool

    enum Kind { case text, number, before }

    init(_ header: String, _ kind: Kind = .text, about: String = "", isMinor: Bool = false) {
      self.header = header
      self.about = about
      self.kind = kind
      self.isMinor = isMinor
    }

    /// ` class="n minor"`
    fileprivate var attribute: ServiceMarkup {
      var names: [String] = []
      switch kind {
      case .text: break
      case .number: names.append("n")
      case .before: names += ["n", "soft"]
      }
      if isMinor { names.append("minor") }
      return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
    }
  }

  /// Of the region that scrolls: letters, digits and hyphens.
  let id: String
  let caption: String
  let columns: [Column]
  private var rows: [ServiceMarkup] = []

  init(_ id: String, _ caption: String, _ columns: [Column]) {
    self.id = id
    self.caption = caption
    self.columns = columns
  }

  mutating func append(_ cells: [ServiceMarkup], isAccent: Bool = false) {
    precondition(cells.count == columns.count)
    var row: ServiceMarkup = isAccent ? "<tr class=\"accent\">" : "<tr>"
    for (i, cell) in cells.enumerated() {
      let attribute = columns[i].attribute
      row += i == 0 ? "<th scope=\"row\"\(attribute)>\(cell)</th>" : "<td\(attribute)>\(cell)</td>"
    }
    rows.append(row + "</tr>\n")
  }

  var markup: ServiceMarkup {
    let heads = columns.map { column -> ServiceMarkup in
      let about = column.about.isEmpty ? "" : ServiceMarkup.spoken(column.about + " ")
      return "<th scope=\"col\"\(column.attribute)>\(about)\(column.header)</th>"
    }
    return
      """
      <div class="wide" id="\(id)" tabindex="0" role="region" aria-label="\(caption)">
      <table>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </div>

      """
  }
}
