internal import TraceCore

/// The part of a rotated file's name that says which rotation it was; `RotationName` says which shapes there are.
struct RotationSuffix: Equatable {
  var date: RotationName.Date?
  var number: Int?
  var isWriterRotated = false

  /// Takes a suffix off the end of `name`, with its separator; nil if there is none. With `isWholeName` it is the end of
  /// the file's name, else what stands before an extension; only there can all of it be the suffix.
  static func drop(from name: inout [UInt8], isWholeName: Bool) -> RotationSuffix? {
    if let suffix = dropDate(from: &name, isWholeName: isWholeName) { return suffix }
    var rest = name
    guard let number = dropNumber(from: &rest) else { return nil }
    if var suffix = dropDate(from: &rest, isWholeName: isWholeName) {
      suffix.number = number
      name = rest
      return suffix
    }
    // Versions and addresses are no rotations: app-1.2, 10.0.0.1.
    guard let last = rest.last, !isDigit(last) else { return nil }
    name = rest
    return RotationSuffix(number: number)
  }

  /// `.N` with up to five digits.
  private static func dropNumber(from name: inout [UInt8]) -> Int? {
    var digits = 0
    while digits < name.count, isDigit(name[name.count - 1 - digits]) { digits += 1 }
    guard (1...5).contains(digits), name.count > digits + 1 else { return nil }
    let dot = name.count - digits - 1
    guard name[dot] == UInt8(ascii: ".") else { return nil }
    let number = value(name[(dot + 1)...])
    name.removeLast(digits + 1)
    return number
  }

  /// Longest first, so that no shape takes the tail of another. `e` is an epoch in seconds, `f` a fraction; digits stand
  /// for digits, all else for itself.
  private static let shapes: [[UInt8]] = [
    "YYYY-MM-DDThh-mm-ss.fff", "YYYY-MM-DD-eeeeeeeeee",
    "YYYY-MM-DD_hh-mm-ss", "YYYY-MM-DD-hh-mm-ss", "YYYY-MM-DDThh-mm-ss", "YYYY-MM-DDThh:mm:ss", "YYYYMMDD-eeeeeeeeee",
    "YYYY-MM-DD_hhmmss", "YYYY-MM-DD-hhmmss", "YYYY-MM-DD_hh-mm", "YYYY-MM-DD-hh-mm",
    "YYYYMMDD-hhmmss", "YYYYMMDD_hhmmss", "YYYYMMDDThhmmss", "YYYYMMDDhhmmss", "YYYY-MM-DD_hh", "YYYY-MM-DD-hh",
    "YYYYMMDDhhmm", "YYYYMMDD-hh", "YYYYMMDD_hh", "YYYYMMDDhh", "eeeeeeeeee",
    "YYYY-MM-DD", "YYYY_MM_DD", "YYYY.MM.DD", "YYYYMMDD",
  ].map { Array($0.utf8) }

  private static let pythonShapes: [[UInt8]] = [
    "YYYY-MM-DD_hh-mm-ss", "YYYY-MM-DD_hh-mm", "YYYY-MM-DD_hh", "YYYY-MM-DD",
  ].map { Array($0.utf8) }

  private static func dropDate(from name: inout [UInt8], isWholeName: Bool) -> RotationSuffix? {
    for shape in shapes where name.count >= shape.count {
      let start = name.count - shape.count
      guard let date = date(name[start...], shape) else { continue }
      if start == 0 {
        guard !isWholeName else { continue }
        name.removeAll()
        return RotationSuffix(date: date)
      }
      let separator = name[start - 1]
      guard start > 1, [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(separator) else { continue }
      name.removeLast(shape.count + 1)
      let isPython = isWholeName && separator == UInt8(ascii: ".") && pythonShapes.contains(shape)
      return RotationSuffix(date: date, isWriterRotated: isPython || shape == shapes[0])
    }
    return nil
  }

  private static func date(_ text: ArraySlice<UInt8>, _ shape: [UInt8]) -> RotationName.Date? {
    var fields: [UInt8: Int] = [:]
    for (byte, place) in zip(text, shape) {
      switch place {
      case UInt8(ascii: "T") where byte == place: continue
      case UInt8(ascii: "Y"), UInt8(ascii: "M"), UInt8(ascii: "D"), UInt8(ascii: "h"), UInt8(ascii: "m"),
        UInt8(ascii: "s"), UInt8(ascii: "e"), UInt8(ascii: "f"):
        guard isDigit(byte) else { return nil }
        fields[place, default: 0] = fields[place, default: 0] * 10 + Int(byte - UInt8(ascii: "0"))
      default:
        guard byte == place else { return nil }
      }
    }
    let epoch = fields[UInt8(ascii: "e")]
    if let epoch, !(1_000_000_000..<4_000_000_000).contains(epoch) { return nil }
    guard let year = fields[UInt8(ascii: "Y")], let month = fields[UInt8(ascii: "M")],
      let day = fields[UInt8(ascii: "D")]
    else {
      return epoch.map { RotationName.Date(day: $0 / 86_400, second: $0 % 86_400, millisecond: 0) }
    }
    let hour = fields[UInt8(ascii: "h")] ?? 0
    let minute = fields[UInt8(ascii: "m")] ?? 0
    let second = fields[UInt8(ascii: "s")] ?? 0
    guard (1990...2099).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second < 61
    else { return nil }
    return RotationName.Date(
      day: EventTime.days(year: year, month: month, day: day),
      second: epoch ?? hour * 3600 + minute * 60 + second, millisecond: fields[UInt8(ascii: "f")] ?? 0)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func value(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}
