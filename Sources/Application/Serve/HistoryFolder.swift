package import Analysis
internal import LogSource
package import Platform
internal import Synchronization
internal import TraceCore

/// Where a service keeps the hours that are over: a file an hour, written whole or not at all, within a limit of bytes and of
/// days. What is damaged is shown as missing and stays where it is; what a newer skein wrote is refused at the start.
///
/// For any thread.
package final class HistoryFolder: Sendable {
  private static let prefix = "hour-"
  private static let ending = ".skein"
  /// `ServiceHour<String>.saved`.
  private static let form = CheckpointFile.Form(magic: "skeinhst", versions: 1...ServiceHourForm.newest)

  package let path: String
  /// Bytes of all files, and event time that they may lie back.
  private let limit: Int64
  private let span: Int64
  private let cache = Mutex(Cache())
  private let damage = Mutex<[String]>([])

  /// Hours that were read last, as they are and with their minutes joined.
  private struct Cache {
    var whole: [Int64: ServiceHour<String>] = [:]
    var joined: [Int64: ServiceHour<String>] = [:]
    var order: [Int64] = []
  }
  private static let mostWhole = 26

  /// - Parameters:
  ///   - limit: bytes.
  ///   - days: of event time.
  /// - Throws: where it cannot be read or written, or holds files of a newer version.
  package init(path: String, limit: Int64, days: Int64) throws(Failure) {
    self.path = path
    self.limit = limit
    span = days.times(24).times(ServiceTime.hour)
    try? Syscalls.makeFolder(path)
    do throws(OutputError) {
      try AtomicFile.check("\(path)/\(HistoryFolder.prefix)check")
    } catch {
      throw Failure(.data, "--history: \(error.message)")
    }
    for start in starts.reversed().prefix(1) {
      do throws(CheckpointError) {
        _ = try file(start).read()
      } catch {
        guard case .otherVersion(_, let program, let ours) = error else { continue }
        throw Failure(
          .data,
          "--history: \(name(start)) was written by skein \(program), which keeps more than skein \(ours) can read; "
            + "use that version, or name another folder")
      }
    }
  }

  private func name(_ start: Int64) -> String {
    let time = EventTime.rfc3339(start).prefix(13).filter { $0 != "-" && $0 != ":" }
    return "\(path)/\(HistoryFolder.prefix)\(time)\(HistoryFolder.ending)"
  }

  private func file(_ start: Int64) -> CheckpointFile {
    CheckpointFile(path: name(start), program: ProgramVersion.text, options: "history", form: HistoryFolder.form)
  }

  /// Begins of the hours that are there, oldest first.
  private var starts: [Int64] {
    ((try? Syscalls.names(in: path)) ?? []).compactMap(\.self).compactMap { name in
      guard name.hasPrefix(HistoryFolder.prefix), name.hasSuffix(HistoryFolder.ending) else { return nil }
      let digits = Array(name.dropFirst(HistoryFolder.prefix.count).dropLast(HistoryFolder.ending.count))
      guard digits.count == 11, digits[8] == "T" else { return nil }
      let text =
        "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))T\(String(digits[9...])):00:00Z"
      return OptionValue.time(text)
    }.sorted()
  }

  // MARK: Writing

  /// Keeps an hour, and removes those beyond the limits.
  package func write(_ hour: ServiceHour<String>) throws(OutputError) {
    guard let state = try? hour.saved() else { return }
    try file(hour.start).write(state.bytes)
    cache.withLock { cache in
      (cache.whole[hour.start], cache.joined[hour.start]) = (nil, nil)
    }
    removeOld(newest: hour.start)
  }

  private func removeOld(newest: Int64) {
    var kept: Int64 = 0
    for start in starts.reversed() {
      let size = (try? Syscalls.status(of: name(start)).size) ?? 0
      kept = kept.plus(size)
      guard start != newest, kept > limit || newest.less(start) > span else { continue }
      guard let folder = try? Syscalls.openFolder(path) else { return }
      try? Syscalls.remove(AtomicFile.split(name(start)).name, in: folder)
    }
  }

  // MARK: Reading

  /// The hours that touch `range`, oldest first.
  ///
  /// - Parameters:
  ///   - isJoined: with half hours in place of minutes, and one part: a tenth of the memory.
  ///   - isKept: whole ones that were read are remembered.
  package func hours(in range: Range<Int64>, isJoined: Bool, isKept: Bool = true) -> [ServiceHour<String>] {
    let first = ServiceTime.start(of: range.lowerBound, ServiceTime.hour)
    return starts.filter { $0 >= first && $0 < range.upperBound }.compactMap {
      hour($0, isJoined: isJoined, isKept: isKept)
    }
  }

  /// Where the oldest hour begins.
  package var first: Int64? { starts.first }

  private func hour(_ start: Int64, isJoined: Bool, isKept: Bool) -> ServiceHour<String>? {
    let known = cache.withLock { isJoined ? $0.joined[start] : $0.whole[start] }
    if let known { return known }
    guard let read = read(start) else { return nil }
    let hour = isJoined ? read.joined : read
    guard isKept || isJoined else { return hour }
    cache.withLock { cache in
      if isJoined {
        cache.joined[start] = hour
        return
      }
      cache.whole[start] = hour
      cache.order.append(start)
      if cache.order.count > HistoryFolder.mostWhole { cache.whole[cache.order.removeFirst()] = nil }
    }
    return hour
  }

  private func read(_ start: Int64) -> ServiceHour<String>? {
    do {
      guard let (state, form) = try file(start).readVersion() else { return nil }
      return try ServiceHour(loading: state.bytes, form: form)
    } catch {
      let name = name(start)
      let why: String
      if case .some(.otherVersion(_, let program, _)) = error as? CheckpointError {
        why = "\(name) was written by skein \(program) and cannot be read by this one"
      } else {
        why = "\(name) is damaged"
      }
      damage.withLock { if !$0.contains(why), $0.count < 20 { $0.append(why) } }
      return nil
    }
  }

  /// Sentences about files that could not be read.
  package var damaged: [String] { damage.withLock { $0 } }
}

extension ServiceHour<String> {
  /// Two half hours and one part.
  fileprivate var joined: ServiceHour<String> {
    var hour = joined(partMinutes: 60)
    (hour.minutes, hour.peaks) = ([:], [:])
    for (place, peak) in peaks {
      hour.peaks[place / 30 * 30] = hour.peaks[place / 30 * 30].map { ServiceInFlight.Peak.greater($0, peak) } ?? peak
    }
    for (place, counts) in minutes { hour.minutes[place / 30 * 30, default: .init()].merge(counts) }
    return hour
  }
}
