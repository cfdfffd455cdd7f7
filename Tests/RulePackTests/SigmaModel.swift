import TestKit

/// Sigma's meaning, as its specification has it, on events that are dictionaries: what the reader's rules are compared with.
/// It shares nothing with the reader.
enum SigmaModel {
  enum Value {
    case null
    case text(String)
    case number(Int)
  }

  typealias Event = [(name: String, value: Value)]

  struct Item {
    var field: String
    /// Empty, contains, startswith, endswith, gt or exists.
    var way: String
    var isAll: Bool
    var isCased: Bool
    /// Texts of the rule, or numbers.
    var values: [Value]
  }

  indirect enum Search {
    case all([Item])
    case any([Search])
    case keywords([String], isAll: Bool)
  }

  indirect enum Condition {
    case search(Int)
    case not(Condition)
    case both(Condition, Condition)
    case either(Condition, Condition)
  }

  // MARK: Meaning

  static func holds(_ condition: Condition, _ searches: [Search], _ event: Event) -> Bool {
    switch condition {
    case .search(let index): holds(searches[index], event)
    case .not(let part): !holds(part, searches, event)
    case .both(let a, let b): holds(a, searches, event) && holds(b, searches, event)
    case .either(let a, let b): holds(a, searches, event) || holds(b, searches, event)
    }
  }

  static func holds(_ search: Search, _ event: Event) -> Bool {
    switch search {
    case .all(let items): return items.allSatisfy { holds($0, event) }
    case .any(let searches): return searches.contains { holds($0, event) }
    case .keywords(let words, let isAll):
      let texts = event.map { text($0.value) ?? "" }
      func isFound(_ word: String) -> Bool {
        texts.contains { fits(Array($0), Array("*" + word + "*"), isCased: false) }
      }
      return isAll ? words.allSatisfy(isFound) : words.contains(where: isFound)
    }
  }

  private static func text(_ value: Value) -> String? {
    switch value {
    case .null: nil
    case .text(let text): text
    case .number(let number): String(number)
    }
  }

  /// The texts that a field of a rule stands for.
  private static func texts(_ field: String, _ event: Event) -> [String] {
    let names = ["cs-method": "method", "sc-status": "status", "cs-uri-stem": "path", "cs-uri-query": "path"]
    guard let value = event.first(where: { $0.name == names[field] ?? field })?.value, let text = text(value) else {
      return []
    }
    let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch field {
    case "cs-uri-stem": return [halves[0]]
    case "cs-uri-query": return [text] + halves.dropFirst()
    default: return [text]
    }
  }

  private static func holds(_ item: Item, _ event: Event) -> Bool {
    let texts = texts(item.field, event)
    func holds(_ value: Value) -> Bool {
      // Whether there is a query is asked of the query alone.
      let isThere = item.field == "cs-uri-query" ? texts.contains { $0.contains("?") } : !texts.isEmpty
      switch value {
      case .null: return !isThere
      case .number(let number):
        if item.way == "gt" { return texts.contains { Int($0).map { $0 > number } ?? false } }
        return texts.contains(String(number))
      case .text(let text):
        if item.way == "exists" { return isThere == (text == "true") }
        let before = item.way == "contains" || item.way == "endswith" ? "*" : ""
        let behind = item.way == "contains" || item.way == "startswith" ? "*" : ""
        return texts.contains { fits(Array($0), Array(before + text + behind), isCased: item.isCased) }
      }
    }
    return item.isAll ? item.values.allSatisfy(holds) : item.values.contains(where: holds)
  }

  /// Whether a text fits a value with wildcards and backslashes.
  private static func fits(_ text: [Character], _ value: [Character], isCased: Bool) -> Bool {
    guard let first = value.first else { return text.isEmpty }
    let rest = Array(value.dropFirst())
    if first == "*" {
      return fits(text, rest, isCased: isCased)
        || (!text.isEmpty && fits(Array(text.dropFirst()), value, isCased: isCased))
    }
    guard let letter = text.first else { return false }
    let others = Array(text.dropFirst())
    if first == "?" { return fits(others, rest, isCased: isCased) }
    if first == "\\", let escaped = rest.first, "*?\\".contains(escaped) {
      return letter == escaped && fits(others, Array(rest.dropFirst()), isCased: isCased)
    }
    let isSame = isCased ? letter == first : letter.lowercased() == first.lowercased()
    return isSame && fits(others, rest, isCased: isCased)
  }
}

/// Random rules and events, over so few values that they meet.
struct SigmaDraw {
  var random: SplitMix64

  private mutating func pick<T>(_ values: [T]) -> T { values[random.below(values.count)] }

  mutating func event() -> SigmaModel.Event {
    var event: SigmaModel.Event = []
    for name in ["F1", "F2", "F3"] where random.below(4) > 0 {
      event.append(
        (name, random.below(8) == 0 ? .null : random.below(4) == 0 ? .number(random.below(12)) : .text(text())))
    }
    if random.below(3) > 0 { event.append(("method", .text(pick(["GET", "POST", "post"])))) }
    if random.below(3) > 0 { event.append(("status", .number(pick([200, 204, 404, 500])))) }
    if random.below(3) > 0 { event.append(("path", .text("/" + text() + pick(["", "?", "?x", "?y=" + text()])))) }
    return event
  }

