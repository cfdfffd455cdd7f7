internal import TraceCore

/// The live screen of `skein follow`: a view becomes lines of text. It answers first whether this deploy is good or bad, then
/// shows by what.
///
/// Pure: the same view, choices, size and style give the same lines, never more than there are rows and never wider than the
/// screen, whatever the log holds. What a colour says, a word or mark says too.
package enum LiveScreen {
  /// At least so many columns are shown side by side in two halves.
  static let twoHalves = 132
  /// At least so many rows have blank lines between panels.
  static let airy = 40
  /// At least so many rows have room for all five figures beside the rest.
  static let full = 24

  /// What is drawn, for whom, and where: what every part of the screen needs.
  struct Frame {
    let view: LiveView
    let ui: LiveUI
    let columns: Int
    let rows: Int
    let style: Style

    var separator: String { style.dot }
  }

  /// A part of the screen that can do with more or less room.
  struct Panel {
    /// Rows without which it is not worth showing.
    var least: Int
    /// Rows that it can use.
    var most: Int
    /// Share of the rows that are left over; 0: it is filled up before others.
    var weight: Int
    /// A lower one gets its least rows first.
    var rank: Int
    var lines: (_ width: Int, _ height: Int) -> [LiveLine]
  }

  /// Exactly `rows` lines of at most `columns` columns, painted, without blanks at their ends.
  package static func render(_ view: LiveView, ui: LiveUI, columns: Int, rows: Int, style: Style) -> [String] {
    guard rows > 0, columns > 0 else { return Array(repeating: "", count: max(rows, 0)) }
    var style = style
    style.width = nil
    let frame = Frame(view: view, ui: ui, columns: columns, rows: rows, style: style)
    var lines: [LiveLine]
    if ui.isHelpShown {
      lines = helpPage(frame)
    } else if let detail = ui.detail {
      lines = detailPage(detail, frame)
    } else {
      lines = mainPage(frame)
    }
    lines = Array(lines.prefix(rows))
    while lines.count < rows { lines.append(LiveLine()) }
    return lines.map { $0.fitted(columns, style).text(style) }
  }

  private static func mainPage(_ frame: Frame) -> [LiveLine] {
    var lines = [title(frame)] + headline(frame)
    let body = frame.rows - lines.count - 1
    guard body > 0 else { return Array(lines.prefix(max(frame.rows - 1, 1))) + (frame.rows > 1 ? [keys(frame)] : []) }
    if frame.rows >= airy { lines.append(LiveLine()) }
    let room = frame.rows - lines.count - 1
    let answer = [figures(frame), gate(frame)]
    let lists = [routes(frame), findings(frame), traces(frame)]
    let rest = [versions(frame), warnings(frame)]
    if frame.columns >= twoHalves {
      let left = (frame.columns - 3) / 2
      let right = frame.columns - 3 - left
      let a = stack((answer + rest).compactMap { $0 }, width: left, height: room, frame)
      let b = stack(lists.compactMap { $0 }, width: right, height: room, frame)
      for i in 0..<room {
        var line = i < a.count ? a[i].fitted(left, frame.style) : LiveLine()
        if i < b.count, b[i].width > 0 {
          line.pad(to: left + 3)
          line.add(b[i])
        }
        lines.append(line)
      }
    } else {
      let panels = (answer + [lists[0], rest[0], lists[1], lists[2], rest[1]]).compactMap { $0 }
      lines += stack(panels, width: frame.columns, height: room, frame)
    }
    while lines.count < frame.rows - 1 { lines.append(LiveLine()) }
    return lines + [keys(frame)]
  }

  // MARK: Room

  /// The panels one below the other, in `height` rows at most.
  private static func stack(_ panels: [Panel], width: Int, height: Int, _ frame: Frame) -> [LiveLine] {
    let gap = frame.rows >= airy ? 1 : 0
    let heights = share(height, among: panels, gap: gap)
    var lines: [LiveLine] = []
    for (panel, own) in zip(panels, heights) where own > 0 {
      if gap > 0, !lines.isEmpty { lines.append(LiveLine()) }
      lines += panel.lines(width, own).prefix(own)
    }
    return Array(lines.prefix(height))
  }

  /// Rows of each panel. First the least of each, in the order of their ranks, then what those of weight 0 can use, and the rest
  /// by weight: how much one has to show moves the others as little as possible.
  static func share(_ height: Int, among panels: [Panel], gap: Int) -> [Int] {
    var heights = Array(repeating: 0, count: panels.count)
    var left = height + gap
    for i in panels.indices.sorted(by: { (panels[$0].rank, $0) < (panels[$1].rank, $1) }) {
      guard panels[i].least + gap <= left else { continue }
      heights[i] = panels[i].least
      left -= panels[i].least + gap
    }
    let shown = panels.indices.filter { heights[$0] > 0 }
    for i in shown where panels[i].weight == 0 {
      let more = min(max(panels[i].most - heights[i], 0), left)
      heights[i] += more
      left -= more
    }
    var isGrowing = true
    while left > 0, isGrowing {
      isGrowing = false
      for i in shown {
        let more = min(panels[i].weight, panels[i].most - heights[i], left)
        guard more > 0 else { continue }
        heights[i] += more
        left -= more
        isGrowing = true
      }
    }
    return heights
  }
}
