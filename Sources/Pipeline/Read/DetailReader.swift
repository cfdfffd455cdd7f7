internal import TraceCore

/// Makes `RecordDetail`s: keeps a record's text until all its lines are there, then reads its first line once more.
///
/// Memory: one record, its text up to `mostText` bytes.
struct DetailReader {
  /// Bytes of a record's text that are kept.
  static let mostText = 16 << 20

  /// A record whose lines may go on.
  private struct Pending {
    var record: Record?
    var text: [UInt8]
    var stream: Int
    var generation: Int
    var layoutSet: LayoutSet?
    var wrapperLogger: String?
    var detail: RecordDetail
  }

  private let zone: TimeZoneRules
  /// Bytes of a line that are looked at.
  private let maxLine: Int
  /// Of each source.
  private let paths: [String]
  private var pending: Pending?
  /// The layouts of the generations that were read last, one a stream: a copy that is read with has memory of its own.
  private var layouts: [Int: (generation: Int, set: LayoutSet)] = [:]
  private(set) var isTextCut = false

  init(zone: TimeZoneRules, maxLine: Int, paths: [String]) {
    self.zone = zone
    self.maxLine = maxLine
    self.paths = paths
  }

  /// A record begins, or an unparsed line.
  ///
  /// - Parameter line: lines before it in the block.
  mutating func begin(_ parsed: ParsedBlock, _ record: Record?, _ bytes: Span<UInt8>, line: Int) {
    var detail = RecordDetail()
    detail.source = paths[parsed.source]
    detail.line = parsed.lineNumber(line)
    pending = Pending(
      record: record, text: [], stream: parsed.stream, generation: parsed.generation, layoutSet: parsed.layoutSet,
      wrapperLogger: parsed.wrapperLogger(line), detail: detail)
    extend(bytes)
  }

  /// More of its bytes.
  mutating func extend(_ bytes: Span<UInt8>) {
    guard let kept = pending?.text.count else { return }
    let count = min(bytes.count, DetailReader.mostText - kept)
    if count < bytes.count { isTextCut = true }
    pending?.text.append(addingCapacity: count) { output in
      for index in 0..<count { output.append(bytes[index]) }
    }
  }

  /// The record that was begun, as all its lines are there.
  mutating func finish() -> RecordDetail? {
    guard var done = pending else { return nil }
    pending = nil
    var text = done.text
    if text.last == 0x0A { text.removeLast() }
    if text.last == 0x0D { text.removeLast() }
    done.detail.text = text
    read(&done, text)
    return done.detail
  }

  private mutating func read(_ done: inout Pending, _ text: [UInt8]) {
    let bytes = text.span
    var start = 0
    var end = ByteSearch.first(0x0A, in: bytes, from: 0, to: bytes.count) ?? bytes.count
    if end > 0 && bytes[end - 1] == 0x0D { end -= 1 }
    while start < end && bytes[start] == 0 { start += 1 }
    end = min(end, start + maxLine)
    done.detail.message = String(decoding: text[start..<end], as: UTF8.self)
    guard let record = done.record else { return }
    done.detail.time = record.time
    done.detail.level = record.level
    done.detail.status = Int(record.status)
    done.detail.duration = record.duration >= 0 ? record.duration : nil
    if layouts[done.stream]?.generation != done.generation, let set = done.layoutSet {
      layouts[done.stream] = (done.generation, set)
    }
    guard let catalog = layouts[done.stream]?.set.catalog else { return }
    var fields = LineFields(wantedCount: catalog.wantedNames.count)
    var times = TimestampParser(zone: zone, referenceTime: record.time)
    _ = layouts[done.stream]?.set.parse(recordIn: bytes, from: start, to: end, into: &fields, times: &times)
    func string(_ slice: Slice) -> String? {
      guard !slice.isMissing else { return nil }
      return slice.isInArena
        ? String(decoding: fields.arena[slice.start..<slice.end], as: UTF8.self)
        : String(decoding: text[slice.start..<slice.end], as: UTF8.self)
    }
    done.detail.logger = string(fields.logger) ?? done.wrapperLogger
    done.detail.id = string(fields.requestID)
    done.detail.method = string(fields.method)
    done.detail.path = string(fields.path)
    if let message = string(fields.message) { done.detail.message = message }
    guard record.kind == .opening || record.kind == .closing else { return }
    if let route = string(fields.route), !route.isEmpty {
      done.detail.route = route
    } else if let path = done.detail.path {
      done.detail.route = DetailReader.template(of: path)
    } else {
      done.detail.route = "(no path)"
    }
  }

  /// The path's template, as the route's name has it behind the method.
  private static func template(of path: String) -> String {
    var text: ContiguousArray<UInt8> = []
    text.reserveCapacity(512)
    let bytes = ContiguousArray(path.utf8)
    var name = RouteName()
    name.write(method: bytes.span.extracting(0..<0), path: bytes.span, into: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
