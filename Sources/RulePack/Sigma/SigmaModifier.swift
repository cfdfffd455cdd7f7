internal import Config
internal import TraceCore

/// What may come after a field's name: `cs-uri-query|contains|all`.
enum SigmaModifier: String, CaseIterable {
  case contains, startswith, endswith, all, re, i, m, s, cased, exists, neq, lt, lte, gt, gte, cidr

  var comparison: SigmaFieldTest.Comparison? {
    switch self {
    case .lt: .less
    case .lte: .lessOrEqual
    case .gt: .greater
    case .gte: .greaterOrEqual
    default: nil
    }
  }

  /// Sigma's others, with the reason why a rule that has them is refused.
  private static let refused: [String: String] = [
    "base64": "values are looked for as they are logged: write the encoded text",
    "base64offset": "values are looked for as they are logged: write the three encoded texts",
    "utf16": "logs are UTF-8", "utf16le": "logs are UTF-8", "utf16be": "logs are UTF-8", "wide": "logs are UTF-8",
    "windash": "it is about command lines of Windows; write the values out",
    "expand": "there is nothing to take a placeholder's values from: write the values out",
    "fieldref": "a field is compared with values, not with another field",
    "minute": "the time of day is not compared", "hour": "the time of day is not compared",
    "day": "the date is not compared", "week": "the date is not compared", "month": "the date is not compared",
    "year": "the date is not compared",
  ]

  /// What to say about a word that is no case.
  static func refusal(of word: String) -> String {
    if let reason = refused[word.lowercased()] { return "the modifier '\(word)' is not read: \(reason)" }
    let known = allCases.map(\.rawValue)
    let near = NameSuggestion.closest(to: word, in: known).map { "did you mean '\($0)'?" }
    return "there is no modifier '\(word)'; \(near ?? "there is \(known.joined(separator: ", "))")"
  }

  /// Why these do not go together; nil where they do.
  static func refusal(of modifiers: [SigmaModifier]) -> String? {
    for (index, modifier) in modifiers.enumerated() where modifiers[..<index].contains(modifier) {
      return "'\(modifier.rawValue)' stands twice"
    }
    let ways = modifiers.filter { ![.all, .i, .m, .s, .cased, .neq].contains($0) }
    if ways.count > 1 { return "'\(ways[0].rawValue)' and '\(ways[1].rawValue)' do not go together" }
    let isRegex = ways == [.re]
    if let flag = modifiers.first(where: { [.i, .m, .s].contains($0) }), !isRegex {
      return "'\(flag.rawValue)' is a flag of a regular expression: it must come after 're'"
    }
    if let way = ways.first, way.comparison != nil || [.exists, .cidr, .re].contains(way), modifiers.contains(.cased) {
      return "'cased' is about texts, not about '\(way.rawValue)'"
    }
    if modifiers.contains(.neq), modifiers.contains(.exists) || modifiers.contains(.all) {
      return "'neq' takes no '\(modifiers.contains(.all) ? "all" : "exists")'"
    }
    return nil
  }
}
