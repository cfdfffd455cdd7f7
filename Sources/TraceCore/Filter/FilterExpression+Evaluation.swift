package import Patterns

extension FilterExpression {
  /// What the expression says about a record. Allocates nothing.
  ///
  /// - Parameters:
  ///   - fields: the record's line, read with the catalog it is bound to.
  ///   - line: the whole line in `bytes`, for the field `line`; `.missing` makes that unknown.
  ///   - route: the route's name, `GET /api/spots/{id}`; empty where there is none. A comparison on `route` also holds
  ///     if it holds for the template alone (`/api/spots/{id}`), so that `route ~ "^/api"` reads as it is meant.
  ///   - bytes: the block that the slices of `fields` point into (or into `fields.arena`).
  ///   - scratch: the thread's. A search given up at its limit is unknown here and counted there (`limitHits`).
  package func evaluate(
    _ fields: borrowing LineFields, line: Slice, route: Span<UInt8>, bytes: Span<UInt8>, scratch: MatchScratch
  ) -> Truth {
    compiled.evaluate(fields, line: line, route: route, bytes: bytes, scratch: scratch)
  }
}

extension FilterExpression.Compiled {
  func evaluate(
    _ fields: borrowing LineFields, line: Slice, route: Span<UInt8>, bytes: Span<UInt8>, scratch: MatchScratch
  ) -> Truth {
    var machine = TruthMachine()
    while let number = machine.next(program) {
      machine.answer(truth(of: checks[number], fields, line: line, route: route, bytes: bytes, scratch: scratch))
    }
    return machine.value
  }

  @inline(__always)
  func truth(
    of check: FilterCheck, _ fields: borrowing LineFields, line: Slice, route: Span<UInt8>, bytes: Span<UInt8>,
    scratch: MatchScratch
  ) -> Truth {
    if check.field == .wanted { return asLogged(check, fields, bytes: bytes, scratch: scratch) }
    if fields.ambiguous & check.field.ambiguityBit != 0 { return check.operation == .has ? .yes : .unknown }
    switch check.field {
    case .status: return integer(check, Int64(fields.status), isThere: fields.status != 0)
    case .duration: return integer(check, fields.duration, isThere: fields.duration >= 0)
    case .level: return integer(check, Int64(fields.level.rawValue), isThere: fields.level != .none)
    case .time: return integer(check, fields.time, isThere: fields.time != EventTime.none)
    case .route: return self.route(check, route, scratch: scratch)
    case .method: return text(check, fields.method, fields, bytes: bytes, scratch: scratch)
    case .path: return text(check, fields.path, fields, bytes: bytes, scratch: scratch)
    case .logger: return text(check, fields.logger, fields, bytes: bytes, scratch: scratch)
    case .message: return text(check, fields.message, fields, bytes: bytes, scratch: scratch)
    case .id: return text(check, fields.requestID, fields, bytes: bytes, scratch: scratch)
    case .line: return text(check, line, fields, bytes: bytes, scratch: scratch)
    case .instance: return instance(check, fields, scratch: scratch)
    case .wanted: return .unknown
    }
  }

  private func integer(_ check: FilterCheck, _ value: Int64, isThere: Bool) -> Truth {
    if check.operation == .has { return Truth(isThere) }
    guard isThere else { return .unknown }
    for i in Int(check.first)..<Int(check.first + check.count) {
      if case .integers(let low, let high) = constants.items[i],
        FilterCheck.compare(check.operation, value, low, high)
      {
        return .yes
      }
    }
    return .no
  }

  private func text(
    _ check: FilterCheck, _ slice: Slice, _ fields: borrowing LineFields, bytes: Span<UInt8>, scratch: MatchScratch
  ) -> Truth {
    if check.operation == .has { return Truth(!slice.isMissing) }
    if slice.isMissing { return .unknown }
    if slice.isInArena {
      return text(check, fields.arena.span, from: slice.start, to: slice.end, scratch: scratch)
    }
    return text(check, bytes, from: slice.start, to: slice.end, scratch: scratch)
  }

  private func instance(_ check: FilterCheck, _ fields: borrowing LineFields, scratch: MatchScratch) -> Truth {
    let name = fields.instance
    if check.operation == .has { return Truth(!name.isEmpty) }
    guard !name.isEmpty else { return .unknown }
    return text(check, name.span, from: 0, to: name.count, scratch: scratch)
  }

  private func route(_ check: FilterCheck, _ route: Span<UInt8>, scratch: MatchScratch) -> Truth {
    if check.operation == .has { return Truth(route.count > 0) }
    guard route.count > 0 else { return .unknown }
    let whole = text(check, route, from: 0, to: route.count, scratch: scratch)
    guard whole == .no, let blank = ByteSearch.first(0x20, in: route, from: 0, to: route.count) else { return whole }
    return text(check, route, from: blank + 1, to: route.count, scratch: scratch)
  }

