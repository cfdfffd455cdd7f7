// Whether one layout fits a line.

extension LayoutSet {
  mutating func fits(
    _ kind: Kind, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    if case .text(let index) = kind { return fitsText(index, bytes, masks, start, end, &fields, &times) }
    return fitsOther(kind, bytes, masks, start, end, &fields, &times)
  }

  /// The only place that runs the program, so that all of it is in line there: 5 % of what a line costs.
  @inline(never)
  mutating func fitsText(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    fields.bareDurationUnit = 0
    guard
      program.parse(
        layout: index, bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times)
    else { return false }
    if fields.durationWithoutUnit || index >= syslogText || fields.mayTellMore(bytes) {
      finishText(index, bytes, masks, start, end, &fields, &times)
    }
    return true
  }

  @inline(never)
  private mutating func fitsOther(
    _ kind: Kind, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Bool {
    if let timeFormat, times.format == nil { times.format = timeFormat }
    switch kind {
    case .json: return fitsJSON(bytes, masks, start, end, &fields, &times)
    case .logfmt:
      fields.bareDurationUnit = 0
      guard logfmt(bytes, masks, start, end, &fields, &times) else { return false }
      if fields.durationWithoutUnit, LayoutSet.isLograge(bytes, start, end) {
        fields.reset()
        fields.bareDurationUnit = EventTime.nanosecondsPerMillisecond
        _ = logfmt(bytes, masks, start, end, &fields, &times)
      }
      return true
    case .wrapped:
      fields.bareDurationUnit = 0
      generic.read(wrapped: bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times)
      if fields.mayTellMore(bytes) { tellMore(bytes, masks, hasHeader: false, &fields, &times) }
      return true
    case .pattern(let index):
      fields.bareDurationUnit = 0
      return patterns[index].parse(
        bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times)
    case .generic, .text:
      fields.bareDurationUnit = 0
      guard generic.parse(bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times) else {
        return false
      }
      if fields.mayTellMore(bytes)
        || (fields.status == 0 && fields.message.count >= 8 && masks.first(from: start, to: end) { $0.quotes } < end)
      {
        tellMore(bytes, masks, hasHeader: false, &fields, &times)
      }
      return true
    }
  }

  /// A whole object; an indented one only with a time, since pretty-printed values look like it.
  private mutating func fitsJSON(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Bool {
    guard start < end, bytes[start] == 0x7B || bytes[start] == 0x20 || bytes[start] == 0x09,
      json.parse(bytes, masks, from: start, to: end, into: &fields, times: &times)
    else { return false }
    if fields.durationWithoutUnit {
      let unit = JSONDurationUnit.of(bytes, from: start, to: end)
      if unit > 0 {
        fields.reset()
        _ = json.parse(bytes, masks, from: start, to: end, bareDurationUnit: unit, into: &fields, times: &times)
      }
    }
    if !fields.message.isMissing, !fields.message.isInArena, !fields.isOutline {
      fields.takePairs(bytes, masks, fields.message.start, fields.message.end, catalog: catalog, times: &times)
    }
    if fields.mayTellMore(bytes) { tellMore(bytes, masks, hasHeader: false, &fields, &times) }
    if fields.requestID.isMissing, fields.status > 0, !fields.saysNoID { fields.takeEchoID(bytes, start, end) }
    if fields.time != EventTime.none {
      if end &- start > 8, ByteSearch.word(bytes, at: start) == LayoutSet.instantHead {
        addInstant(bytes, start, end, &fields)
      }
      if end &- start > 8, ByteSearch.word(bytes, at: start) == LayoutSet.dockerHead { fields.wrapper = .dockerJSON }
      return true
    }
    guard bytes[start] == 0x7B, fields.fieldsFound > 0 || !LineShape.isReport(bytes, start, end) else { return false }
    if WrappedLine.isJournald(bytes, start, end) { fields.wrapper = .journald }
    for batch in [Wrapper.otlp, .cloudwatch] where BatchLine.begins(batch, bytes, start, end) { fields.wrapper = batch }
    return true
  }

  /// A logfmt line begins with a key and names a time, a level or a message.
  func logfmt(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Bool {
    guard start < end, (bytes[start] | 0x20) &- 0x61 < 26 || bytes[start] == 0x40 else { return false }
    let limit = min(end, start + 64)
    guard let equals = ByteSearch.first(0x3D, in: bytes, from: start, to: limit),
      ByteSearch.first(0x20, in: bytes, from: start, to: equals) == nil
    else { return false }
    let pairs = fields.takeAllPairs(bytes, masks, start, end, catalog: catalog, times: &times)
    let known = fields.time != EventTime.none || fields.level != .none || !fields.message.isMissing
    guard pairs >= 2 && known else { return false }
    if fields.message.isMissing { fields.message = Slice(start, end) }
    return true
  }
}
