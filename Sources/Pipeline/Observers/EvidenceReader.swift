package import TraceCore

/// A trace with its records.
package struct EvidenceTrace: Sendable {
  package var id: String
  package var life: UInt64
  package var records: [EvidenceRecord]
  /// Records left out because of the limit on kept text.
  package var omitted: Int
  /// Continuation lines of `records` left out for the same reason.
  package var omittedLines: Int
}

/// Turns kept records into what reports print: reads each line once more for its logger and message.
struct EvidenceReader {
  private var layouts: [LayoutSet?]
  private let zone: TimeZoneRules
  private let paths: [String]

  init(layouts: [LayoutSet?], zone: TimeZoneRules, paths: [String]) {
    self.layouts = layouts
    self.zone = zone
    self.paths = paths
  }

  func traces(_ collector: EvidenceCollector) -> [EvidenceTrace] {
    collector.lives.map { life in
      EvidenceTrace(
        id: life.id, life: life.life, records: life.records.map { record($0, collector.counted) },
        omitted: life.omitted,
        omittedLines: life.omittedLines)
    }
  }

  private func record(_ raw: EvidenceCollector.RawRecord, _ counted: Set<UInt64>) -> EvidenceRecord {
    var text = raw.text
    while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
    let bytes = text.span
    let end = ByteSearch.first(0x0A, in: bytes, from: 0, to: bytes.count) ?? bytes.count
    var fields = LineFields(wantedCount: 0)
    var times = TimestampParser(zone: zone, referenceTime: raw.record.time)
    var logger: String?
    var message = String(decoding: text[..<end], as: UTF8.self)
    if var set = layouts[raw.stream] {
      fields = LineFields(wantedCount: set.catalog.wantedNames.count)
      var start = 0
      while start < end && text[start] == 0 { start += 1 }
      _ = set.parse(recordIn: bytes, from: start, to: end, into: &fields, times: &times)
      logger = string(fields.logger, text, fields.arena) ?? raw.wrapperLogger
      message = string(fields.message, text, fields.arena) ?? message
    }
    let role = role(of: raw, counted)
    return EvidenceRecord(
      time: raw.record.time, level: raw.record.level, logger: logger, message: message, text: text,
      path: paths[raw.source], line: raw.line, step: raw.record.duration >= 0 ? raw.record.duration : nil, role: role)
  }

  /// What tells of a request that another record counts is a hop.
  private func role(of raw: EvidenceCollector.RawRecord, _ counted: Set<UInt64>) -> EvidenceRecord.Role {
    let isCounted = raw.telling.map(counted.contains) ?? false
    switch raw.record.kind {
    case .plain: return .plain
    case .opening: return raw.telling != nil ? .opening : .plain
    case .closing: return isCounted ? .closing : .hop
    case .completion: return isCounted ? .closing : .plain
    case .outbound: return .hop
    }
  }

  private func string(_ slice: Slice, _ text: [UInt8], _ arena: ContiguousArray<UInt8>) -> String? {
    guard !slice.isMissing else { return nil }
    return slice.isInArena
      ? String(decoding: arena[slice.start..<slice.end], as: UTF8.self)
      : String(decoding: text[slice.start..<slice.end], as: UTF8.self)
  }
}
