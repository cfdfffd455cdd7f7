internal import Analysis
internal import TraceCore

/// Draws requests for a `RequestSample` while they are counted: of each part at most so many, each request with the same
/// chance, whatever their number (J. S. Vitter, "Random Sampling with a Reservoir", ACM TOMS 11(1), 1985, algorithm R).
///
/// Which ones depends on the sequence of requests alone. Memory: 5 MB.
struct SampleKeeper {
  /// Of the incident, and of the time around it: bad ones, and others.
  static let mostInside = 8_192
  static let mostAround = 4_096

  private struct Kept {
    var time: Int64
    var route: Int32
    var marks: RequestSample.Marks
    var facts: OpenFacts
  }

  private var parts: [ContiguousArray<Kept>] = Array(repeating: [], count: RequestSample.parts)
  private var counted = Array(repeating: Int64(0), count: RequestSample.parts)
  /// By field of which only frequent values are told apart.
  private(set) var frequent: [FrequentValues]
  private var random: UInt64 = 0

  init(fields: Int) { frequent = Array(repeating: FrequentValues(), count: fields) }

  /// A value of a field of which only frequent values are told apart, of a record.
  mutating func see(field: Int, hash: UInt64, _ labels: borrowing LabelTable, _ label: Int) {
    frequent[field].see(hash, labels, label)
  }

  mutating func add(_ request: RequestEvent, _ marks: RequestSample.Marks, _ facts: borrowing OpenFacts) {
    let part = marks.part
    if marks.isSuperset(of: [.inside, .bad]) {
      for field in frequent.indices where facts.people[field] != 0 { frequent[field].count(facts.people[field]) }
    }
    counted[part] += 1
    let most = marks.contains(.inside) ? SampleKeeper.mostInside : SampleKeeper.mostAround
    var place = parts[part].count
    if place >= most {
      place = Int(next().multipliedFullWidth(by: UInt64(counted[part])).high)
      guard place < most else { return }
      parts[part][place] = Kept(time: request.time, route: request.route, marks: marks, facts: copy facts)
    } else {
      parts[part].append(Kept(time: request.time, route: request.route, marks: marks, facts: copy facts))
    }
  }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    random &+= 0x9E37_79B9_7F4A_7C15
    var mixed = random
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// - Parameters:
  ///   - people: fields of which only frequent values are told apart; those that are not compared anyhow.
  ///   - fact: what a number stands for; `route` as well.
  func result(
    people: [(place: Int, name: String)], fact: (Int32) -> Contrast.Fact?, route: (Int32) -> String
  ) -> RequestSample {
    var facts: [Contrast.Fact] = []
    var known: [Contrast.Fact: Int] = [:]
    func number(_ fact: Contrast.Fact) -> Int {
      if let number = known[fact] { return number }
      known[fact] = facts.count
      facts.append(fact)
      return facts.count - 1
    }
    var routes: [String] = []
    var routeNumbers: [Int32: Int] = [:]
    var routeNames: [String: Int] = [:]
    var numbers: [Int32: Int] = [:]
    let all = parts.joined()
    for kept in all {
      if routeNumbers[kept.route] == nil {
        let name = route(kept.route)
        routeNumbers[kept.route] = routeNames[name] ?? routes.count
        if routeNames[name] == nil {
          routeNames[name] = routes.count
          routes.append(name)
        }
      }
      for index in 0..<kept.facts.count where numbers[kept.facts[index]] == nil {
        numbers[kept.facts[index]] = fact(kept.facts[index]).map(number) ?? -1
      }
    }
    let values = people.map { field in
      var values: [UInt64: Int] = [:]
      for (hash, text) in frequent[field.place].texts.sorted(by: { $0.value < $1.value }) {
        values[hash] = number(Contrast.Fact(name: field.name, value: text))
      }
      return values
    }
    var sample = RequestSample(facts: facts, routes: routes, counted: counted)
    sample.manyValued = people.map(\.name)
    var own: Set<Int> = []
    for kept in all {
      own.removeAll(keepingCapacity: true)
      for index in 0..<kept.facts.count {
        if let number = numbers[kept.facts[index]], number >= 0 { own.insert(number) }
      }
      for (field, values) in zip(people, values) {
        if let number = values[kept.facts.people[field.place]] { own.insert(number) }
      }
      sample.add(time: kept.time, route: routeNumbers[kept.route] ?? -1, marks: kept.marks, facts: own.sorted())
    }
    return sample
  }
}
