/// A reader of HTML and SVG that takes less than browsers do: every tag closed in order, every attribute in double quotes, no
/// bare `<`, `>` or `&`. What passes it leaves a browser nothing to guess.
struct StrictMarkup {
  struct Element: Equatable {
    var name: String
    var attributes: [String: String]
  }

  struct Fault: Error, Equatable, CustomStringConvertible {
    var offset: Int
    var what: String
    var description: String { "not strict markup at character \(offset): \(what)" }
  }

  private(set) var elements: [Element] = []
  /// All text, entities resolved, without that of `style`.
  private(set) var text = ""
  private let characters: [Unicode.Scalar]
  private var at = 0

  private static let voids = ["meta", "link", "br"]
  private static let entities: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]

  init(parsing source: String) throws(Fault) {
    characters = Array(source.unicodeScalars)
    if starts(with: "<!DOCTYPE html>") { at = 15 }
    var open: [String] = []
    while at < characters.count {
      if starts(with: "</") {
        at += 2
        let name = try name()
        guard open.popLast() == name else { throw fault("</\(name)> closes nothing") }
        try expect(">")
      } else if starts(with: "<") {
        at += 1
        let element = try tag()
        elements.append(element)
        if starts(with: "/>") {
          at += 2
        } else {
          try expect(">")
          if element.name == "style" { try style() }
          if !Self.voids.contains(element.name) && element.name != "style" { open.append(element.name) }
        }
      } else {
        text.unicodeScalars.append(try character())
      }
    }
    guard open.isEmpty else { throw fault("not closed: \(open)") }
  }

  private func fault(_ what: String) -> Fault { Fault(offset: at, what: what) }

  private func starts(with text: String) -> Bool { characters[at...].starts(with: text.unicodeScalars) }

  private mutating func expect(_ text: String) throws(Fault) {
    guard starts(with: text) else { throw fault("no \(text)") }
    at += text.unicodeScalars.count
  }

  private mutating func name() throws(Fault) -> String {
    var name = ""
    while at < characters.count,
      characters[at].properties.isAlphabetic || "-0123456789:".unicodeScalars.contains(characters[at])
    {
      name.unicodeScalars.append(characters[at])
      at += 1
    }
    guard !name.isEmpty else { throw fault("no name") }
    return name
  }

  private mutating func tag() throws(Fault) -> Element {
    var element = Element(name: try name(), attributes: [:])
    while starts(with: " ") {
      at += 1
      let key = try name()
      guard element.attributes[key] == nil else { throw fault("\(key) stands twice") }
      var value = ""
      if starts(with: "=") {
        try expect("=\"")
        while at < characters.count, characters[at] != "\"" { value.unicodeScalars.append(try character()) }
        try expect("\"")
      } else if element.name != "details" || key != "open" {
        throw fault("\(key) without a value")
      }
      element.attributes[key] = value
    }
    return element
  }

  private mutating func character() throws(Fault) -> Unicode.Scalar {
    let scalar = characters[at]
    at += 1
    if scalar == "<" || scalar == ">" { throw fault("a bare \(scalar)") }
    if scalar.value < 0x20 && scalar != "\n" || (0x7F...0x9F).contains(scalar.value) { throw fault("a control") }
    guard scalar == "&" else { return scalar }
    var entity = ""
    while at < characters.count, characters[at] != ";", entity.count < 8 {
      entity.unicodeScalars.append(characters[at])
      at += 1
    }
    guard at < characters.count, characters[at] == ";", let meaning = Self.entities[entity] else {
      throw fault("a bare &")
    }
    at += 1
    return meaning
  }

  /// Past the style, which is skein's own.
  private mutating func style() throws(Fault) {
    while at < characters.count, !starts(with: "</style>") {
      guard characters[at] != "<" else { throw fault("a tag in a style") }
      at += 1
    }
    try expect("</style>")
  }
}