  /// A text against the items; `start ..< end` of `bytes`.
  private func text(
    _ check: FilterCheck, _ bytes: Span<UInt8>, from start: Int, to end: Int, scratch: MatchScratch
  ) -> Truth {
    for i in Int(check.first)..<Int(check.first + check.count) {
      switch constants.items[i] {
      case .pattern(let number):
        return search(Int(number), bytes, from: start, to: end, scratch: scratch)
      case .text(let first, let last):
        if compareText(check.operation, bytes, from: start, to: end, with: Int(first), Int(last)) { return .yes }
      case .integers, .quantities:
        return .unknown
      }
    }
    return .no
  }

  private func search(
    _ number: Int, _ bytes: Span<UInt8>, from start: Int, to end: Int, scratch: MatchScratch
  ) -> Truth {
    switch constants.patterns[number].firstMatch(in: bytes, from: start, to: end, scratch: scratch) {
    case .match: .yes
    case .noMatch: .no
    case .limitReached, .failure: .unknown
    }
  }

  /// Byte by byte: the order of texts is that of their UTF-8, as dates and versions of equal width want it.
  private func compareText(
    _ operation: FilterCheck.Operation, _ bytes: Span<UInt8>, from start: Int, to end: Int, with first: Int, _ last: Int
  ) -> Bool {
    let texts = constants.pool
    let pool = texts.span
    switch operation {
    case .equal, .isIn:
      return end - start == last - first && ByteSearch.equal(bytes, start, pool, first, count: last - first)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      var (i, j) = (start, first)
      while i < end, j < last, bytes[i] == pool[j] { (i, j) = (i + 1, j + 1) }
      let order: Int64 =
        if i < end && j < last { bytes[i] < pool[j] ? -1 : 1 } else { Int64((end - i) - (last - j)) }
      return FilterCheck.compare(operation, order, 0, 0)
    case .matches, .has:
      return false
    }
  }
}

// MARK: Fields as logged

extension FilterExpression.Compiled {
  private func asLogged(
    _ check: FilterCheck, _ fields: borrowing LineFields, bytes: Span<UInt8>, scratch: MatchScratch
  ) -> Truth {
    let slot = Int(slots[Int(check.name)])
    let value = slot >= 0 && slot < fields.wanted.count ? fields.wanted[slot] : .missing
    if check.operation == .has { return Truth(value.kind != .missing && value.kind != .null) }
    switch value.kind {
    case .missing, .null, .ambiguous: return .unknown
    case .text, .number, .bool, .composite: break
    }
    if value.slice.isInArena {
      return asLogged(
        check, value.kind, fields.arena.span, from: value.slice.start, to: value.slice.end, scratch: scratch)
    }
    return asLogged(check, value.kind, bytes, from: value.slice.start, to: value.slice.end, scratch: scratch)
  }

  private func asLogged(
    _ check: FilterCheck, _ kind: FieldValue.Kind, _ bytes: Span<UInt8>, from start: Int, to end: Int,
    scratch: MatchScratch
  ) -> Truth {
    var result = Truth.no
    var quantity: Quantity?
    var isRead = false
    let isOrder = check.operation != .equal && check.operation != .isIn
    for i in Int(check.first)..<Int(check.first + check.count) {
      switch constants.items[i] {
      case .pattern(let number):
        return search(Int(number), bytes, from: start, to: end, scratch: scratch)
      case .text(let first, let last):
        // The order of a text and a number (or of anything with an object) is unknown.
        if isOrder && kind != .text { return .unknown }
        if compareText(check.operation, bytes, from: start, to: end, with: Int(first), Int(last)) { return .yes }
      case .quantities(let low, let high, let unit, let first, let last):
        if !isRead, kind == .number || kind == .text { quantity = Quantity(bytes, from: start, to: end) }
        isRead = true
        let truth: Truth
        if let quantity {
          truth = compare(check, quantity, low, high, unit)
        } else {
          truth = .no
        }
        if truth == .yes { return .yes }
        if truth == .unknown { result = .unknown }
        if quantity == nil {
          if isOrder { return .unknown }
          if compareText(.equal, bytes, from: start, to: end, with: Int(first), Int(last)) { return .yes }
        }
      case .integers:
        return .unknown
      }
    }
    return result
  }

  /// Numbers with units against numbers with units; a plain number takes the unit that its name tells.
  private func compare(
    _ check: FilterCheck, _ quantity: Quantity, _ low: ExactDecimal, _ high: ExactDecimal, _ unit: Quantity.Kind
  ) -> Truth {
    var value = quantity.value
    if quantity.kind != unit {
      guard quantity.kind == .plain else {
        return check.operation == .equal || check.operation == .isIn ? .no : .unknown
      }
      switch (unit, check.unit) {
      case (.duration, .duration(let factor, let power)): value = value.scaled(by: factor, power: power)
      case (.percent, .percent), (.size, _): break
      default: return .unknown
      }
    }
    switch check.operation {
    case .equal, .isIn: return Truth(value >= low && value <= high)
    case .less: return Truth(value < low)
    case .lessOrEqual: return Truth(value <= high)
    case .greater: return Truth(value > high)
    case .greaterOrEqual: return Truth(value >= low)
    case .matches, .has: return .unknown
    }
  }
}
