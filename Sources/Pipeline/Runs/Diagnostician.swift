internal import LogSource
package import TraceCore

/// Looks at every block of a run for `skein doctor`: which fields the records have, which lines did not fit.
package final class Diagnostician {
  /// Bytes of a line kept as an example.
  static let exampleBytes = 400
  /// Names of fields listed.
  static let mostFields = 40

  private let plan: RunPlan
  private var found: [Diagnosis]
  /// Coverage by stream and field.
  private var coverage: [[Diagnosis.Coverage.Field: Diagnosis.Coverage]]
  private let paths: [String]

  package init(plan: RunPlan) {
    self.plan = plan
    found = plan.input.streams.map { stream in
      var diagnosis = Diagnosis(stream: stream.name)
      diagnosis.files = stream.generations.map(\.display)
      return diagnosis
    }
    coverage = Array(repeating: [:], count: found.count)
    paths = plan.input.streams.flatMap { $0.generations.map(\.display) }
  }

  /// Looks at the records of a block.
  package func observe(_ parsed: ParsedBlock) {
    let stream = parsed.stream
    for record in parsed.batch.records {
      note(.time, record.time != EventTime.none, record, parsed)
      note(.level, record.level != .none, record, parsed)
      note(.requestID, record.idHash != 0, record, parsed)
      switch record.kind {
      case .closing:
        found[stream].closings += 1
        note(.method, record.flags.contains(.hasMethod), record, parsed)
        note(.path, true, record, parsed)
        note(.status, true, record, parsed)
        note(.duration, record.duration >= 0, record, parsed)
      case .opening:
        found[stream].openings += 1
      case .completion where found[stream].openings > 0:
        // Its opening told method and path.
        found[stream].closings += 1
        for field in [Diagnosis.Coverage.Field.method, .path, .status, .duration] { note(field, true, record, parsed) }
      case .outbound:
        found[stream].outbound += 1
      case .plain, .completion:
        break
      }
      if record.flags.contains(.durationWithoutUnit) {
        found[stream].durationsWithoutUnit += 1
        if found[stream].durationWithoutUnit == nil {
          found[stream].durationWithoutUnit = example(parsed, Int(record.offset), Int(record.length), Int(record.line))
        }
      }
    }
    for line in parsed.strangers + parsed.batch.unparsedExamples
    where found[stream].unparsed.count < RecordBatch.mostExamples {
      found[stream].unparsed.append(example(parsed, Int(line.offset), Int(line.length), Int(line.line)))
    }
  }

  private func note(_ field: Diagnosis.Coverage.Field, _ has: Bool, _ record: Record, _ parsed: ParsedBlock) {
    var entry = coverage[parsed.stream][field] ?? Diagnosis.Coverage(field: field, found: 0, of: 0)
    entry.of += 1
    if has {
      entry.found += 1
    } else if entry.missing == nil {
      entry.missing = example(parsed, Int(record.offset), Int(record.length), Int(record.line))
    }
    coverage[parsed.stream][field] = entry
  }

  private func example(_ parsed: ParsedBlock, _ offset: Int, _ length: Int, _ line: Int) -> Diagnosis.Example {
    let block = parsed.block
    var bytes: [UInt8] = []
    for i in offset..<min(offset + length, offset + Diagnostician.exampleBytes) where block.bytes[i] != 0 {
      if block.bytes[i] == 0x0A || block.bytes[i] == 0x0D { break }
      bytes.append(block.bytes[i])
    }
    return Diagnosis.Example(
      path: paths[parsed.source], line: parsed.lineNumber(line), text: String(decoding: bytes, as: UTF8.self))
  }

  /// What was found, after the run.
  package func finish(_ driver: Driver, _ ledger: Ledger) -> [Diagnosis] {
    var sources = ledger.sources[...]
    // Each is made of all streams anew.
    let (choices, wrappers) = (driver.choices, driver.wrappers)
    for stream in found.indices {
      let own = sources.prefix(found[stream].files.count)
      sources = sources.dropFirst(own.count)
      for source in own { found[stream].counts.add(source.counts) }
      found[stream].wrappers = wrappers[stream]
      if let choice = choices[stream] { describe(choice, stream) }
      for source in own { noteReading(source, stream) }
      if let example = found[stream].durationWithoutUnit, let choice = choices[stream] {
        found[stream].durationName = choice.layouts.durationName(in: example.text)
      }
      found[stream].coverage = Diagnosis.Coverage.Field.allCases.compactMap { coverage[stream][$0] }
      sampleFields(stream, choices[stream])
    }
    return found
  }

  private func noteReading(_ source: SourceLedger, _ stream: Int) {
    for use in source.layouts where !found[stream].layouts.contains(where: { $0.name == use.name }) {
      if let known = found[stream].laterLayouts.firstIndex(where: { $0.name == use.name }) {
        found[stream].laterLayouts[known].records += use.records
      } else {
        found[stream].laterLayouts.append(use)
      }
    }
    for note in source.notes where note.kind == .unread { found[stream].unread.append("\(source.path): \(note.text)") }
  }

  private func describe(_ choice: LayoutDetector.Choice, _ stream: Int) {
    let set = choice.layouts
    found[stream].layouts = choice.used.map { used in
      Diagnosis.Layout(
        name: set.names[used.layout], source: set.source(of: set.order[used.layout]), fits: used.fits)
    }
    found[stream].sampled = choice.sampled
    found[stream].reason = choice.reason
    found[stream].isNamed = choice.isNamed
  }

  /// Names of fields and zones of times, from the first lines of each generation.
  private func sampleFields(_ stream: Int, _ choice: LayoutDetector.Choice?) {
    guard let choice else { return }
    var sampler = FieldSampler(layouts: choice.layouts, zone: plan.zone)
    for generation in plan.input.streams[stream].generations {
      sampler.sample(LayoutChooser.unwrapped(generation.head))
    }
    found[stream].fields = sampler.names(most: Diagnostician.mostFields)
    if sampler.timed > 0 {
      let zone = Diagnosis.Coverage(field: .zone, found: sampler.zoned, of: sampler.timed)
      let at = min(1, found[stream].coverage.count)
      found[stream].coverage.insert(zone, at: at)
    }
  }
}
