internal import LogSource
internal import TraceCore

// The next generation, once there is one.

extension FollowLane {
  /// Opens the next generation once its first line is there.
  func begin() throws(SourceError) -> Look {
    while case .ended = try lookAhead() {
      // It never had a whole line.
      if carried.rest == nil, generations == 0 { last = upcoming }
      if let upcoming, upcoming.front.count > 0 {
        carried.rest = FollowLane.joined(carried.rest, upcoming.front.bytes)
      }
      upcoming = nil
    }
    var found = try lookAhead()
    if found == .paused, let generation = upcoming?.generation, generation.startOffset > 0 {
      // What stands in front of where following begins shows how its lines are read.
      if try generation.head().contains(0x0A) { found = .line }
    }
    if found == .paused, isEnding, let upcoming, upcoming.front.count > 0 || carried.rest != nil { found = .line }
    switch found {
    case .paused, .ended: return .paused
    case .line:
      guard let source = upcoming else { return .paused }
      upcoming = nil
      let head = try source.generation.head()
      let reading = try choose(head, source.generation)
      if resumes && source.generation.startOffset > 0 { generations -= 1 }
      let reader = GenerationReader(
        generations, path: source.generation.display, of: source, plan: plan, reading: reading,
        referenceTime: source.generation.modified,
        isCompressed: source.generation.compression != .none, carried: carried, seam: GenerationSeam(),
        beginsRecord: chooser.recordTest(), isFollowed: true)
      carried = .init()
      last = nil
      let goesOn = resumes && source.generation.startOffset > 0
      resumes = false
      generations += 1
      current = Opened(source: source, reader: reader, parser: parser(reader))
      return goesOn ? .resumed : .begun(source.generation)
    }
  }

  func lookAhead() throws(SourceError) -> OpeningGeneration.Look {
    if upcoming == nil { upcoming = try follower.next().map(OpeningGeneration.init) }
    return try upcoming?.look() ?? .paused
  }

  private func choose(_ head: [UInt8], _ generation: FollowedGeneration) throws(SourceError) -> LayoutChooser.Reading {
    do throws(RunError) {
      return try chooser.choose(head: head, modified: generation.modified)
    } catch {
      // A layout that cannot be used was refused when the plan was checked.
      if case .source(let error) = error { throw error }
      throw SourceError.readFailed(path: generation.display, reason: "its lines cannot be read: \(error)")
    }
  }
}
