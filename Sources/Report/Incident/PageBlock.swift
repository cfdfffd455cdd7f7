/// What an incident page is made of, whatever it is written as: Markdown and HTML say the same because both are written
/// from these. Texts are not escaped yet.
enum PageBlock: Sendable {
  /// A part with a heading that the list of contents names. Titles are skein's own words: letters, blanks and commas, so that a
  /// forge makes the same anchor of them.
  case section(String)
  /// A heading below it.
  case heading(PageText)
  case paragraph(PageText)
  case list([PageText])
  case table(PageTable)
  /// Lines as logged, or commands. Controls are visible already or become so.
  case lines([String])
  case chart(PageChart)
  /// Few figures that matter most.
  case figures([Figure])
  /// For people to fill in.
  case blank(String)
  /// What is long: a part that HTML can close.
  case folded(PageText, [PageBlock])

  struct Figure: Sendable, Equatable {
    var label: String
    var value: String
    var note: PageText
    /// Of the incident itself.
    var isAccent = false
  }
}

/// Rows and columns of a page.
struct PageTable: Sendable {
  struct Column: Sendable {
    var header: String
    var isNumber: Bool

    init(_ header: String, isNumber: Bool = false) {
      self.header = header
      self.isNumber = isNumber
    }
  }

  struct Row: Sendable {
    var cells: [PageText]
    /// During the incident, or its edge.
    var isAccent = false
    /// Rows that the first cell is about; 0: the one above is.
    var spans = 1
  }

  var caption: String
  var columns: [Column]
  var rows: [Row] = []

  init(_ caption: String, _ columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  mutating func append(_ cells: [PageText], isAccent: Bool = false, spans: Int = 1) {
    precondition(cells.count == columns.count)
    rows.append(Row(cells: cells, isAccent: isAccent, spans: spans))
  }
}

/// A picture with the words that stand for it.
struct PageChart: Sendable {
  var drawing: SVGDrawing
  var caption: PageText
  /// The same in lines of text, for Markdown.
  var lines: [String]
}
