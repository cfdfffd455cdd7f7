package import Analysis
internal import Glibc
internal import Patterns
internal import Platform
internal import Report
internal import TraceCore

extension FileCheck {
  /// Bytes of a file that are searched at most.
  private static let largest = 64 << 20
  /// How far a clock may be off: nanoseconds.
  private static let clockError = 60 * EventTime.nanosecondsPerSecond

  /// Looks at the file. What is in it is not shown: it may be a secret.
  ///
  /// - Parameters:
  ///   - base: the checklist's folder.
  ///   - now: nanoseconds since 1970.
  package func result(in base: ChecklistFolder, now: Int64) -> ItemResult {
    let place = base.path(of: path)
    let status: FileStatus
    do throws(SystemError) {
      status = try Syscalls.status(of: place)
    } catch {
      guard error.code == ENOENT || error.code == ENOTDIR else {
        return ItemResult(.unknown, "\(path) cannot be looked at: \(error.text)")
      }
      return exists
        ? ItemResult(.fail, "there is no \(path)") : ItemResult(.pass, "there is no \(path), as it should be")
    }
    guard exists else { return ItemResult(.fail, "\(path) is there, and must not be") }
    var found = Findings(path: path)
    if isNotEmpty || !contents.isEmpty, status.kind != .regular {
      return ItemResult(.fail, "\(path) is a \(status.kind.rawValue), not a file")
    }
    if isNotEmpty { found.add(status.size > 0 ? .pass : .fail, status.size > 0 ? "not empty" : "it is empty") }
    if let newerThan { found.add(age(status, now, newerThan)) }
    if let mode { found.add(permissions(status, mode)) }
    if !contents.isEmpty { found.add(search(place)) }
    return found.result
  }

  private typealias Finding = (state: ReadyState, text: String)

  /// What each condition has come to.
  private struct Findings {
    let path: String
    private var all: [Finding] = []

    init(path: String) { self.path = path }

    mutating func add(_ state: ReadyState, _ text: String) { all.append((state, text)) }
    mutating func add(_ finding: Finding) { all.append(finding) }
    mutating func add(_ findings: [Finding]) { all += findings }

    var result: ItemResult {
      guard !all.isEmpty else { return ItemResult(.pass, "\(path) is there") }
      let state = ReadyState(of: all.map(\.state))
      let decisive = all.filter { $0.state == state }.map(\.text)
      return ItemResult(
        state, "\(path): \(decisive.joined(separator: "; "))",
        evidence: all.filter { $0.state != state }.map { .note("\($0.state.rawValue): \($0.text)") })
    }
  }

  private func age(_ status: FileStatus, _ now: Int64, _ longest: Int64) -> Finding {
    let age = now.less(status.modified)
    let changed = "changed \(EventTime.rfc3339(status.modified))"
    if age < -FileCheck.clockError {
      return (.unknown, "\(changed), which is still to come: one of the clocks is wrong")
    }
    let text = "\(changed), \(RoundDuration.text(max(0, age))) ago"
    return age <= longest ? (.pass, text) : (.fail, "\(text), more than \(RoundDuration.text(longest))")
  }

  private func permissions(_ status: FileStatus, _ most: UInt32) -> Finding {
    func octal(_ mode: UInt32) -> String {
      let digits = String(mode, radix: 8)
      return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    let isKept = status.permissions & ~most == 0
    return (
      isKept ? .pass : .fail,
      isKept
        ? "mode \(octal(status.permissions))"
        : "mode \(octal(status.permissions)), more than \(octal(most)): chmod \(octal(most))"
    )
  }

  // MARK: What is in it

  private func search(_ place: String) -> [Finding] {
    let text: [UInt8]
    do throws(WholeFile.FileError) {
      text = try WholeFile.read(place, limit: FileCheck.largest)
    } catch {
      switch error {
      case .system(let code): return [(.unknown, "it cannot be read: \(SystemError(code: code).text)")]
      case .larger(let limit):
        return [(.unknown, "it is larger than \(limit >> 20) MiB, and what is in it was not looked at")]
      }
    }
    let scratch = MatchScratch()
    return contents.map { look(for: $0, in: text, scratch) }
  }

  private func look(for content: Content, in text: [UInt8], _ scratch: MatchScratch) -> Finding {
    let name = content.isPattern ? "/\(content.text)/" : "'\(content.text)'"
    let regex: Regex
    do throws(PatternError) {
      regex = try Regex(content.text, options: content.isPattern ? .multiline : .literal)
    } catch {
      return (.unknown, "\(name) is no pattern: \(error.description)")
    }
    switch regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch) {
    case .match(let start, _):
      let line = text[..<start].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
      return (
        content.isWanted ? .pass : .fail,
        "line \(line) has \(name)" + (content.isWanted ? "" : ", which must not be there")
      )
    case .noMatch: return (content.isWanted ? .fail : .pass, "\(name) is not in it")
    case .limitReached, .failure:
      return (.unknown, "the search for \(name) was given up: make the pattern stricter")
    }
  }
}
