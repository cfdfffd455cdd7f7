internal import TraceCore

/// The groups of one correlation by their values, with which of them was used least lately.
///
/// Two groups are one only if all their values are equal. What leaves, and when, is up to the owner.
struct CorrelationGroups<State: Sendable>: Sendable {
  private struct Slot: Sendable {
    var key: [String]
    /// nil: free.
    var state: State?
    var older = -1
    var newer = -1
  }

  private var slots: ContiguousArray<Slot> = []
  private var numbers: [[String]: Int] = [:]
  private var free: [Int] = []
  private var oldest = -1
  private var newest = -1

  var count: Int { numbers.count }

  /// Calls `body` with the group's state, which `make` gives if it is a new one. It is the newest then.
  mutating func use<Result>(_ key: [String], make: () -> State, _ body: (inout State) -> Result) -> Result {
    let number = numbers[key] ?? add(key)
    if number != newest {
      unlink(number)
      link(number)
    }
    var state = slots[number].state ?? make()
    // Out of its place, so that it is changed and not copied.
    slots[number].state = nil
    defer { slots[number].state = state }
    return body(&state)
  }

  /// Whether there is such a group.
  func contains(_ key: [String]) -> Bool { numbers[key] != nil }

  /// Takes out the group that was not used for longest.
  mutating func removeOldest() -> State? {
    guard oldest >= 0 else { return nil }
    let number = oldest
    unlink(number)
    numbers[slots[number].key] = nil
    let state = slots[number].state
    slots[number] = Slot(key: [], state: nil)
    free.append(number)
    return state
  }

  /// Calls `body` with every group, in no order that means anything.
  mutating func forEach(_ body: ([String], inout State) -> Void) {
    for number in slots.indices {
      guard var state = slots[number].state else { continue }
      slots[number].state = nil
      body(slots[number].key, &state)
      slots[number].state = state
    }
  }

  // MARK: State

  /// The groups in the order of their use; `make` gives the state that loading fills. Returns the entries remembered.
  mutating func code(_ coder: inout StateCoder, make: () -> State) throws(StateError) where State: StateCodable {
    try coder.section("groups")
    var left = count
    try coder.code(&left)
    if coder.isLoading { self = CorrelationGroups() }
    var number = oldest
    while left > 0 {
      left -= 1
      var key = coder.isLoading ? [] : slots[number].key
      try coder.code(&key)
      var state = coder.isLoading ? make() : slots[number].state ?? make()
      try state.code(&coder)
      if coder.isLoading {
        guard numbers[key] == nil else { throw .invalid("group of a correlation") }
        slots[add(key)].state = state
      } else {
        number = slots[number].newer
      }
    }
  }

  // MARK: The order of use

  private mutating func add(_ key: [String]) -> Int {
    let number: Int
    if let last = free.popLast() {
      number = last
      slots[number] = Slot(key: key, state: nil)
    } else {
      number = slots.count
      slots.append(Slot(key: key, state: nil))
    }
    numbers[key] = number
    link(number)
    return number
  }

  private mutating func link(_ number: Int) {
    slots[number].older = newest
    slots[number].newer = -1
    if newest >= 0 { slots[newest].newer = number } else { oldest = number }
    newest = number
  }

  private mutating func unlink(_ number: Int) {
    let (older, newer) = (slots[number].older, slots[number].newer)
    if older >= 0 { slots[older].newer = newer } else { oldest = newer }
    if newer >= 0 { slots[newer].older = older } else { newest = older }
  }
}

/// Room and losses of one correlation.
struct CorrelationAccount: Sendable {
  /// Groups at most, and entries of all groups at most.
  let groups: Int
  let entries: Int
  /// Entries of all groups.
  var remembered = 0
  var losses = CorrelationLosses()
}

extension CorrelationGroups where State: CorrelationWindow {
  /// Takes an event of the group `key`, making room where it is over the limits.
  mutating func take(
    _ event: CorrelationWindowEvent, _ key: [String], _ plan: CorrelationPlan, _ account: inout CorrelationAccount
  ) -> CorrelationWindowHit? {
    if count >= account.groups && !contains(key) { forgetOldest(at: event.time, plan, &account) }
    let hit = use(key, make: { State(plan) }) { window in
      account.remembered -= window.remembered
      let hit = window.take(event, plan, &account.losses)
      account.remembered += window.remembered
      return hit
    }
    while account.remembered > account.entries && count > 1 { forgetOldest(at: event.time, plan, &account) }
    return hit
  }

  private mutating func forgetOldest(at time: Int64, _ plan: CorrelationPlan, _ account: inout CorrelationAccount) {
    guard let window = removeOldest() else { return }
    account.remembered -= window.remembered
    if !window.isSpent(at: time, plan) { account.losses.groupsForgotten += 1 }
  }
}

extension CorrelationGroups where State == AbsenceGroup {
  /// Takes an event of the group `key` in the window `number`, making room where it is over the limits.
  mutating func take(
    _ number: Int64, value: String?, _ key: [String], judged: Int64, _ plan: CorrelationPlan,
    _ account: inout CorrelationAccount
  ) {
    if count >= account.groups && !contains(key) { forgetOldest(&account) }
    use(key, make: { AbsenceGroup(first: number) }) { group in
      account.remembered -= group.remembered
      group.take(number, value: value, judged: judged, plan, &account.losses)
      account.remembered += group.remembered
    }
    while account.remembered > account.entries && count > 1 { forgetOldest(&account) }
  }

  private mutating func forgetOldest(_ account: inout CorrelationAccount) {
    guard let group = removeOldest() else { return }
    account.remembered -= group.remembered
    account.losses.groupsForgotten += 1
  }
}
