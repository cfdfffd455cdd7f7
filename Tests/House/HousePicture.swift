/// The modules as rooms on floors, each above all that it imports; in a room its folders, as wide as they have lines.
struct HousePicture {
  private struct Room {
    var name: String
    var floor: Int
    var lines: Int
    var files: Int
    var folders: [(name: String, lines: Int)]
  }

  private let rooms: [Room]
  private let arrows: [(from: String, to: String)]

  init(_ house: House, dependencies: [String: Set<String>]) {
    let modules = Set(house.files.map(\.module))
    // What is really named, not what is declared.
    var named: [String: Set<String>] = [:]
    for (index, file) in house.files.enumerated() {
      for target in house.arrows[index] where house.files[target].module != file.module {
        named[file.module, default: []].insert(house.files[target].module)
      }
    }
    var floors: [String: Int] = [:]
    func floor(_ module: String) -> Int {
      if let known = floors[module] { return known }
      let below = named[module, default: []].map(floor)
      floors[module] = (below.max() ?? -1) + 1
      return floors[module] ?? 0
    }
    rooms = modules.sorted().map { module in
      let files = house.files.filter { $0.module == module }
      let folders = Dictionary(grouping: files) { file in
        file.folder.split(separator: "/").dropFirst(2).first.map(String.init) ?? ""
      }
      return Room(
        name: module, floor: floor(module), lines: files.reduce(0) { $0 + $1.lines }, files: files.count,
        folders: folders.map { ($0.key, $0.value.reduce(0) { $0 + $1.lines }) }.sorted { $0.lines > $1.lines })
    }
    // An arrow is left out where a longer way says the same.
    arrows = modules.sorted().flatMap { from -> [(String, String)] in
      let direct = named[from, default: []]
      return direct.filter { to in
        !direct.contains { $0 != to && HousePicture.reaches($0, to, named) }
      }.sorted().map { (from, $0) }
    }
  }

  private static func reaches(_ from: String, _ to: String, _ named: [String: Set<String>]) -> Bool {
    from == to || named[from, default: []].contains { reaches($0, to, named) }
  }

  // MARK: SVG

  private static let roomHeight = 74.0
  private static let floorHeight = 128.0
  private static let width = 1_000.0

  /// Width of a room: by the square root of its lines, so that small ones can be read.
  private func width(_ room: Room) -> Double { 110 + 1.55 * Double(room.lines).squareRoot() }

  var svg: String {
    let top = rooms.map(\.floor).max() ?? 0
    var places: [String: (x: Double, y: Double, width: Double)] = [:]
    for floor in 0...top {
      let here = rooms.filter { $0.floor == floor }
      let sum = here.reduce(0) { $0 + width($1) }
      let gap = (HousePicture.width - sum) / Double(here.count + 1)
      var x = gap
      for room in here {
        places[room.name] = (x, 24 + Double(top - floor) * HousePicture.floorHeight, width(room))
        x += width(room) + gap
      }
    }
    let height = 24 + Double(top + 1) * HousePicture.floorHeight - 30
    var out = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(HousePicture.width)) \(Int(height))\" "
        + "font-family=\"system-ui, sans-serif\" role=\"img\">",
      "<title>The modules of skein: each stands above all that it imports</title>",
      "<style>.room{fill:#fff;stroke:#345;stroke-width:1.5}.n{font-size:15px;font-weight:600;fill:#123}"
        + ".f{font-size:10.5px;fill:#456}.a{stroke:#789;stroke-width:1.3;fill:none;marker-end:url(#p)}</style>",
      "<defs><marker id=\"p\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
        + "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#789\"/></marker></defs>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#f7f9fb\"/>",
    ]
    for (from, to) in arrows {
      guard let a = places[from], let b = places[to] else { continue }
      let (x1, y1) = (a.x + a.width / 2, a.y + HousePicture.roomHeight)
      let (x2, y2) = (b.x + b.width / 2, b.y - 2)
      out.append(
        "<path class=\"a\" d=\"M\(Int(x1)) \(Int(y1))C\(Int(x1)) \(Int(y1 + 30)) \(Int(x2)) \(Int(y2 - 30)) \(Int(x2)) \(Int(y2))\"/>"
      )
    }
    for room in rooms {
      guard let place = places[room.name] else { continue }
      out.append(text(of: room, place))
    }
    return out.joined(separator: "\n") + "\n</svg>\n"
  }

  private func text(of room: Room, _ place: (x: Double, y: Double, width: Double)) -> String {
    let (x, y) = (Int(place.x), Int(place.y))
    var lines = [
      "<rect class=\"room\" x=\"\(x)\" y=\"\(y)\" width=\"\(Int(place.width))\" height=\"\(Int(HousePicture.roomHeight))\" rx=\"5\"/>",
      "<text class=\"n\" x=\"\(x + 10)\" y=\"\(y + 21)\">\(room.name)</text>",
      "<text class=\"f\" x=\"\(x + 10)\" y=\"\(y + 36)\">\(room.files) files, \(room.lines) lines</text>",
    ]
    let names = room.folders.map(\.name).filter { !$0.isEmpty }
    var row = ""
    var rows: [String] = []
    for name in names {
      if Double(row.count + name.count + 2) * 5.6 > place.width - 14 {
        rows.append(row)
        row = ""
      }
      row += (row.isEmpty ? "" : ", ") + name
    }
    if !row.isEmpty { rows.append(row) }
    for (index, row) in rows.prefix(2).enumerated() {
      let text = index == 1 && rows.count > 2 ? row + " …" : row
      lines.append("<text class=\"f\" x=\"\(x + 10)\" y=\"\(y + 52 + 14 * index)\">\(text)</text>")
    }
    return lines.joined(separator: "\n")
  }
}
