// Saving and loading.

extension TellingSources: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("sources")
    try coder.check(wanted.joined(separator: ","), "--requests-from")
    try coder.check(streamNames.count, "streams")
    try coder.code(&kinds, empty: Kind(name: "", layout: ""))
    try coder.code(&loggers)
    try coder.code(&sources, empty: Source(stream: 0, kind: 0, logger: -1))
    try coder.code(&places, empty: Place(stream: 0, kind: 0))
    try coder.code(words: &linked)
    try coder.code(&hasEnds)
    try coder.code(&links)
    guard coder.isLoading else { return }
    guard kinds.count <= TellingSources.mostKinds, sources.count <= TellingSources.most,
      linked.count == kinds.count,
      places.allSatisfy({ isWithin($0.stream, $0.kind) }), sources.allSatisfy({ isWithin($0.stream, $0.kind) }),
      sources.allSatisfy({ $0.logger >= -2 && Int($0.logger) < loggers.count })
    else { throw .invalid("sources of requests") }
    settle()
  }

  private func isWithin(_ stream: Int32, _ kind: Int32) -> Bool {
    streamNames.indices.contains(Int(stream)) && kinds.indices.contains(Int(kind))
  }

  /// What follows from the rest.
  private mutating func settle() {
    lookup = [:]
    for (number, source) in sources.enumerated() {
      let key =
        UInt64(UInt32(bitPattern: source.logger)) << 32
        | UInt64(UInt32(bitPattern: source.stream) & 0x3FF_FFFF) << 6 | UInt64(UInt32(bitPattern: source.kind) & 63)
      lookup[key] = Int32(number)
      sources[number].isWanted = isWanted(source)
      let stream = Int(source.stream)
      if source.isIdentified { isIdentified[stream] = true }
      if source.isBare, bare[stream].count < 8 { bare[stream].append(Int32(number)) }
    }
    for place in places { streamKinds[Int(place.stream)] |= UInt64(1) << UInt64(place.kind) }
    placesDiffer = places.contains { a in places.contains { $0.stream != a.stream && $0.kind != a.kind } }
  }
}

extension TellingSources.Source: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&stream)
    try coder.code(&kind)
    try coder.code(&logger)
    try coder.code(count: &closings)
    try coder.code(count: &completions)
    try coder.code(count: &openings)
    try coder.code(count: &openingsEnded)
    try coder.code(&isBare)
    try coder.code(&isIdentified)
    try coder.code(count: &requests)
    try coder.code(count: &hops)
    try coder.code(count: &uncounted)
    try coder.code(count: &uncountedErrors)
  }
}

extension TellingSources.Kind: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&name)
    try coder.code(&layout)
    try coder.code(count: &tellings)
    try coder.code(count: &withMethod)
    try coder.code(count: &withDuration)
    try coder.code(count: &withID)
    try coder.code(count: &openings)
    try coder.code(time: &first)
    try coder.code(time: &last)
  }
}

extension TellingSources.Place: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&stream)
    try coder.code(&kind)
    try coder.code(word: &last)
    try coder.code(word: &firstAlone)
  }
}
