package import LogSource
package import Pipeline
internal import Report
package import TraceCore

extension RunSettings {
  /// The plan that the settings make; every mistake in them is an error here.
  ///
  /// - Parameters:
  ///   - files: to read in place of those that were named.
  ///   - isLive: somebody waits for the first lines of standard input.
  ///   - input: what is read, where that is known already.
  package func plan(files: [String]? = nil, isLive: Bool = false, input known: InputPlan? = nil) throws(Failure)
    -> RunPlan
  {
    let zone = try timeZone()
    let reading = try self.reading()
    var plan = RunPlan(input: InputPlan())
    if let known {
      plan.input = known
    } else {
      plan.input = try input(files ?? self.files, reading: reading, zone: zone, isLive: isLive)
    }
    plan.zone = zone
    plan.layout = reading.layout
    plan.own = reading.own
    plan.idField = id
    plan.map = reading.map
    plan.requestsFrom = try RunSettings.names(requestsFrom, option: "--requests-from")
    plan.idle = try RunSettings.duration(idle ?? RunSettings.usualIdle, option: "--idle")
    plan.maxOpen = try RunSettings.duration(maxOpen ?? RunSettings.usualMaxOpen, option: "--max-open")
    let size = self.maxLine ?? RunSettings.usualMaxLine
    guard let maxLine = OptionValue.bytes(size), maxLine >= 64, maxLine <= 1 << 30 else {
      throw Failure(.usage, "--max-line: '\(size)' is not a size from 64 to 1GiB; write for example 1MiB")
    }
    plan.maxLine = maxLine
    let blockSize = blockSize ?? Block.standardCapacity
    guard blockSize >= 1, blockSize <= 1 << 30 else {
      throw Failure(.usage, "--block-size: from 1 to 1073741824 bytes")
    }
    plan.blockSize = blockSize
    if let threads {
      guard let number = Int(threads), (1...256).contains(number) else {
        throw Failure(.usage, "--threads: '\(threads)' is not a number from 1 to 256")
      }
      plan.threads = number
    } else {
      plan.threads = Driver.usualThreads
    }
    try select(in: &plan)
    return plan
  }

  private func select(in plan: inout RunPlan) throws(Failure) {
    if let since {
      if let time = OptionValue.time(since) {
        plan.since = time
      } else if let back = OptionValue.duration(since) {
        plan.sinceBeforeNewest = back
      } else {
        throw Failure(
          .usage,
          "--since: '\(since)' is neither a time (2026-11-23T06:50:00Z) nor a duration (2h) before the newest record")
      }
    }
    if let until {
      guard let time = OptionValue.time(until) else {
        throw Failure(.usage, "--until: '\(until)' is not a time; write for example 2026-11-23T06:50:00Z")
      }
      plan.until = time
    }
    guard let condition else { return }
    do throws(FilterError) {
      switch conditionSubject {
      case .request: plan.requestFilter = try FilterExpression(parsing: condition)
      case .record: plan.recordFilter = try FilterExpression(parsing: condition)
      case .trace: plan.filter = try TraceExpression(parsing: condition)
      }
    } catch {
      throw Failure(.usage, "--where: \(error.render(expression: condition))")
    }
  }

  /// Names with commas between them; none for nil.
  private static func names(_ text: String?, option: String) throws(Failure) -> [String] {
    guard let text else { return [] }
    let names = text.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    guard !names.isEmpty else {
      throw Failure(.usage, "\(option): no name stands there; write for example \(option) api.access,nginx, or all")
    }
    guard names == ["all"] || !names.contains("all") else {
      throw Failure(.usage, "\(option): 'all' stands alone")
    }
    return names
  }

  /// Of `--tz`.
  package func timeZone() throws(Failure) -> TimeZoneRules {
    guard let zone else { return .utc }
    do throws(TimeZoneError) {
      return try TimeZoneRules(named: zone)
    } catch {
      throw Failure(.usage, "--tz: \(error.description)")
    }
  }

  private func input(_ files: [String], reading: Reading, zone: TimeZoneRules, isLive: Bool) throws(Failure)
    -> InputPlan
  {
    if files.isEmpty && Terminal.inputIsTerminal {
      throw Failure(.usage, "no log named; give files or folders, or pipe a log in (see skein stats --help)")
    }
    do throws(SourceError) {
      if files.isEmpty {
        return try InputPlan.standardInput(isLive: isLive)
      }
      let detector = reading.detector(zone: zone)
      var known: LayoutSet?
      return try InputPlan.make(
        arguments: files, includeRotations: addsRotations, isLive: isLive,
        firstTime: { detector.firstTime(in: $0, known: &known) })
    } catch {
      throw Failure(error)
    }
  }

  /// A duration in nanoseconds, as `300ms`, `60s`, `2h`.
  package static func duration(_ text: String, option: String) throws(Failure) -> Int64 {
    guard let value = OptionValue.duration(text), value > 0 else {
      throw Failure(
        .usage,
        "\(option): '\(text)' is not a duration of at most ten years; write a number with ms, s, m, h or d, as in 60s")
    }
    return value
  }
}
