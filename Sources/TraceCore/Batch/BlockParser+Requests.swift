// What only records of an exchange have: kind, route, group, logger, values.

extension BlockParser {
  /// Fills in what only records of an exchange have: kind, route, group, logger.
  mutating func exchange(
    _ record: inout Record, _ bytes: Span<UInt8>, _ text: Slice, _ batch: inout RecordBatch
  ) {
    // A request line that could not be read (TLS bytes on an HTTP port) is still a request that got its status.
    let isMalformed = fields.path.isMissing && fields.saw(.requestLine)
    guard !fields.path.isMissing || isMalformed || !fields.route.isMissing else {
      if fields.status > 0 && fields.duration >= 0 && record.idHash != 0 { completion(&record, bytes, text, &batch) }
      return
    }
    if !fields.method.isMissing { record.flags.insert(.hasMethod) }
    if BlockParser.isAbsolute(fields.path, bytes, fields.arena) {
      record.kind = .outbound
      return
    }
    if fields.status > 0 {
      record.kind = .closing
    } else if !fields.method.isMissing && fields.duration < 0 && !isMalformed && fields.level < .warning {
      record.kind = .opening
      record.textHash = openingHash(bytes)
    } else {
      return
    }
    record.route = route(bytes, isMalformed: isMalformed, &batch)
    record.group = plan.groupKey == .route ? record.route : group(bytes, &batch)
    record.logger = label(fields.logger, bytes, &batch)
    if record.kind == .closing {
      if !fields.method.isMissing { record.method = BlockParser.methodCode(fields.method, bytes, fields.arena) }
      if !fields.path.isMissing { record.textHash = BlockParser.pathHash(fields.path, bytes, fields.arena) }
    }
    if record.kind == .closing && !plan.requestAtoms.isEmpty {
      record.predicates |= truths(requestAtoms, bytes, line: text, shift: 32, &batch)
    }
  }

  // What another telling of the same exchange would say as well: method, and path without its query.

  private static func methodCode(
    _ method: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>
  ) -> UInt8 {
    method.isInArena
      ? Record.methodCode(arena.span, method.start, method.end) : Record.methodCode(bytes, method.start, method.end)
  }

  private static func pathHash(
    _ path: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>
  ) -> UInt32 {
    path.isInArena ? pathHash(arena.span, path.start, path.end) : pathHash(bytes, path.start, path.end)
  }

  /// Never 0.
  private static func pathHash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
    let query = ByteSearch.first(0x3F, in: bytes, from: start, to: end) ?? end
    return max(1, UInt32(truncatingIfNeeded: ByteSearch.hash(bytes, from: start, to: query)))
  }

  mutating func keepValues(of record: Int, _ bytes: Span<UInt8>, _ batch: inout RecordBatch) {
    for (field, slot) in plan.valueSlots.enumerated() {
      let value = fields.wanted[slot]
      guard value.kind != .missing && value.kind != .null && value.kind != .ambiguous else { continue }
      batch.values.append(
        RecordValue(record: Int32(record), field: Int32(field), label: label(value.slice, bytes, &batch)))
    }
  }

  mutating func completion(
    _ record: inout Record, _ bytes: Span<UInt8>, _ text: Slice, _ batch: inout RecordBatch
  ) {
    record.kind = .completion
    if plan.groupKey != .route { record.group = group(bytes, &batch) }
    record.logger = label(fields.logger, bytes, &batch)
    if !plan.requestAtoms.isEmpty {
      routeText.removeAll(keepingCapacity: true)
      record.predicates |= truths(requestAtoms, bytes, line: text, shift: 32, &batch)
    }
  }

  /// The label of the route, from the cache where its text is not needed.
  mutating func route(_ bytes: Span<UInt8>, isMalformed: Bool, _ batch: inout RecordBatch) -> Int32 {
    let isPlain = fields.route.isMissing && !fields.path.isInArena && !fields.method.isInArena && !isMalformed
    guard isPlain, !needsRouteText else {
      nameRoute(bytes)
      return Int32(batch.labels.intern(routeText.span, 0, routeText.count))
    }
    let method =
      fields.method.isMissing ? 0 : ByteSearch.hash(bytes, from: fields.method.start, to: fields.method.end)
    let hash = RouteName.hash(of: bytes, from: fields.path.start, to: fields.path.end, seed: method)
    if let label = routes[hash] { return label }
    nameRoute(bytes)
    let label = Int32(batch.labels.intern(routeText.span, 0, routeText.count))
    routes.remember(hash, label)
    return label
  }

  /// What the opening's message says before its first pair: openings of one kind say the same.
  private mutating func openingHash(_ bytes: Span<UInt8>) -> UInt32 {
    let message = fields.message
    guard !message.isMissing && !message.isInArena else { return 0 }
    let equals = ByteSearch.first(0x3D, in: bytes, from: message.start, to: message.end) ?? message.end
    return UInt32(truncatingIfNeeded: ByteSearch.hash(bytes, from: message.start, to: equals))
  }

  private static func isAbsolute(
    _ path: Slice, _ bytes: Span<UInt8>, _ arena: borrowing ContiguousArray<UInt8>
  ) -> Bool {
    guard !path.isMissing else { return false }
    return path.isInArena
      ? RouteName.isAbsolute(arena.span.extracting(path.start..<path.end))
      : RouteName.isAbsolute(bytes.extracting(path.start..<path.end))
  }

  /// Leaves the route's name in `routeText`.
  private mutating func nameRoute(_ bytes: Span<UInt8>) {
    routeText.removeAll(keepingCapacity: true)
    RouteName.write(of: fields, bytes, into: &routeText)
  }

  private mutating func label(_ slice: Slice, _ bytes: Span<UInt8>, _ batch: inout RecordBatch) -> Int32 {
    guard !slice.isMissing else { return -1 }
    return Int32(
      slice.isInArena
        ? batch.labels.intern(fields.arena.span, slice.start, RouteName.nameEnd(slice, fields.arena.span))
        : batch.labels.intern(bytes, slice.start, RouteName.nameEnd(slice, bytes)))
  }

  /// The label of what `--by` names; -1 where the record does not have it.
  mutating func group(_ bytes: Span<UInt8>, _ batch: inout RecordBatch) -> Int32 {
    switch plan.groupKey {
    case .route: return -1
    case .instance:
      let name = fields.instance
      return name.isEmpty ? -1 : Int32(batch.labels.intern(name.span, 0, name.count))
    case .wanted(let slot):
      let value = fields.wanted[slot]
      guard value.kind != .missing && value.kind != .null && value.kind != .ambiguous else { return -1 }
      return label(value.slice, bytes, &batch)
    case .standard(let field):
      switch field {
      case .status:
        return fields.status > 0 ? Int32(batch.labels.intern(String(fields.status))) : -1
      case .level:
        return fields.level == .none ? -1 : Int32(batch.labels.intern(fields.level.name))
      case .method: return label(fields.method, bytes, &batch)
      case .logger: return label(fields.logger, bytes, &batch)
      case .path: return label(fields.path, bytes, &batch)
      case .requestID: return label(fields.requestID, bytes, &batch)
      case .message: return label(fields.message, bytes, &batch)
      default: return -1
      }
    }
  }
}
