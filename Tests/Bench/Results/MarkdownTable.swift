/// A table for the repository.
enum MarkdownTable {
  /// The columns named are flush left, the others right.
  static func text(header: [String], rows: [[String]], left: Set<Int>) -> String {
    let rule = header.indices.map { left.contains($0) ? "---|" : "---:|" }.joined()
    let lines = rows.map { row in "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n" }
    return "| " + header.joined(separator: " | ") + " |\n|" + rule + "\n" + lines.joined()
  }
}
