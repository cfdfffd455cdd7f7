internal import CPCRE2
internal import Synchronization

/// How a pattern is read.
package struct PatternOptions: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Letters match in either case.
  package static let caseless = PatternOptions(rawValue: 1)
  /// `^` and `$` match at line breaks too.
  package static let multiline = PatternOptions(rawValue: 2)
  /// `.` matches line breaks too.
  package static let dotAll = PatternOptions(rawValue: 4)
  /// White space and `#` comments in the pattern are ignored.
  package static let extended = PatternOptions(rawValue: 8)
  /// The pattern is the text itself.
  package static let literal = PatternOptions(rawValue: 16)
  /// Characters are bytes: no UTF-8.
  package static let bytes = PatternOptions(rawValue: 32)
  /// It matches where the search begins or not at all.
  package static let anchored = PatternOptions(rawValue: 64)
  /// No machine code: then `MatchLimits.steps` counts every step back.
  package static let interpreted = PatternOptions(rawValue: 128)
}

/// A compiled PCRE2 pattern, with machine code where the library has a JIT compiler. That is made before the first search:
/// of many rules most are never searched with, and it takes as long as all else.
///
/// Texts are bytes that should be UTF-8; what is not is safe and never part of a match (PCRE2_MATCH_INVALID_UTF).
/// `\d`, `\w`, `\s` are ASCII; `\C` is refused. Immutable but for that, so threads share one; what a match writes to is in the
/// `MatchScratch` of the thread. The two are the only callers of PCRE2. It replaces nothing and iterates nothing:
/// callers search on from the end of a match.
@safe
package final class Regex: @unchecked Sendable {
  /// The pattern as given.
  package let pattern: String
  package let options: PatternOptions
  /// Groups in the pattern, not counting the whole match (group 0).
  package let captureCount: Int
  /// Named groups in the order of their names; several groups may share a name with `(?J)`.
  package let captureNames: [(name: String, group: Int)]
  /// False: no match is empty. PCRE2 is not sure of all patterns; then it is true.
  private let mayMatchEmpty: Bool
  /// Once true, nobody writes to `code` any more.
  private let isReady = Atomic<Bool>(false)
  private let machineCode = Mutex<Bool>(false)
  private let code: OpaquePointer

  /// Compiles; some µs. The first search adds some ten µs.
  ///
  /// - Throws: `PatternError` with PCRE2's message and the place in the pattern.
  package init(_ pattern: String, options: PatternOptions = []) throws(PatternError) {
    self.pattern = pattern
    self.options = options
    var errorCode: Int32 = 0
    var errorOffset = 0
    let flags = Regex.flags(options)
    let utf8 = Array(pattern.utf8) + [0]  // never empty; the length is told
    let compiled = unsafe utf8.withUnsafeBufferPointer { buffer in
      unsafe pcre2_compile_8(buffer.baseAddress, buffer.count - 1, flags, &errorCode, &errorOffset, nil)
    }
    guard let compiled = unsafe compiled else {
      throw PatternError(
        pattern: pattern, message: Regex.message(of: errorCode), offset: min(max(errorOffset, 0), utf8.count - 1))
    }
    unsafe code = compiled
    var count: UInt32 = 0
    unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
    captureCount = Int(count)
    var empty: UInt32 = 1
    unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_MATCHEMPTY), &empty)
    mayMatchEmpty = empty != 0
    captureNames = unsafe Regex.names(of: compiled)
  }

  deinit {
    unsafe pcre2_code_free_8(code)
  }

  /// Whether matching runs machine code.
  package var isJIT: Bool {
    prepare()
    return machineCode.withLock { $0 }
  }

  /// Has the machine code made, once: threads that come meanwhile wait, as none may search while `code` changes.
  @inline(never)
  private func prepare() {
    machineCode.withLock { isMade in
      guard !isReady.load(ordering: .relaxed) else { return }
      isMade = unsafe !options.contains(.interpreted) && pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0
      isReady.store(true, ordering: .releasing)
    }
  }

  /// Number of the group with that name (the first, if several share it), or nil.
  package func group(named name: String) -> Int? { captureNames.first { $0.name == name }?.group }

  /// Looks for the first match in `start ..< end` of `bytes`; nothing outside is seen, `^` matches at `start`.
  ///
  /// - Parameters:
  ///   - position: where the search begins, for a second match; look-behinds see back to `start`.
  ///   - scratch: the thread's; its captures hold until its next search.
  /// - Complexity: no allocation once the scratch has room for the pattern's groups.
  package func firstMatch(
    in bytes: Span<UInt8>, from start: Int, to end: Int, at position: Int? = nil, scratch: MatchScratch
  ) -> MatchResult {
    let from = position ?? start
    precondition(start >= 0 && start <= from && from <= end && end <= bytes.count, "a search outside of its text")
    if !isReady.load(ordering: .acquiring) { prepare() }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe scratch.search(code, captures: captureCount, in: buffer, from: start, to: end, at: from)
    }
  }

  /// Whether it matches the empty text.
  package var matchesNothing: Bool {
    guard mayMatchEmpty else { return false }
    let nothing: [UInt8] = []
    if case .match = firstMatch(in: nothing.span, from: 0, to: 0, scratch: MatchScratch()) { return true }
    return false
  }

  private static func flags(_ options: PatternOptions) -> UInt32 {
    var flags: UInt32 = 0
    if options.contains(.caseless) { flags |= PCRE2_CASELESS }
    if options.contains(.literal) {
      flags |= PCRE2_LITERAL
    } else {
      flags |= PCRE2_NEVER_BACKSLASH_C
      if options.contains(.multiline) { flags |= PCRE2_MULTILINE }
      if options.contains(.dotAll) { flags |= PCRE2_DOTALL }
      if options.contains(.extended) { flags |= PCRE2_EXTENDED }
      if options.contains(.bytes) { flags |= PCRE2_NEVER_UTF }
    }
    if options.contains(.anchored) { flags |= PCRE2_ANCHORED }
    if !options.contains(.bytes) { flags |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF }
    return flags
  }

  private static func message(of code: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    let count = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
    }
    guard count > 0 else { return "PCRE2 error \(code)" }
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
  }

  /// The name table: entries of two bytes of group number (high one first), then the name and a zero.
  private static func names(of code: OpaquePointer) -> [(name: String, group: Int)] {
    var count: UInt32 = 0
    var size: UInt32 = 0
    var table: UnsafePointer<UInt8>? = nil
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard count > 0, size > 3, let table = unsafe table else { return [] }
    let entries = unsafe UnsafeBufferPointer(start: table, count: Int(count) * Int(size))
    return (0..<Int(count)).map { entry in
      let start = entry * Int(size)
      let group = unsafe Int(entries[start]) << 8 | Int(entries[start + 1])
      let name = unsafe entries[(start + 2)..<(start + Int(size))].prefix { $0 != 0 }
      return unsafe (String(decoding: name, as: UTF8.self), group)
    }
  }
}
