/// Arithmetic on numbers that strangers choose: values of a log, of options, of the file system. It is held at the ends of the
/// type where another language would wrap and Swift would end the program.
extension FixedWidthInteger {
  /// The nearest integer toward zero of a number; 0 for NaN.
  @inline(__always)
  package init<Number: BinaryFloatingPoint>(saturating number: Number) {
    if let value = Self(exactly: number.rounded(.towardZero)) {
      self = value
    } else {
      self = number.isNaN ? 0 : number < 0 ? .min : .max
    }
  }

  /// `self + other`, held at the ends of the type.
  @inline(__always)
  package func plus(_ other: Self) -> Self {
    let (value, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : value
  }

  /// `self - other`, held at the ends of the type.
  @inline(__always)
  package func less(_ other: Self) -> Self {
    let (value, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other > 0 ? .min : .max) : value
  }

  /// `self * other`, held at the ends of the type.
  @inline(__always)
  package func times(_ other: Self) -> Self {
    let (value, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : value
  }
}

// A number that is too large for the integer ends the program, so the plain conversions are not for us: the compiler refuses
// them in every file that imports TraceCore (`Int64(saturating:)`, or `Int64(exactly:)`). `./dev lint` looks at the others.

extension Int {
  @available(*, deprecated, message: "ends the program beyond its range: Int(saturating:) or Int(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension Int64 {
  @available(*, deprecated, message: "ends the program beyond its range: Int64(saturating:) or Int64(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension Int32 {
  @available(*, deprecated, message: "ends the program beyond its range: Int32(saturating:) or Int32(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension Int16 {
  @available(*, deprecated, message: "ends the program beyond its range: Int16(saturating:) or Int16(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension Int8 {
  @available(*, deprecated, message: "ends the program beyond its range: Int8(saturating:) or Int8(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension UInt {
  @available(*, deprecated, message: "ends the program beyond its range: UInt(saturating:) or UInt(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension UInt64 {
  @available(*, deprecated, message: "ends the program beyond its range: UInt64(saturating:) or UInt64(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension UInt32 {
  @available(*, deprecated, message: "ends the program beyond its range: UInt32(saturating:) or UInt32(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension UInt16 {
  @available(*, deprecated, message: "ends the program beyond its range: UInt16(saturating:) or UInt16(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}

extension UInt8 {
  @available(*, deprecated, message: "ends the program beyond its range: UInt8(saturating:) or UInt8(exactly:)")
  package init(_ number: Double) { self.init(saturating: number) }
}
