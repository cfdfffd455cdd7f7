internal import TraceCore

/// Streams whose names leave open what belongs to them, settled once all files were looked at.
extension InputCollector {
  /// Puts files into the streams that their content and times show them to be of, and takes those out that are logs of their
  /// own. Costs nothing where no name is in doubt.
  mutating func settleClaims(_ claims: StreamClaims) {
    joinOutputs(claims)
    splitInstances(claims)
    joinCopies(claims)
    joinNumbers(claims)
    // What was only looked at, since its name might have meant something.
    for i in entries.indices where entries[i].isOnlyBeside { entries[i].parts.removeAll() }
  }

  /// Tomcat: `catalina.2026-11-22.log` beside `catalina.out`.
  private mutating func joinOutputs(_ claims: StreamClaims) {
    for i in entries.indices where !entries[i].parts.isEmpty && entries[i].base.hasSuffix(".log") {
      let output = entries[i].base.dropLast(4) + ".out"
      guard let target = index(folder: entries[i].folder, base: String(output)),
        entries[target].parts.contains(where: \.name.isBare),
        entries[i].parts.allSatisfy({ $0.name.isRotation(ofOutput: String(output)) }),
        !claims.overlap(entries[i].parts + entries[target].parts)
      else { continue }
      move(i, to: target)
    }
  }

  /// `app.1.log` and `app.2.log` that are written at the same time are two logs.
  private mutating func splitInstances(_ claims: StreamClaims) {
    for i in entries.indices {
      let parts = entries[i].parts
      func isDoubtful(_ part: StreamAssembly.Part) -> Bool { part.name.number != nil && part.name.isInside }
      guard parts.count > 1, parts.contains(where: isDoubtful) else { continue }
      let distinct = DistinctContents(firstTime: claims.firstTime).of(parts)
      guard claims.overlap(distinct) else { continue }
      for part in parts where isDoubtful(part) {
        let (folder, fileName) = InputCollector.split(part.generation.display)
        var name = Array(fileName.utf8)
        _ = RotationName.dropCompressorEnding(&name)
        let own = String(decoding: name, as: UTF8.self)
        let place = entry(
          folder: entries[i].folder, base: own, name: folder.map { join($0, own) } ?? own,
          isOnlyBeside: part.isFoundBeside)
        entries[place].parts.append(part)
      }
      entries[i].parts.removeAll(where: isDoubtful)
    }
  }

  /// `app.log.bak`, `app.log.old`: a copy, or what was there before.
  private mutating func joinCopies(_ claims: StreamClaims) {
    for i in entries.indices where !entries[i].parts.isEmpty {
      guard let loose = LooseName(entries[i].base), let target = index(folder: entries[i].folder, base: loose.base),
        target != i, !entries[target].parts.isEmpty
      else { continue }
      guard
        claims.areCopies(entries[i].parts, of: entries[target].parts)
          || (loose.isCopy && claims.follow(entries[i].parts + entries[target].parts))
      else { continue }
      move(i, to: target) { _ in RotationName(loose: loose) }
    }
  }

  /// `app-1.log`, `log_001.txt`: rotations, if they follow one another.
  private mutating func joinNumbers(_ claims: StreamClaims) {
    var groups: [Int: [Int]] = [:]
    for i in entries.indices where !entries[i].parts.isEmpty {
      guard let loose = LooseName(entries[i].base), !loose.isCopy,
        let target = index(folder: entries[i].folder, base: loose.base), !entries[target].parts.isEmpty
      else { continue }
      groups[target, default: []].append(i)
    }
    for (target, members) in groups.sorted(by: { $0.key < $1.key }) {
      let loose = members.flatMap { i in
        entries[i].parts.compactMap { part in
          LooseName(InputCollector.split(part.generation.display).name).map { (name: $0, part: part) }
        }
      }
      guard loose.count == members.count, claims.areRotations(loose, of: entries[target].parts) else { continue }
      for (i, entry) in zip(members, loose) { move(i, to: target) { _ in RotationName(loose: entry.name) } }
    }
  }

  private mutating func move(_ i: Int, to target: Int, renamed: ((RotationName) -> RotationName)? = nil) {
    for var part in entries[i].parts {
      if let renamed { part.name = renamed(part.name) }
      entries[target].parts.append(part)
    }
    entries[target].leftOut += entries[i].leftOut
    entries[target].isOnlyBeside = entries[target].isOnlyBeside && entries[i].isOnlyBeside
    entries[i].parts.removeAll()
    entries[i].leftOut.removeAll()
  }
}
