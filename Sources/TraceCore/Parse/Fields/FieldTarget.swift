/// What a key of a `key=value` pair or JSON member stands for.
package struct FieldTarget: BitwiseCopyable, Sendable, Equatable {
  package var standard: StandardField = .none
  /// Among several keys for one standard field the lowest rank wins, whatever their order in the line.
  package var rank: UInt8 = 0
  /// For durations: nanoseconds of one unit, 0 where the name does not tell.
  package var unit: Int64 = 0
  /// Slot of a field that the user asked for by name, or -1.
  package var wanted: Int32 = -1
  /// What else there is to know, in one byte: targets are copied for each key.
  private var marks: UInt8 = 0

  /// Of a path: an absolute URL was answered by the server that logs it.
  package var isServed: Bool {
    get { marks & 1 != 0 }
    set { mark(1, newValue) }
  }
  /// Of a path: the name means other things as well, so that only a text that begins with `/` is one.
  package var isPathOnly: Bool {
    get { marks & 2 != 0 }
    set { mark(2, newValue) }
  }
  /// The name means other things as well: of an id, that its text must look like one; of a duration, that it may be a time of
  /// day (API Gateway's `requestTime`), or nginx' seconds.
  package var isDoubtful: Bool {
    get { marks & 4 != 0 }
    set { mark(4, newValue) }
  }
  /// `--map` says so: it wins over all that is known.
  package var isMapped: Bool {
    get { marks & 8 != 0 }
    set { mark(8, newValue) }
  }

  /// The name usually means something else, and is read so only where its value shows it: `service` names a service, and is a
  /// duration in Heroku's `service=12ms`.
  package var isRareMeaning: Bool {
    get { marks & 16 != 0 }
    set { mark(16, newValue) }
  }

  private mutating func mark(_ bit: UInt8, _ isSet: Bool) {
    if isSet { marks |= bit } else { marks &= ~bit }
  }

  package init(
    standard: StandardField = .none, rank: UInt8 = 0, unit: Int64 = 0, wanted: Int32 = -1, isServed: Bool = false,
    isPathOnly: Bool = false, isMapped: Bool = false
  ) {
    self.standard = standard
    self.rank = rank
    self.unit = unit
    self.wanted = wanted
    self.isServed = isServed
    self.isPathOnly = isPathOnly
    self.isMapped = isMapped
  }

  package static let ignored = FieldTarget()
  package var isIgnored: Bool { standard == .none && wanted < 0 }
}
