package import TraceCore

/// Requests that ended in one hour of event time: of all by minute, by route, version and instance by parts of some minutes.
///
/// `Key` is the number of a route, version or instance in a run, and its name where the hour outlives it.
package struct ServiceHour<Key: Hashable & Comparable & Sendable>: Sendable, Equatable where Key: Equatable {
  package typealias Groups = [Key: ServiceCounts]

  /// Requests of a part of the hour by what they have in common.
  package struct Part: Sendable, Equatable {
    package var routes: Groups = [:]
    package var versions: Groups = [:]
    package var instances: Groups = [:]
    /// Hits of rules, by id.
    package var hits: [String: Int64] = [:]
    /// Stack traces, by key of their cause (`ServiceCauses`).
    package var causes: [String: Int64] = [:]
    /// By the field that names people, or clients.
    package var audiences: [String: ServiceAudience] = [:]
    /// Requests under an id, and those of them whose id had one of the same route before.
    package var identified: Int64 = 0
    package var retries: Int64 = 0

    package init() {}

    package mutating func merge(_ other: Part) {
      routes.merge(other.routes, uniquingKeysWith: Self.sum)
      versions.merge(other.versions, uniquingKeysWith: Self.sum)
      instances.merge(other.instances, uniquingKeysWith: Self.sum)
      hits.merge(other.hits) { $0.plus($1) }
      causes.merge(other.causes) { $0.plus($1) }
      for (field, audience) in other.audiences { audiences[field, default: .init()].merge(audience) }
      identified = identified.plus(other.identified)
      retries = retries.plus(other.retries)
    }

    static func sum(_ a: ServiceCounts, _ b: ServiceCounts) -> ServiceCounts {
      var sum = a
      sum.merge(b)
      return sum
    }
  }

  /// Nanoseconds; a multiple of the hour.
  package let start: Int64
  /// By the minute within the hour, and by that with which a part begins.
  package var minutes: [Int: ServiceCounts] = [:]
  package var parts: [Int: Part] = [:]
  /// Most requests in flight at once, by minute.
  package var peaks: [Int: ServiceInFlight.Peak] = [:]
  /// Minutes of a part.
  package private(set) var partMinutes = 1

  package init(start: Int64) { self.start = start }

  package var end: Int64 { start.plus(ServiceTime.hour) }

  /// Event time of a part.
  package func range(ofPart minute: Int) -> Range<Int64> {
    let from = start.plus(Int64(minute).times(ServiceTime.minute))
    return from..<from.plus(Int64(partMinutes).times(ServiceTime.minute))
  }

  /// The same with parts of so many minutes, at least as long as they are.
  package func joined(partMinutes: Int) -> ServiceHour {
    var hour = self
    (hour.parts, hour.partMinutes) = ([:], partMinutes)
    for (minute, part) in parts.sorted(by: { $0.key < $1.key }) {
      hour.parts[minute / partMinutes * partMinutes, default: Part()].merge(part)
    }
    return hour
  }
}

/// Lengths of spans, in nanoseconds.
package enum ServiceTime {
  package static let minute = 60 * EventTime.nanosecondsPerSecond
  package static let hour = 60 * minute
  package static let tick = 10 * EventTime.nanosecondsPerSecond

  /// Where the span of `length` begins in which `time` lies.
  package static func start(of time: Int64, _ length: Int64) -> Int64 {
    time.less(EventTime.floorDivide(time, length).remainder)
  }

  /// Number of the span of `length` within its hour.
  package static func place(of time: Int64, _ length: Int64) -> Int {
    Int(clamping: EventTime.floorDivide(time, hour).remainder / length)
  }
}

extension ServiceHour where Key == Int32 {
  /// The same under names; several numbers may share one.
  package func named(_ names: ServiceNames) -> ServiceHour<String> {
    var hour = ServiceHour<String>(start: start)
    (hour.minutes, hour.peaks, hour.partMinutes) = (minutes, peaks, partMinutes)
    for (place, part) in parts {
      var named = ServiceHour<String>.Part()
      named.routes = Self.rename(part.routes, names.route)
      named.versions = Self.rename(part.versions, names.version)
      named.instances = Self.rename(part.instances, names.instance)
      (named.hits, named.causes, named.audiences) = (part.hits, part.causes, part.audiences)
      (named.identified, named.retries) = (part.identified, part.retries)
      hour.parts[place] = named
    }
    return hour
  }

  private static func rename(_ groups: Groups, _ name: (Int32) -> String) -> [String: ServiceCounts] {
    var named: [String: ServiceCounts] = [:]
    for (number, counts) in groups { named[name(number), default: ServiceCounts()].merge(counts) }
    return named
  }
}

