// The layout that a log names in its own `#Fields:` line.

extension LayoutSource {
  /// The layout that a `#Fields:` line names: W3C's Extended Log File Format, as IIS and CloudFront write it. Nil where no
  /// column is known.
  ///
  /// Columns stand apart by one blank or tab. `time-taken` is in milliseconds in IIS' logs and in seconds in CloudFront's,
  /// which have an `x-edge-…` column. https://www.w3.org/TR/WD-logfile
  static func w3c(_ columns: [String], separator: UInt8, catalog: FieldCatalog) -> TextLayout? {
    guard columns.contains("sc-status") || columns.contains("cs-method"), columns.count <= 64 else { return nil }
    var source = LayoutSource(name: "w3c", source: "#Fields: " + columns.joined(separator: " "), catalog: catalog)
    let isCloudFront = columns.contains { $0.hasPrefix("x-edge-") }
    var index = 0
    while index < columns.count {
      let name = columns[index]
      if index > 0 { source.literal(separator) }
      if name == "date", index + 1 < columns.count, columns[index + 1] == "time" {
        source.add(TextLayout.Step(operation: .time))
        index += 2
        continue
      }
      switch name {
      case "time-taken":
        source.field(
          "request_duration", unit: isCloudFront ? EventTime.nanosecondsPerSecond : EventTime.nanosecondsPerMillisecond)
      case "cs-uri-stem": source.field("path")
      case "cs-method": source.field("method")
      case "sc-status": source.field("status")
      case "date", "time", "sc-bytes", "cs-bytes", "cs-username": source.field("w3c_\(name)")
      default: source.field(name)
      }
      index += 1
    }
    source.flush()
    return source.layout
  }
}
