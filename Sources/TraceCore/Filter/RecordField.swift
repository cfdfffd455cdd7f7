/// What a name in an expression about a record means.
enum RecordField: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case status, route, duration, level, time, method, path, logger, message, id, line, instance
  /// A field asked for by its name, as logged.
  case wanted

  /// What fields of one kind are compared with.
  enum Kind: Sendable {
    case integer(LiteralReader.Kind)
    case text
    /// Found out for each value: number, text, with a unit.
    case asLogged
  }

  init(_ name: FilterName) {
    self = name.isQuoted ? .wanted : RecordField.names[name.text] ?? .wanted
  }

  var kind: Kind {
    switch self {
    case .status: .integer(.status)
    case .duration: .integer(.duration)
    case .level: .integer(.level)
    case .time: .integer(.time)
    case .route, .method, .path, .logger, .message, .id, .line, .instance: .text
    case .wanted: .asLogged
    }
  }

  /// Its name in expressions; empty for a field as logged.
  var name: String {
    switch self {
    case .status: "status"
    case .route: "route"
    case .duration: "duration"
    case .level: "level"
    case .time: "time"
    case .method: "method"
    case .path: "path"
    case .logger: "logger"
    case .message: "message"
    case .id: "id"
    case .line: "line"
    case .instance: "instance"
    case .wanted: ""
    }
  }

  /// The bit of `LineFields.ambiguous`, where there is one.
  @inline(__always)
  var ambiguityBit: UInt16 {
    let standard: StandardField =
      switch self {
      case .status: .status
      case .route: .route
      case .duration: .duration
      case .level: .level
      case .time: .time
      case .method: .method
      case .path: .path
      case .logger: .logger
      case .message: .message
      case .id: .requestID
      case .line, .instance, .wanted: .none
      }
    return standard == .none ? 0 : 1 << UInt16(standard.rawValue)
  }

  /// Names with a meaning of their own; all others are fields as logged.
  static let names: [String: RecordField] = [
    "status": .status, "route": .route, "duration": .duration, "level": .level, "time": .time, "method": .method,
    "path": .path, "logger": .logger, "message": .message, "id": .id, "request_id": .id, "trace_id": .id, "line": .line,
    "instance": .instance,
  ]
}
