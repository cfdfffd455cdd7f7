import Foundation

/// The structure of the sources: checked (`check`), counted (`graph`), drawn (`picture FILE`). Run from the repository's top.
@main
struct HouseMain {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let package = try String(contentsOfFile: "Package.swift", encoding: .utf8)
    let declared = HouseRules.dependencies(package)
    let house = House(try SourceFile.all(under: "Sources"), dependencies: declared)
    switch arguments.first {
    case "check":
      let faults = HouseRules(house: house, declared: declared).faults
      for fault in faults { print(fault) }
      if !faults.isEmpty { exit(1) }
    case "ties": for circle in house.circles { print((["---"] + house.ties(circle)).joined(separator: "\n")) }
    case "graph": print(GraphText.text(of: house))
    case "picture":
      try HousePicture(house).svg.write(
        toFile: arguments.dropFirst().first ?? "docs/architecture.svg", atomically: true, encoding: .utf8)
    default:
      FileHandle.standardError.write(Data("usage: SkeinHouse check | graph | picture [FILE]\n".utf8))
      exit(64)
    }
  }
}

/// The graph in numbers.
enum GraphText {
  static func text(of house: House) -> String {
    let circles = house.circles
    let fanIn = house.fanIn
    var lines = [
      "files: \(house.files.count), lines: \(house.files.reduce(0) { $0 + $1.lines }), folders: \(house.folders.count)",
      "arrows: \(house.arrows.reduce(0) { $0 + $1.count })",
      "circles: \(circles.count)\(circles.isEmpty ? "" : ", of " + circles.map { "\($0.count)" }.joined(separator: ", ") + " files")",
    ]
    for circle in circles where circle.count > 1 {
      lines.append("  \(house.files[circle[0]].module): " + circle.map { house.files[$0].name }.joined(separator: ", "))
    }
    lines.append("named by the most files:")
    for index in house.files.indices.sorted(by: { (fanIn[$1], $0) < (fanIn[$0], $1) }).prefix(10) {
      lines.append("  \(fanIn[index]) \(house.files[index].module)/\(house.files[index].name)")
    }
    return lines.joined(separator: "\n")
  }
}
