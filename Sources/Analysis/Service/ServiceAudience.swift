package import TraceCore

/// Requests of a span by what names a person or a client in the log: how many different ones, and who met failures.
package struct ServiceAudience: Sendable, Equatable {
  /// Requests that name one, and those of them that failed.
  package var requests: Int64 = 0
  package var errors: Int64 = 0
  package var all = DistinctSketch()
  package var failed = DistinctSketch()
  /// Of those with failures or slow requests, by the value of the field.
  package var people: [String: Person] = [:]
  /// Failures and slow requests of those who are not in `people`.
  package var others = Person()

  /// People with failures or slow requests that are named, by part of an hour.
  package static let mostPeople = 100
  /// Bytes of a value that is kept.
  package static let mostText = 128

  /// What one person met.
  package struct Person: Sendable, Equatable {
    package var errors: Int64 = 0
    package var slow: Int64 = 0
    /// End of the last such request, and its id.
    package var last = EventTime.none
    package var trace: String?

    package init() {}

    mutating func merge(_ other: Person) {
      errors = errors.plus(other.errors)
      slow = slow.plus(other.slow)
      guard other.last != EventTime.none, last == EventTime.none || other.last >= last else { return }
      (last, trace) = (other.last, other.trace)
    }
  }

  package init() {}

  /// A request that counts and names one.
  ///
  /// - Parameters:
  ///   - person: the value, as text and as `DistinctSketch.hash`.
  ///   - id: of the request.
  package mutating func add(_ request: RequestEvent, of person: (text: String, hash: UInt64), id: String?) {
    requests += 1
    all.insert(person.hash)
    let isSlow = request.duration > ServiceCounts.slowLimit
    if request.isError {
      errors += 1
      failed.insert(person.hash)
    }
    guard request.isError || isSlow else { return }
    var met = Person()
    met.errors = request.isError ? 1 : 0
    met.slow = isSlow ? 1 : 0
    (met.last, met.trace) = (request.time, id)
    add(met, of: person.text)
  }

  package mutating func merge(_ other: ServiceAudience) {
    requests = requests.plus(other.requests)
    errors = errors.plus(other.errors)
    all.merge(other.all)
    failed.merge(other.failed)
    for (name, person) in other.people { people[name, default: Person()].merge(person) }
    others.merge(other.others)
  }

  private mutating func add(_ met: Person, of name: String) {
    if people[name] != nil || people.count < ServiceAudience.mostPeople {
      people[name, default: Person()].merge(met)
    } else {
      others.merge(met)
    }
  }
}

extension ServiceAudience: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &requests)
    try coder.code(count: &errors)
    try coder.code(&all)
    try coder.code(&failed)
    try coder.code(
      &people, emptyKey: "", empty: Person(), key: { name, coder throws(StateError) in try coder.code(&name) },
      { person, coder throws(StateError) in try person.code(&coder) })
    try others.code(&coder)
  }
}

extension ServiceAudience.Person: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &errors)
    try coder.code(count: &slow)
    try coder.code(time: &last)
    try coder.code(&trace)
  }
}

/// Names of fields that tell people apart, and clients: what a service looks for, as it does not know its log beforehand.
package enum AudienceFields {
  /// The most telling first.
  package static let people = [
    "user_id", "user", "username", "uid", "account_id", "account", "customer_id", "customer", "email", "sub",
  ]
  package static let clients = [
    "client_ip", "client", "remote_addr", "remote_ip", "x_forwarded_for", "client_addr", "remote_host", "peer", "ip",
  ]

  package static let all = people + clients
}
