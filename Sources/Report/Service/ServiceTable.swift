/// A table of a page. The first column names the row; a wide table scrolls in a region of its own. On a phone columns that are
/// minor are left out, and the rest of a row stands below its name.
struct ServiceTable {
  struct Column {
    var header: String
    /// What the header means where it is too short by itself, for those who do not see what stands beside it.
    var about: String
    var kind: Kind
    /// Left out on a phone.
    var isMinor: Bool
    /// Whether a cell says its header where the headers are not seen.
    var isNamed = true

    enum Kind { case text, number, before }

    init(_ header: String, _ kind: Kind = .text, about: String = "", isMinor: Bool = false) {
      self.header = header
      self.about = about
      self.kind = kind
      self.isMinor = isMinor
    }

    /// What a row is about, beside its name.
    static func text(_ header: String) -> Column {
      var column = Column(header)
      column.isNamed = false
      return column
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

  /// What becomes of it on a phone.
  enum Shape: String {
    /// Figures stay in columns, below the name of their row.
    case figures = "columns"
    /// Texts become paragraphs, each figure with its header.
    case texts
    /// It has room as it is.
    case plain
  }

  /// Of the region that scrolls: letters, digits and hyphens.
  let id: String
  let caption: String
  let shape: Shape
  let columns: [Column]
  private var rows: [ServiceMarkup] = []

  init(_ id: String, _ caption: String, _ shape: Shape, _ columns: [Column]) {
    self.id = id
    self.caption = caption
    self.shape = shape
    self.columns = columns
  }

  mutating func append(_ cells: [ServiceMarkup], isAccent: Bool = false) {
    precondition(cells.count == columns.count)
    var row: ServiceMarkup = isAccent ? "<tr class=\"accent\">" : "<tr>"
    for (i, cell) in cells.enumerated() {
      let attribute = columns[i].attribute
      let isNamed = shape == .texts && columns[i].isNamed && !cell.isEmpty
      let label: ServiceMarkup = isNamed ? " data-label=\"\(columns[i].header)\"" : ""
      row += i == 0 ? "<th scope=\"row\"\(attribute)>\(cell)</th>" : "<td\(attribute)\(label)>\(cell)</td>"
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
      <div class="wide \(shape.rawValue)" id="\(id)" tabindex="0" role="region" aria-label="\(caption)">
      <table>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </div>

      """
  }
}
