internal import TraceCore

/// Words that say what happened: by them two events are told apart, so no template holds anything in their place.
///
/// English, by ending (`started`, `closing`) and by a list of common verbs, states and opposites (`hit`, `miss`; `up`, `down`),
/// of log levels and HTTP methods. A name that looks like one (`fred`) costs a template of its own.
enum EventWord {
  /// Whether the word, quotes and what joins it to others aside, is one.
  static func isOne(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var first = start
    var last = end
    while first < last, !isLetter(bytes[first]) { first += 1 }
    while last > first, !isLetter(bytes[last - 1]) { last -= 1 }
    guard last - first > 1, last - first <= 24 else { return false }
    var word: [UInt8] = []
    for i in first..<last { word.append(bytes[i] | 0x20) }
    if word.count > 4 && (word.suffix(2) == ed || word.suffix(3) == ing) { return true }
    return all.contains(word)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  private static let ed = Array("ed".utf8)[...]
  private static let ing = Array("ing".utf8)[...]

  private static let all = Set(
    """
    abort accept acquire add after alive allow attach before begin bound busy cancel can cannot close commit complete connect \
    could create critical dead debug delete deny detach disable disconnect done down empty enable end enter error exit fail \
    failure fast fatal fetch find finish fork found full get grant had has have head healthy high hit idle in inactive info \
    active insert invalid is join kept kill leave left load lock login logout lose lost low made max min miss mount new no \
    none not notice off offline ok okay old on online open options out over patch pause pop post pull push put read ready \
    receive reject release remove restart resume retry revoke rollback run send sent set shut skip sleep slow spawn start \
    stop success successful succeed suspend taken timeout trace under unhealthy unknown unload unlock unmount unsuccessful up \
    update valid wake warn warning was were will won would write wrote yes
    """.split(separator: " ").map { Array($0.utf8) })
}
