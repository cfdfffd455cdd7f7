internal import Synchronization

/// The rules of the IANA zones that lines of logs name (`Europe/Berlin`), read once for the whole program.
///
/// Bounded by the names in the system's database: what it does not list is refused without a look at the disk, so that a
/// log full of invented names costs no reads and no memory.
enum NamedZones {
  /// Bytes of the longest name that is looked up.
  static let longestName = 40

  private static let found = Mutex<[String: TimeZoneRules?]>([:])
  private static let names: ZoneNames? = ZoneNames(folder: TimeZoneRules.folder)

  /// The rules of a zone, by its exact name; nil if there is none of that name, or its file cannot be read.
  static func rules(of name: String) -> TimeZoneRules? {
    guard let names, names.contains(name) else { return nil }
    return found.withLock { found in
      if let known = found[name] { return known }
      let rules = try? TimeZoneRules(named: name)
      found[name] = .some(rules)
      return rules
    }
  }

  /// Where a name such as `Europe/Berlin` ends that begins at `start`: parts of letters, `_`, `-` and digits with at least
  /// one `/` between; nil if none does.
  @inline(never)
  static func end(ofNameAt start: Int, in bytes: Span<UInt8>, to end: Int) -> Int? {
    guard start < end, bytes[start] &- 0x41 < 26 else { return nil }
    let limit = min(end, start + longestName)
    var i = start
    var slashes = 0
    while i < limit {
      let byte = bytes[i]
      if byte == UInt8(ascii: "/") {
        guard i + 1 < limit, bytes[i + 1] &- 0x41 < 26 else { return nil }
        slashes += 1
      } else if !ClockText.isLetterOrDigit(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") {
        break
      }
      i += 1
    }
    return slashes > 0 && i > start + 4 && (i == end || i < limit) ? i : nil
  }
}
