internal import Platform

/// The names in the system's time zone database: to suggest one for a misspelt name, and to tell a zone that a log names from
/// any other word. Only read when one of these happens.
struct ZoneNames {
  private let names: [String]

  /// Reads the list of zones in `folder`; nil where there is none.
  init?(folder: String) {
    for list in ["tzdata.zi", "zone1970.tab", "zone.tab"] {
      guard let bytes = try? WholeFile.read("\(folder)/\(list)", limit: 1 << 22) else { continue }
      var found: Set<String> = []
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        if list == "tzdata.zi" {
          // Z NAME ... is a zone, L TARGET NAME a link to one.
          let words = line.split(separator: " ")
          if words.count > 1, words[0] == "Z" { found.insert(String(words[1])) }
          if words.count > 2, words[0] == "L" { found.insert(String(words[2])) }
        } else if !line.hasPrefix("#") {
          let columns = line.split(separator: "\t")
          if columns.count > 2 { found.insert(String(columns[2])) }
        }
      }
      names = found.sorted()
      return
    }
    return nil
  }

  /// Whether there is a zone of exactly that name.
  func contains(_ name: String) -> Bool {
    var low = 0
    var high = names.count
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < name { low = middle + 1 } else { high = middle }
    }
    return low < names.count && names[low] == name
  }

  /// At most three names that are close: equal but for case or the continent, or a few letters off.
  func closest(to name: String) -> [String] {
    let wanted = name.lowercased()
    var scored: [(score: Int, name: String)] = []
    for candidate in names {
      let lower = candidate.lowercased()
      let city = lower.split(separator: "/").last.map(String.init) ?? lower
      let score = min(distance(wanted, lower), distance(wanted, city) + 1)
      if score <= max(2, wanted.utf8.count / 4) { scored.append((score, candidate)) }
    }
    scored.sort { ($0.score, $0.name) < ($1.score, $1.name) }
    guard let best = scored.first?.score else { return [] }
    return scored.prefix(3).filter { $0.score <= best + 1 }.map(\.name)
  }

  /// Levenshtein's edit distance.
  private func distance(_ a: String, _ b: String) -> Int {
    let right = Array(b.utf8)
    var row = Array(0...right.count)
    for (i, byte) in a.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (byte == right[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[right.count]
  }
}
