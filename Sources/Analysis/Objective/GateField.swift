internal import TraceCore

/// A logged field whose values an objective measures.
package struct GateField: Sendable, Equatable {
  package var name: String
  /// Its limit has a unit of time: values are nanoseconds. Else they are thousandths of the number as logged.
  package var isDuration: Bool

  package init(name: String, isDuration: Bool) {
    self.name = name
    self.isDuration = isDuration
  }

  /// A logged value for `Gate.take(value:field:of:)`; nil where it is no number, is negative, or has another unit.
  package func value(ofText text: String) -> Int64? {
    guard let measure = OptionValue.measure(text, ofField: name, asDuration: isDuration), measure >= 0 else {
      return nil
    }
    let scaled = (isDuration ? measure : measure * 1_000).rounded()
    return scaled < 9e18 ? Int64(saturating: scaled) : nil
  }
}