/// What the numbers of a run stand for.
package struct ServiceNames {
  package var route: (Int32) -> String
  package var version: (Int32) -> String
  package var instance: (Int32) -> String

  package init(
    route: @escaping (Int32) -> String, version: @escaping (Int32) -> String, instance: @escaping (Int32) -> String
  ) {
    self.route = route
    self.version = version
    self.instance = instance
  }
}

/// Numbers of the form of an hour in a file, each of which is still read.
package enum ServiceHourForm {
  package static let newest = 2
  /// Without stack traces, people, retries and requests in flight.
  static let first = 1
}

extension ServiceHour {
  /// - Parameters:
  ///   - emptyKey: any key.
  ///   - form: of what is loaded.
  ///   - key: codes one.
  mutating func code(
    _ coder: inout StateCoder, emptyKey: Key, form: Int = ServiceHourForm.newest, key: StateCoder.Body<Key>
  ) throws(StateError) {
    try coder.code(&partMinutes)
    try coder.code(&minutes, empty: ServiceCounts()) { counts, coder throws(StateError) in try counts.code(&coder) }
    try coder.code(&parts, empty: Part()) { part, coder throws(StateError) in
      try Self.code(&part.routes, &coder, emptyKey, key)
      try Self.code(&part.versions, &coder, emptyKey, key)
      try Self.code(&part.instances, &coder, emptyKey, key)
      try Self.code(&part.hits, &coder)
      if form > ServiceHourForm.first { try Self.codeLater(&part, &coder) }
    }
    if form > ServiceHourForm.first {
      try coder.code(&peaks, empty: ServiceInFlight.Peak(count: 0, time: 0)) { peak, coder throws(StateError) in
        try coder.code(count: &peak.count)
        try coder.code(time: &peak.time)
      }
    }
    guard (1...60).contains(partMinutes), peaks.keys.allSatisfy((0..<60).contains),
      minutes.keys.allSatisfy((0..<60).contains),
      parts.keys.allSatisfy((0..<60).contains)
    else {
      throw .invalid("minute of an hour")
    }
  }

  /// What came with the second form.
  private static func codeLater(_ part: inout Part, _ coder: inout StateCoder) throws(StateError) {
    try Self.code(&part.causes, &coder)
    try coder.code(
      &part.audiences, emptyKey: "", empty: ServiceAudience(),
      key: { field, coder throws(StateError) in try coder.code(&field) },
      { audience, coder throws(StateError) in try audience.code(&coder) })
    try coder.code(count: &part.identified)
    try coder.code(count: &part.retries)
  }

  private static func code(_ counts: inout [String: Int64], _ coder: inout StateCoder) throws(StateError) {
    try coder.code(
      &counts, emptyKey: "", empty: 0, key: { name, coder throws(StateError) in try coder.code(&name) },
      { count, coder throws(StateError) in try coder.code(count: &count) })
  }

  private static func code(
    _ groups: inout Groups, _ coder: inout StateCoder, _ emptyKey: Key, _ key: StateCoder.Body<Key>
  ) throws(StateError) {
    try coder.code(&groups, emptyKey: emptyKey, empty: ServiceCounts(), key: key) {
      counts, coder throws(StateError) in try counts.code(&coder)
    }
  }
}

extension ServiceHour<String> {
  /// The bytes of a file of the history; `saved` and `init(loading:)` are each other's inverse.
  package func saved() throws(StateError) -> Block {
    var copy = self
    return try StateCoder.saved { (coder: inout StateCoder) throws(StateError) in
      var start = start
      try coder.code(time: &start)
      try copy.code(&coder, emptyKey: "") { name, coder throws(StateError) in try coder.code(&name) }
    }
  }

  /// - Parameter form: number of the form in which the bytes were written.
  package init(loading bytes: Span<UInt8>, form: Int = ServiceHourForm.newest) throws(StateError) {
    var start: Int64 = 0
    var hour: ServiceHour<String>?
    try StateCoder.load(bytes) { (coder: inout StateCoder) throws(StateError) in
      try coder.code(time: &start)
      guard start == ServiceTime.start(of: start, ServiceTime.hour) else { throw .invalid("start of an hour") }
      var loaded = ServiceHour<String>(start: start)
      try loaded.code(&coder, emptyKey: "", form: form) { name, coder throws(StateError) in try coder.code(&name) }
      hour = loaded
    }
    guard let hour else { throw .ended }
    self = hour
  }
}
