/// The graph in numbers.
enum GraphText {
  static func text(of house: House) -> String {
    let circles = house.circles
    let fanIn = house.fanIn
    let sizes = circles.isEmpty ? "" : ", of " + circles.map { "\($0.count)" }.joined(separator: ", ") + " files"
    var lines = [
      "files: \(house.files.count), lines: \(house.files.reduce(0) { $0 + $1.lines }), folders: \(house.folders.count)",
      "arrows: \(house.arrows.reduce(0) { $0 + $1.count })",
      "circles: \(circles.count)\(sizes)",
    ]
    for circle in circles {
      lines.append("  \(house.files[circle[0]].module): " + circle.map { house.files[$0].name }.joined(separator: ", "))
    }
    lines.append("named by the most files:")
    for index in house.files.indices.sorted(by: { (fanIn[$1], $0) < (fanIn[$0], $1) }).prefix(10) {
      lines.append("  \(fanIn[index]) \(house.files[index].module)/\(house.files[index].name)")
    }
    return lines.joined(separator: "\n")
  }
}
