package import Config
internal import LogSource
package import Pipeline
internal import Report
package import TraceCore

// What `--layout`, `--layout-file`, `--time-format` and `--map` come to: read once, before anything else is.

extension RunSettings {
  /// How lines are to be read.
  package struct Reading {
    /// A name or a pasted format; nil to detect, or to take all of a file.
    package var layout: String?
    package var own = OwnLayouts()
    package var map = FieldMap()

    /// What a detector needs that asks for no field.
    package func detector(zone: TimeZoneRules) -> LayoutDetector {
      LayoutDetector(catalog: map.isEmpty ? .plain : FieldCatalog(map: map), zone: zone, own: own)
    }
  }

  /// Whether `--layout`'s text names a file.
  package static func isLayoutFile(_ text: String) -> Bool {
    [".yml", ".yaml", ".json"].contains(where: text.hasSuffix) && !text.contains("\n")
  }

  package func reading() throws(Failure) -> Reading {
    var reading = Reading()
    for path in try RunSettings.layoutFiles(in: layoutFiles) {
      try add(try RunSettings.layouts(in: path), to: &reading)
    }
    if let layout, RunSettings.isLayoutFile(layout) {
      try add(try RunSettings.layouts(in: layout), to: &reading)
      reading.own.isNamed = true
    } else {
      reading.layout = layout
    }
    if let timeFormat {
      do throws(TimeFormat.Problem) {
        let format = try TimeFormat(strptime: timeFormat)
        guard format.isComplete else {
          throw TimeFormat.Problem(
            message: "'\(timeFormat)' has no date and clock time; a time of day alone is no time")
        }
        reading.own.timeFormat = format
      } catch {
        throw Failure(.usage, "--time-format: \(error.message)")
      }
    }
    try addMap(to: &reading)
    return reading
  }

  /// The options' own names go before those of files.
  private func addMap(to reading: inout Reading) throws(Failure) {
    var map = FieldMap()
    do throws(FieldMap.Problem) {
      for text in self.map { try map.read(text) }
    } catch {
      throw Failure(.usage, "--map: \(error.message)")
    }
    if id != nil, map.entries.contains(where: { $0.field == .requestID }) {
      throw Failure(.usage, "--map request_id=… and --id say the same thing: leave one of them out")
    }
    for entry in reading.map.entries where !(id != nil && entry.field == .requestID) {
      // A name that the command line gives another field stays with that one.
      try? map.add(entry)
    }
    reading.map = map
  }

  private func add(_ file: LayoutFile, to reading: inout Reading) throws(Failure) {
    for definition in file.definitions {
      if reading.own.definitions.contains(where: { $0.name == definition.name && definition.name != "json" }) {
        throw Failure(.usage, "\(file.path): a layout named '\(definition.name)' was read from another file already")
      }
      guard reading.own.definitions.count < OwnLayouts.most else {
        throw Failure(
          .usage, "\(file.path): more than \(OwnLayouts.most) layouts in all; name the file of those that the log has")
      }
      reading.own.definitions.append(definition)
    }
    do throws(FieldMap.Problem) {
      for entry in file.map.entries { try reading.map.add(entry) }
    } catch {
      throw Failure(.usage, "\(file.path): \(error.message)")
    }
  }

  /// The files that were named, and those in folders that were.
  package static func layoutFiles(in paths: [String]) throws(Failure) -> [String] {
    var files: [String] = []
    do throws(SourceError) {
      for path in paths {
        let found = try ConfigurationFile.files(path, endings: [".yml", ".yaml", ".json"])
        guard !found.isEmpty else {
          throw SourceError.readFailed(path: path, reason: "there is no layout file (.yml, .json) in this folder")
        }
        files += found
      }
    } catch {
      throw Failure(error)
    }
    return files
  }

  /// Reads a layout file.
  package static func layouts(in path: String) throws(Failure) -> LayoutFile {
    let bytes: [UInt8]
    do throws(SourceError) { bytes = try ConfigurationFile.read(path) } catch { throw Failure(error) }
    do throws(ConfigurationProblems) {
      return try LayoutFile.read(bytes, path: path)
    } catch {
      throw Failure(error, what: "the layouts have mistakes")
    }
  }
}

extension Failure {
  /// Problems shown at once at most.
  private static let mostProblems = 20

  /// Everything wrong in files that say what to do.
  package init(_ found: ConfigurationProblems, what: String) {
    let shown = found.problems.prefix(Failure.mostProblems).map { $0.description }
    let more = found.problems.count - shown.count
    self.init(.usage, "\(what):\n" + shown.joined(separator: "\n") + (more > 0 ? "\n… and \(more) more" : ""))
  }
}
