/// Which files of a folder are logs, when the folder was named and not they.
///
/// As people expect of log viewers: regular files directly in the folder that hold text, plain or in gzip, whatever they
/// are called; not hidden ones, not documents and data by their ending (`.csv`, `.html`, `.py`, ...), not subfolders.
/// `.json` counts if it holds one object a line. FIFOs and sockets are never opened. What looks like a log by its name and
/// cannot be read is reported, the rest is left out silently, as naming a folder is asking for a choice.
enum FolderScan {
  /// Endings of files that are no logs, after rotation and compression endings are taken off.
  private static let otherEndings: Set<String> = [
    "csv", "tsv", "xls", "xlsx", "parquet", "md", "rst", "html", "htm", "xml", "yml", "yaml", "toml", "ini", "conf",
    "cfg", "env", "properties", "py", "sh", "js", "ts", "rb", "go", "rs", "c", "h", "java", "swift", "sql", "css",
    "svg",
    "db", "sqlite", "pid", "lock", "swp", "bak", "tmp", "tar", "tgz", "service", "pem", "crt", "key",
  ]
  private static let otherNames: Set<String> = [
    "readme", "license", "copying", "notice", "changelog", "dockerfile", "makefile", "vagrantfile", "procfile",
  ]
  private static let logEndings: Set<String> = ["log", "out", "err", "jsonl", "ndjson", "txt"]

  /// Whether the name rules it out.
  static func isExcluded(_ name: String) -> Bool {
    if name.hasPrefix(".") || name.hasSuffix("~") { return true }
    guard let ending = ending(of: name) else { return otherNames.contains(name.lowercased()) }
    return otherEndings.contains(ending)
  }

  /// Whether the name says that it is a log: its loss is worth a note.
  static func isNamedLikeALog(_ name: String) -> Bool {
    if isExcluded(name) { return false }
    if !RotationName(name).isBare { return true }
    return ending(of: name).map(logEndings.contains) ?? false
  }

  /// Whether the first bytes are those of a log rather than of a binary file or a document.
  static func isLog(head: Span<UInt8>, name: String) -> Bool {
    if head.isEmpty { return isNamedLikeALog(name) }
    var controls = 0
    var looked = 0
    var textStart: Int?
    var i = 0
    while i < head.count {
      // A writer without O_APPEND leaves a run of NUL bytes after copytruncate, a crash leaves one too.
      let end = endOfNULs(head, from: i)
      if end - i >= 16 || (end > i && i == 0) {
        i = end
        continue
      }
      if textStart == nil { textStart = i }
      looked += 1
      if isOddControl(head[i]) { controls += 1 }
      i += 1
    }
    guard let textStart else { return isNamedLikeALog(name) }
    guard controls * 50 <= looked else { return false }
    return ending(of: name) == "json" ? hasObjectALine(head, from: textStart) : true
  }

  private static func endOfNULs(_ head: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < head.count, head[end] == 0 { end += 1 }
    return end
  }

  /// Control characters that text does not hold; tabs, line ends, form feeds, backspaces and escapes are allowed.
  private static func isOddControl(_ byte: UInt8) -> Bool {
    byte < 0x20 ? !(8...13).contains(byte) && byte != 0x1B : byte == 0x7F
  }

  /// Whether the first two lines are objects from brace to brace.
  private static func hasObjectALine(_ head: Span<UInt8>, from start: Int) -> Bool {
    var lineStart = start
    var objects = 0
    for i in start..<head.count where head[i] == UInt8(ascii: "\n") {
      var end = i
      while end > lineStart, head[end - 1] <= 0x20 { end -= 1 }
      guard end > lineStart + 1, head[lineStart] == UInt8(ascii: "{"), head[end - 1] == UInt8(ascii: "}") else {
        return false
      }
      objects += 1
      if objects == 2 { return true }
      lineStart = i + 1
    }
    return false
  }

  /// The ending of the live file's name in lower case, without the dot.
  private static func ending(of name: String) -> String? {
    let base = RotationName(name).base
    guard let dot = base.lastIndex(of: "."), dot != base.startIndex else { return nil }
    return base[base.index(after: dot)...].lowercased()
  }
}
