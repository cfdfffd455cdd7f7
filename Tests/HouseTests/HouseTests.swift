import Foundation
import Testing

@testable import SkeinHouse

/// What lint holds of the structure: each rule finds the fault that it is about.
struct HouseTests {
  private func faults(_ files: [(String, String)], _ package: String = "") -> [String] {
    let declared = HouseRules.dependencies(package)
    let house = House(files.map { SourceFile(path: $0.0, text: $0.1) }, dependencies: declared)
    return HouseRules(house: house, declared: declared).faults
  }

  @Test func aFileIsReadWithoutCommentsAndTexts() {
    let file = SourceFile(
      path: "Sources/A/One.swift",
      text: """
        internal import Glibc
        package import struct Config.Node
        /// struct Comment {}
        struct One<T: Hashable> {  /* enum Hidden {} */
          let text = "struct Quoted { \\(call(")")) "
          var a: Two { Two() }
          func f() { let local = 1 }
          enum Inner { case x }
        }
        extension Three { struct Nested {} }
        let raw = #"class Raw {"#
        """)
    #expect(file.imports == ["Glibc", "Config"])
    #expect(file.types.filter { !$0.isNested }.map(\.name) == ["One"])
    #expect(file.types.filter(\.isNested).map(\.name) == ["Inner", "Nested"])
    #expect(file.types.first?.members == 3)
    #expect(file.names.isSuperset(of: ["Two", "Three"]) && !file.names.contains("Quoted"))
  }

  @Test func whatIsNotDeclaredIsNotImported() {
    let package = """
      let package = Package(targets: [
          .target(name: "A", dependencies: ["B", .target(name: "C", condition: .when(traits: ["T"])),
            .product(name: "P", package: "q")], swiftSettings: strict),
          .target(name: "B"),
      ])
      """
    #expect(HouseRules.dependencies(package)["A"] == ["B", "C", "T", "P"])
    let text = "import B\nimport D\n"
    #expect(faults([("Sources/A/One.swift", text)], package).map { $0.contains("imports D") } == [true])
  }

  @Test func circlesOfFilesAndOfFolders() {
    func file(_ name: String, _ folder: String, names: String) -> (String, String) {
      ("Sources/A/\(folder)\(name).swift", "struct \(name) { var x: \(names)? }\n")
    }
    let three = [file("A1", "", names: "A2"), file("A2", "", names: "A3"), file("A3", "", names: "A1")]
    #expect(faults(three).isEmpty)
    let four = Array(three.dropLast()) + [file("A3", "", names: "A4"), file("A4", "", names: "A1")]
    #expect(faults(four).count == 1)
    let folders = [file("A1", "X/", names: "A2"), file("A2", "Y/", names: "A1")]
    #expect(faults(folders).first?.contains("Sources/A/X, Sources/A/Y") == true)
  }

  @Test func sizes() {
    let long = String(repeating: "\n", count: HouseRules.mostLines + 1)
    #expect(faults([("Sources/A/Long.swift", long)]).count == 1)
    let many = (0...HouseRules.mostMembers).map { "  var x\($0) = 0\n" }.joined()
    #expect(faults([("Sources/A/Wide.swift", "struct Wide {\n\(many)}\n")]).count == 1)
    let files = (0...HouseRules.mostFiles).map { ("Sources/A/F/\($0).swift", "") }
    #expect(faults(files).count == 1)
  }

  /// The picture names every module, and draws no arrow upward.
  @Test func thePictureIsOfTheSources() throws {
    // …/Tests/HouseTests/HouseTests.swift: three names up is the package.
    let top = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let package = try String(contentsOfFile: top + "/Package.swift", encoding: .utf8)
    #expect(HouseRules.dependencies(package)["Pipeline"]?.contains("LogSource") == true)
    let drawn = try String(contentsOfFile: top + "/docs/architecture.svg", encoding: .utf8)
    for module in ["Platform", "TraceCore", "LogSource", "RulePack", "Analysis", "Pipeline", "Report", "skein"] {
      #expect(drawn.contains(">\(module)<"), "./dev picture: \(module) is not in docs/architecture.svg")
    }
  }
}