  private mutating func text() -> String {
    (0..<random.below(5)).map { _ in pick(["x", "X", "y", "z", "\u{E9}", "<", "*", "\\", "'", " ", "7", "."]) }.joined()
  }

  mutating func searches() -> [SigmaModel.Search] { (0..<3).map { _ in search(depth: 0) } }

  private mutating func search(depth: Int) -> SigmaModel.Search {
    switch random.below(depth == 0 ? 4 : 2) {
    case 0, 1: return .all((0...random.below(2)).map { index in item(without: index) })
    case 2:
      let words = (0...random.below(3)).map { _ in
        (0...random.below(2)).map { _ in pick(["x", "y", "Z", "\u{C9}", "<", "'"]) }.joined()
      }
      return .keywords(words, isAll: random.below(2) == 0)
    default: return .any([search(depth: 1), search(depth: 1)])
    }
  }

  /// Items of one search are about different fields.
  private mutating func item(without index: Int) -> SigmaModel.Item {
    let field = pick(index == 0 ? ["F1", "F2", "F3"] : ["cs-method", "sc-status", "cs-uri-stem", "cs-uri-query"])
    var item = SigmaModel.Item(field: field, way: "", isAll: false, isCased: random.below(6) == 0, values: [])
    if field == "sc-status" {
      item.isCased = false
      item.values = pick([[.number(200)], [.number(404), .number(500)], [.text("2*")], [.text("?0?")], [.null]])
      return item
    }
    switch random.below(10) {
    case 0:
      (item.way, item.isCased, item.values) = ("exists", false, [.text(pick(["true", "false"]))])
    case 1 where index == 0: (item.way, item.isCased, item.values) = ("gt", false, [.number(random.below(12))])
    case 2: item.values = [.null]
    case 3 where index == 0: item.values = [.number(random.below(12)), .text(value())]
    default:
      item.way = pick(["", "contains", "startswith", "endswith"])
      item.values = (0...random.below(3)).map { _ in
        .text(field == "cs-method" ? pick(["get", "PO*", "p?st", "*T"]) : value())
      }
      item.isAll = item.values.count > 1 && random.below(2) == 0
    }
    return item
  }

  private mutating func value() -> String {
    (0..<random.below(4)).map { _ in
      pick(["x", "Y", "z", "\u{E9}", "<", "/", "*", "?", #"\*"#, #"\\"#, "'", ".", "7", "="])
    }.joined()
  }

  mutating func condition(depth: Int = 0) -> SigmaModel.Condition {
    switch random.below(depth > 2 ? 1 : 5) {
    case 0, 1: .search(random.below(3))
    case 2: .not(condition(depth: depth + 1))
    case 3: .both(condition(depth: depth + 1), condition(depth: depth + 1))
    default: .either(condition(depth: depth + 1), condition(depth: depth + 1))
    }
  }
}

/// As files have them.
enum SigmaText {
  static func event(_ event: SigmaModel.Event, escapes: Bool) -> String {
    "{" + event.map { "\"\($0.name)\":\(value($0.value, escapes: escapes))" }.joined(separator: ",") + "}"
  }

  private static func value(_ value: SigmaModel.Value, escapes: Bool) -> String {
    switch value {
    case .null: return "null"
    case .number(let number): return String(number)
    case .text(let text):
      let escaped = text.map { character in
        switch character {
        case "\\": #"\\"#
        case "/" where escapes: #"\/"#
        case "<" where escapes: #"\u003c"#
        case "\u{E9}" where escapes: #"\u00e9"#
        case "'" where escapes: #"\u0027"#
        default: String(character)
        }
      }
      return "\"\(escaped.joined())\""
    }
  }

  static func detection(_ searches: [SigmaModel.Search], _ condition: SigmaModel.Condition) -> String {
    searches.enumerated().map { "  s\($0.offset): \(search($0.element))\n" }.joined()
      + "  condition: \(text(condition))"
  }

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

  private static func search(_ search: SigmaModel.Search) -> String {
    switch search {
    case .all(let items): "{\(items.map(item).joined(separator: ", "))}"
    case .any(let searches): "[\(searches.map(self.search).joined(separator: ", "))]"
    case .keywords(let words, true): "{'|all': [\(words.map(quoted).joined(separator: ", "))]}"
    case .keywords(let words, false): "[\(words.map(quoted).joined(separator: ", "))]"
    }
  }

  private static func item(_ item: SigmaModel.Item) -> String {
    let key = [item.field, item.way, item.isAll ? "all" : "", item.isCased ? "cased" : ""].filter { !$0.isEmpty }
    let values = item.values.map { value in
      switch value {
      case .null: "null"
      case .number(let number): String(number)
      case .text(let text): item.way == "exists" ? text : quoted(text)
      }
    }
    return "'\(key.joined(separator: "|"))': \(values.count == 1 ? values[0] : "[\(values.joined(separator: ", "))]")"
  }

  private static func text(_ condition: SigmaModel.Condition) -> String {
    switch condition {
    case .search(let index): "s\(index)"
    case .not(let part): "not (\(text(part)))"
    case .both(let a, let b): "(\(text(a)) and \(text(b)))"
    case .either(let a, let b): "(\(text(a)) or \(text(b)))"
    }
  }
}
