/// Fields asked for by name, by several expressions and options, each once: what `FieldCatalog(wanted:)` takes.
///
/// Names are one if they are folded to the same (`X-User`, `x_user`); the first spelling stays. The number of a name is its
/// slot in `LineFields.wanted`.
package struct WantedNames: Sendable, Equatable {
  /// In the order of their slots.
  package private(set) var names: [String] = []

  package init() {}

  /// The slot of the name, a new one if it has none yet.
  @discardableResult
  package mutating func slot(for name: String) -> Int {
    if let slot = self[name] { return slot }
    names.append(name)
    return names.count - 1
  }

  /// Adds names that have no slot yet.
  package mutating func add(_ more: [String]) {
    for name in more { slot(for: name) }
  }

  /// The slot of the name, or nil.
  package subscript(name: String) -> Int? {
    let wanted = WantedNames.folded(name)
    return names.firstIndex { WantedNames.folded($0) == wanted }
  }

  /// The name as `FieldCatalog` compares it.
  static func folded(_ name: String) -> [UInt8] {
    name.utf8.compactMap { byte in
      switch byte {
      case 0x41...0x5A: byte | 0x20
      case 0x5F, 0x2D, 0x2E, 0x40: nil
      default: byte
      }
    }
  }
}
