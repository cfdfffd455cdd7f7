import TestKit

/// What `skein filter` must write, worked out on whole lists: units, a merge, and what grep does around its matches.
enum FilterModel {
  /// A record with its continuation lines, or an unparsed line.
  struct Unit {
    var lines: [String]
    /// Milliseconds; nil for an unparsed line.
    var time: Int?
    var level = ""
    var id = ""
  }

  /// One stream's lines at random: records, tracebacks, SQL, lines that are none.
  static func stream(_ random: inout SplitMix64, _ count: Int, name: String) -> [Unit] {
    var units: [Unit] = []
    var time = 0
    var isOpen = false
    for number in 0..<count {
      switch random.below(10) {
      case 0:
        units.append(Unit(lines: ["nobody knows this line \(number)"]))
        isOpen = false
      case 1:
        let line = ["  indented \(number)", "\tat f(x:\(number))", "SELECT \(number)", ""][random.below(4)]
        if isOpen { units[units.count - 1].lines.append(line) } else { units.append(Unit(lines: [line])) }
      default:
        time += random.below(3)
        let level = ["INFO", "ERROR", "DEBUG", "INFO"][random.below(4)]
        let id = "\(name)\(random.below(8))"
        let clock = String(10_000 + time).dropFirst(2)
        units.append(
          Unit(
            lines: [
              "2026-11-23 06:00:\(String(100 + time / 1_000).dropFirst()),\(clock) \(level) [api] [\(id)] n=\(number)"
            ],
            time: time, level: level, id: id))
        isOpen = true
      }
    }
    return units
  }

  static func text(_ units: [Unit]) -> String { units.flatMap(\.lines).map { $0 + "\n" }.joined() }

  /// The units of several streams in the order of their times; of equals the stream named first.
  static func merged(_ streams: [[Unit]]) -> [Unit] {
    var rest = streams.map { $0[...] }
    var out: [Unit] = []
    func takeUnparsed(_ index: Int) {
      while let unit = rest[index].first, unit.time == nil { out.append(rest[index].removeFirst()) }
    }
    for index in rest.indices { takeUnparsed(index) }
    while let index = rest.indices.filter({ !rest[$0].isEmpty }).min(by: {
      (rest[$0].first?.time ?? 0, $0) < (rest[$1].first?.time ?? 0, $1)
    }) {
      out.append(rest[index].removeFirst())
      takeUnparsed(index)
    }
    return out
  }

  struct Options {
    var inverted = false
    var before = 0
    var after = 0
    var most = Int.max

    var arguments: [String] {
      (inverted ? ["-v"] : []) + (before > 0 ? ["-B", "\(before)"] : []) + (after > 0 ? ["-A", "\(after)"] : [])
        + (most < .max ? ["-m", "\(most)"] : [])
    }
  }

  /// What grep would print of the units for which `matches` holds.
  static func filtered(_ units: [Unit], _ options: Options, _ matches: (Unit) -> Bool) -> (text: String, count: Int) {
    let all = units.indices.filter { matches(units[$0]) != options.inverted }
    let selected = Array(all.prefix(options.most))
    // Context behind the last one ends where the next match would be.
    let end = selected.count < all.count ? all[selected.count] : units.count
    var text = ""
    var last = -1
    for index in 0..<end {
      let isShown = selected.contains { $0 - options.before <= index && index <= $0 + options.after }
      guard isShown else { continue }
      if last >= 0 && index > last + 1 && options.before + options.after > 0 { text += "--\n" }
      text += FilterModel.text([units[index]])
      last = index
    }
    return (text, selected.count)
  }
}
