import Foundation

/// The files of the sources and the arrows between them: an arrow goes from a file to the file that declares a type it names.
struct House {
  let files: [SourceFile]
  /// Of each file, the files whose types it names.
  let arrows: [[Int]]

  /// - Parameter dependencies: of each module those that it may name.
  init(_ files: [SourceFile], dependencies: [String: Set<String>]) {
    self.files = files
    var homes: [String: [Int]] = [:]
    for (index, file) in files.enumerated() {
      for type in file.types where !type.isNested { homes[type.name, default: []].append(index) }
    }
    let unique = homes.filter { Set($0.value).count == 1 }.mapValues { $0[0] }
    arrows = files.indices.map { index in
      let known = (dependencies[files[index].module] ?? []).union([files[index].module])
      return Set(files[index].names.compactMap { unique[$0] }.filter { known.contains(files[$0].module) })
        .subtracting([index]).sorted()
    }
  }

  /// Files that reach each other, more than one: Tarjan's algorithm.
  var circles: [[Int]] { House.circles(of: arrows) }

  /// - Parameter arrows: of each node the nodes that it points to.
  static func circles(of arrows: [[Int]]) -> [[Int]] {
    var search = CircleSearch(arrows)
    for node in arrows.indices { search.visit(node) }
    return search.circles.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
  }

  /// How many files name a type of each.
  var fanIn: [Int] {
    var counts = files.map { _ in 0 }
    for targets in arrows { for target in targets { counts[target] += 1 } }
    return counts
  }

  /// What ties files together: `a -> b: Names`.
  func ties(_ circle: [Int]) -> [String] {
    circle.flatMap { a in
      arrows[a].filter(circle.contains).map { b in
        let shared = files[a].names.intersection(files[b].types.filter { !$0.isNested }.map(\.name)).sorted()
        return "\(files[a].name) -> \(files[b].name): \(shared.joined(separator: ", "))"
      }
    }
  }

  var folders: [String] { Set(files.map(\.folder)).sorted() }

  /// Arrows between the folders of one module, with a file at each end as an example.
  func folderArrows(of module: String) -> (folders: [String], arrows: [[Int]], example: (Int, Int) -> String) {
    let folders = Set(files.filter { $0.module == module }.map(\.room)).sorted()
    let place = Dictionary(uniqueKeysWithValues: folders.enumerated().map { ($1, $0) })
    var targets = folders.map { _ in Set<Int>() }
    var examples: [[Int]: String] = [:]
    for (from, file) in files.enumerated() where file.module == module {
      for to in arrows[from] where files[to].module == module {
        guard let a = place[file.room], let b = place[files[to].room], a != b else { continue }
        targets[a].insert(b)
        let shared = file.names.intersection(files[to].types.filter { !$0.isNested }.map(\.name)).sorted().joined(
          separator: ", ")
        if examples[[a, b]] == nil { examples[[a, b]] = "\(file.name) names \(shared) of \(files[to].name)" }
      }
    }
    return (folders, targets.map { $0.sorted() }, { examples[[$0, $1]] ?? "" })
  }
}

/// Strongly connected components (Tarjan 1972), those of more than one node.
private struct CircleSearch {
  private let arrows: [[Int]]
  private var number: [Int]
  private var low: [Int]
  private var isOnStack: [Bool]
  private var stack: [Int] = []
  private var next = 0
  private(set) var circles: [[Int]] = []

  init(_ arrows: [[Int]]) {
    self.arrows = arrows
    number = Array(repeating: -1, count: arrows.count)
    low = number
    isOnStack = Array(repeating: false, count: arrows.count)
  }

  mutating func visit(_ node: Int) {
    guard number[node] < 0 else { return }
    number[node] = next
    low[node] = next
    next += 1
    stack.append(node)
    isOnStack[node] = true
    for target in arrows[node] {
      if number[target] < 0 {
        visit(target)
        low[node] = min(low[node], low[target])
      } else if isOnStack[target] {
        low[node] = min(low[node], number[target])
      }
    }
    guard low[node] == number[node] else { return }
    var circle: [Int] = []
    while let last = stack.popLast() {
      isOnStack[last] = false
      circle.append(last)
      if last == node { break }
    }
    if circle.count > 1 { circles.append(circle.sorted()) }
  }
}
