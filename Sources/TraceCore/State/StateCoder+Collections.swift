/// What has a state that can be saved and loaded.
package protocol StateCodable: ~Copyable {
  /// Saves its fields, or sets them, in one order: see `StateCoder`.
  mutating func code(_ coder: inout StateCoder) throws(StateError)
}

/// Optionals, arrays, dictionaries and sets of what `StateCoder` can code; `empty` gives the value that loading fills.
extension StateCoder {
  package typealias Body<Value> = (inout Value, inout StateCoder) throws(StateError) -> Void

  package mutating func code(_ value: inout some StateCodable & ~Copyable) throws(StateError) { try value.code(&self) }

  // MARK: Optionals

  package mutating func code<T>(
    _ value: inout T?, empty: @autoclosure () -> T, _ body: Body<T>
  ) throws(StateError) {
    var isThere = value != nil
    try code(&isThere)
    guard isThere else {
      if isLoading { value = nil }
      return
    }
    var some = value ?? empty()
    try body(&some, &self)
    if isLoading { value = some }
  }

  package mutating func code(_ value: inout String?) throws(StateError) {
    try code(&value, empty: "") { string, coder throws(StateError) in try coder.code(&string) }
  }

  package mutating func code(_ value: inout Int64?) throws(StateError) {
    try code(&value, empty: 0) { number, coder throws(StateError) in try coder.code(&number) }
  }

  package mutating func code(_ value: inout Double?) throws(StateError) {
    try code(&value, empty: 0) { number, coder throws(StateError) in try coder.code(&number) }
  }

  // MARK: Choices

  /// A case by its number.
  package mutating func code<T: RawRepresentable<UInt8>>(choice value: inout T) throws(StateError) {
    var raw = value.rawValue
    try code(&raw)
    guard isLoading else { return }
    guard let found = T(rawValue: raw) else { throw .invalid("choice") }
    value = found
  }

  /// A case by its name.
  package mutating func code<T: RawRepresentable<String>>(choice value: inout T) throws(StateError) {
    var raw = value.rawValue
    try code(&raw)
    guard isLoading else { return }
    guard let found = T(rawValue: raw) else { throw .invalid("choice") }
    value = found
  }

  // MARK: Arrays

  /// An array of anything, each element by `body`, which must take a byte at least.
  package mutating func code<C: RangeReplaceableCollection & MutableCollection & RandomAccessCollection>(
    _ array: inout C, empty: @autoclosure () -> C.Element, _ body: Body<C.Element>
  ) throws(StateError) where C.Index == Int {
    let count = try code(length: array.count)
    guard isLoading else {
      for index in array.indices {
        var element = array[index]
        try body(&element, &self)
      }
      return
    }
    array.removeAll()
    for _ in 0..<count {
      var element = empty()
      try body(&element, &self)
      array.append(element)
    }
  }

  package mutating func code<C: RangeReplaceableCollection & MutableCollection & RandomAccessCollection>(
    _ array: inout C, empty: @autoclosure () -> C.Element
  ) throws(StateError) where C.Index == Int, C.Element: StateCodable {
    try code(&array, empty: empty()) { element, coder throws(StateError) in try element.code(&coder) }
  }

  package mutating func code(_ strings: inout [String]) throws(StateError) {
    try code(&strings, empty: "") { string, coder throws(StateError) in try coder.code(&string) }
  }

  package mutating func code(_ numbers: inout ContiguousArray<Int32>) throws(StateError) {
    let count = try code(length: numbers.count)
    guard isLoading else {
      for index in numbers.indices {
        var number = numbers[index]
        try code(&number)
      }
      return
    }
    numbers = ContiguousArray(repeating: 0, count: count)
    for index in 0..<count { try code(&numbers[index]) }
  }

  /// Numbers of which many are 0: of a run of zeros its length is told. The array keeps its length.
  mutating func code(sparse numbers: inout ContiguousArray<UInt32>) throws(StateError) {
    var at = 0
    while at < numbers.count {
      var number = UInt64(numbers[at])
      try codeVariable(&number)
      guard number == 0 else {
        guard let narrow = UInt32(exactly: number) else { throw .invalid("number") }
        if isLoading { numbers[at] = narrow }
        at += 1
        continue
      }
      var end = at
      if !isLoading { while end < numbers.count, numbers[end] == 0 { end += 1 } }
      var length = UInt64(end - at)
      try codeVariable(&length)
      guard length > 0, length <= UInt64(numbers.count - at) else { throw .invalid("number of zeros") }
      if isLoading { for index in at..<at + Int(length) { numbers[index] = 0 } }
      at += Int(length)
    }
  }

  // MARK: Dictionaries and sets

  /// A dictionary in the order of its keys.
  package mutating func code<K: Comparable & Hashable, V>(
    _ dictionary: inout [K: V], emptyKey: K, empty: @autoclosure () -> V, key: Body<K>, _ body: Body<V>
  ) throws(StateError) {
    let count = try code(length: dictionary.count)
    guard isLoading else {
      for (known, value) in dictionary.sorted(by: { $0.key < $1.key }) {
        var (known, value) = (known, value)
        try key(&known, &self)
        try body(&value, &self)
      }
      return
    }
    dictionary.removeAll()
    for _ in 0..<count {
      var (known, value) = (emptyKey, empty())
      try key(&known, &self)
      try body(&value, &self)
      guard dictionary.updateValue(value, forKey: known) == nil else { throw .invalid("key") }
    }
  }

  package mutating func code<V>(
    _ dictionary: inout [Int: V], empty: @autoclosure () -> V, _ body: Body<V>
  ) throws(StateError) {
    try code(
      &dictionary, emptyKey: 0, empty: empty(), key: { key, coder throws(StateError) in try coder.code(&key) }, body)
  }

  package mutating func code<V>(
    _ dictionary: inout [UInt64: V], empty: @autoclosure () -> V, _ body: Body<V>
  ) throws(StateError) {
    try code(
      &dictionary, emptyKey: 0, empty: empty(), key: { key, coder throws(StateError) in try coder.code(&key) }, body)
  }

  /// A set in the order of its elements.
  package mutating func code<T: Comparable & Hashable>(
    _ set: inout Set<T>, empty: T, _ body: Body<T>
  ) throws(StateError) {
    var elements = isLoading ? [] : set.sorted()
    try code(&elements, empty: empty, body)
    guard isLoading else { return }
    set = Set(elements)
    guard set.count == elements.count else { throw .invalid("set") }
  }
}
