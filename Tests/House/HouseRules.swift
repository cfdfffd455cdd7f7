import Foundation

/// What `./dev lint` holds of the structure: each fault is a line that says where and what to do.
struct HouseRules {
  let house: House
  /// Package.swift: what each target of Sources declares as its dependencies.
  let declared: [String: Set<String>]

  static let mostLines = 450
  static let mostFiles = 20
  static let mostMembers = 40
  static let largestCircle = 3

  /// Modules that come with the toolchain or the system.
  private static let given: Set<String> = ["Glibc", "Synchronization", "Foundation", "FoundationEssentials", "Swift"]

  var faults: [String] { imports + sizes + circles + folders }

  private var imports: [String] {
    house.files.flatMap { file in
      Set(file.imports).subtracting(HouseRules.given).subtracting(declared[file.module] ?? []).sorted().map {
        "\(file.path): imports \($0), which Package.swift does not declare for \(file.module)"
      }
    }
  }

  private var sizes: [String] {
    var faults: [String] = []
    let written = house.files.filter { !$0.path.contains("/Embedded") }
    for file in written where file.lines > HouseRules.mostLines {
      faults.append("\(file.path): \(file.lines) lines: more than one idea; at most \(HouseRules.mostLines)")
    }
    for (folder, files) in Dictionary(grouping: house.files, by: \.folder).sorted(by: { $0.key < $1.key })
    where files.count > HouseRules.mostFiles {
      faults.append("\(folder): \(files.count) files: give it subfolders; at most \(HouseRules.mostFiles)")
    }
    for file in written {
      for type in file.types where type.members > HouseRules.mostMembers {
        faults.append("\(file.path): \(type.name) has \(type.members) members; at most \(HouseRules.mostMembers)")
      }
    }
    return faults
  }

  private var circles: [String] {
    house.circles.filter { $0.count > HouseRules.largestCircle }.map { circle in
      let names = circle.map { house.files[$0].name }.joined(separator: ", ")
      return "\(house.files[circle[0]].module): \(circle.count) files name each other's types in a circle: \(names)"
    }
  }

  private var folders: [String] {
    Set(house.files.map(\.module)).sorted().flatMap { module -> [String] in
      let (folders, arrows, example) = house.folderArrows(of: module)
      return House.circles(of: arrows).map { circle in
        let ties = circle.flatMap { a in arrows[a].filter(circle.contains).map { "\n    " + example(a, $0) } }
        return "folders that need each other: " + circle.map { folders[$0] }.joined(separator: ", ") + ties.joined()
      }
    }
  }

  /// The dependencies that each target of Package.swift names.
  static func dependencies(_ package: String) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    // A target begins a line of its own, with four blanks before it; others stand inside lists.
    for chunk in ("\n" + package).components(separatedBy: "\n    .").dropFirst() where chunk.contains("arget(") {
      let quoted = chunk.components(separatedBy: "\"")
      guard quoted.count > 1 else { continue }
      found[quoted[1]] = []
      guard let list = chunk.range(of: "dependencies: ["),
        let end = HouseRules.end(ofListIn: chunk, from: list.upperBound)
      else { continue }
      let words = chunk[list.upperBound..<end].components(separatedBy: "\"")
      for index in words.indices where index % 2 == 1 && !words[index - 1].hasSuffix("package: ") {
        found[quoted[1]]?.insert(words[index])
      }
    }
    return found
  }

  private static func end(ofListIn text: String, from start: String.Index) -> String.Index? {
    var depth = 1
    for index in text[start...].indices {
      if text[index] == "[" { depth += 1 }
      if text[index] == "]" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
