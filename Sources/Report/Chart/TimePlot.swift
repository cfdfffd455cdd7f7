/// The frame that charts over time share: margins, the axis of time, the incident's span and the marks with their labels,
/// of which none covers another.
struct TimePlot: Sendable {
  /// An instant with a few words.
  struct Mark: Sendable, Equatable {
    var time: Int64
    var text: String
    /// Onset and recovery.
    var isEdge: Bool
  }

  static let width = 880
  static let left = 62.0
  static let right = 58.0
  static let laneHeight = 17.0
  static let mostLanes = 6
  /// Columns of a mark's label.
  static let mostLabel = 34

  let axis: TimeAxis
  let span: Range<Int64>?
  /// Those with a lane for their label.
  private(set) var shown: [(mark: Mark, lane: Int, x: Double, anchor: SVGDrawing.Anchor)] = []
  /// Marks for whose label there was no room.
  private(set) var unlabelled = 0

  /// - Parameter marks: in order of time.
  init(axis: TimeAxis, span: Range<Int64>?, marks: [Mark]) {
    self.axis = axis
    self.span = span
    place(marks)
  }

  var plotWidth: Double { Double(TimePlot.width) - TimePlot.left - TimePlot.right }
  func x(_ time: Int64) -> Double { TimePlot.left + plotWidth * axis.share(time) }

  /// Space above the first panel.
  var headHeight: Double { Double((shown.map(\.lane).max() ?? -1) + 1) * TimePlot.laneHeight + 6 }

  /// From right to left, so that the line of a mark passes no label: what lies above a label's right part is lower.
  private mutating func place(_ marks: [Mark]) {
    var taken: [(from: Double, to: Double, x: Double, lane: Int)] = []
    for mark in marks.reversed() where mark.time >= axis.start && mark.time <= axis.end {
      var mark = mark
      mark.text = DisplayWidth.fit(Escape.terminal(mark.text), TimePlot.mostLabel, ellipsis: "…")
      let x = x(mark.time)
      let length = SVGDrawing.width(of: mark.text) + 12
      let anchor: SVGDrawing.Anchor = x + length > Double(TimePlot.width) ? .end : .start
      let (from, to) = anchor == .start ? (x, x + length) : (x - length, x)
      var lane = taken.filter { $0.x >= from && $0.x < to }.map { $0.lane + 1 }.max() ?? 0
      while taken.contains(where: { $0.lane == lane && $0.from < to && from < $0.to }) { lane += 1 }
      // The edges of the incident are named whatever else is.
      guard lane < TimePlot.mostLanes || mark.isEdge else {
        unlabelled += 1
        continue
      }
      taken.append((from, to, x, lane))
      shown.append((mark, lane, x, anchor))
    }
  }

  /// The shade of the span, below everything else.
  func drawSpan(_ drawing: inout SVGDrawing, top: Double, bottom: Double) {
    guard let span else { return }
    let (from, to) = (x(span.lowerBound), x(span.upperBound))
    drawing.rect("span", x: from, y: top, width: max(to - from, 1), height: bottom - top)
  }

  /// Lines and labels of the marks, above the span and below what was measured.
  func drawMarks(_ drawing: inout SVGDrawing, top: Double, bottom: Double, withLabels: Bool) {
    for (mark, lane, x, _) in shown {
      let begin = withLabels ? top - 6 - Double(lane + 1) * TimePlot.laneHeight + 3 : top
      drawing.line(mark.isEdge ? "edge" : "at", x1: x, y1: begin, x2: x, y2: bottom)
    }
    guard withLabels else { return }
    for (mark, lane, x, anchor) in shown {
      drawing.text(
        mark.isEdge ? "strong" : "mark", x: x + (anchor == .start ? 5 : -5),
        y: top - 6 - Double(lane) * TimePlot.laneHeight - 4, anchor, mark.text)
    }
  }

  /// Ticks and times below a panel that ends at `y`; takes 34 units.
  func drawTimes(_ drawing: inout SVGDrawing, y: Double) {
    for tick in axis.ticks {
      let x = x(tick.time)
      drawing.line("axis", x1: x, y1: y, x2: x, y2: y + 4)
      drawing.text("soft", x: x, y: y + 18, .middle, tick.text)
    }
    drawing.text("soft", x: TimePlot.left - 8, y: y + 34, .end, "UTC")
    drawing.text("soft", x: TimePlot.left, y: y + 34, .start, IncidentClock.days(axis.start, axis.end))
  }

  /// Name, grid and numbers of a panel.
  func drawScale(_ drawing: inout SVGDrawing, _ name: String, _ scale: ValueAxis, top: Double, height: Double) {
    drawing.text("name", x: TimePlot.left, y: top - 9, .start, name)
    for tick in scale.ticks {
      let y = top + height * (1 - tick.value / scale.top)
      drawing.line(
        tick.value == 0 ? "axis" : "grid", x1: TimePlot.left, y1: y, x2: TimePlot.left + plotWidth, y2: y)
      drawing.text("soft", x: TimePlot.left - 8, y: y + 4, .end, tick.text)
    }
  }
}
