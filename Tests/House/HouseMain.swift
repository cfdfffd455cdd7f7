import Foundation

/// The structure of the sources: checked (`check`), counted (`graph`, `ties`), drawn (`picture FILE`). Run from the
/// repository's top.
@main
struct HouseMain {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      let package = try String(contentsOfFile: "Package.swift", encoding: .utf8)
      let declared = HouseRules.dependencies(package)
      let house = House(try SourceFile.all(under: "Sources"), dependencies: declared)
      guard !house.files.isEmpty else { throw CocoaError(.fileNoSuchFile) }
      exit(try run(arguments, house, declared))
    } catch {
      fail("no package is here (\(error.localizedDescription)); run it at the top of the repository", 3)
    }
  }

  private static func run(_ arguments: [String], _ house: House, _ declared: [String: Set<String>]) throws -> Int32 {
    switch arguments.first {
    case "check":
      let faults = HouseRules(house: house, declared: declared).faults
      for fault in faults { print(fault) }
      return faults.isEmpty ? 0 : 1
    case "graph": print(GraphText.text(of: house))
    case "ties":
      for circle in house.circles { print(house.ties(circle).joined(separator: "\n") + "\n") }
    case "picture":
      let path = arguments.dropFirst().first ?? "docs/architecture.svg"
      try HousePicture(house, dependencies: declared).svg.write(toFile: path, atomically: true, encoding: .utf8)
    default: fail("usage: SkeinHouse check | graph | ties | picture [FILE]", 64)
    }
    return 0
  }

  private static func fail(_ message: String, _ code: Int32) -> Never {
    FileHandle.standardError.write(Data("SkeinHouse: \(message)\n".utf8))
    exit(code)
  }
}
