internal import Platform
internal import TraceCore

/// Turns arguments into files, files into streams: the working state behind `InputPlan.make`.
struct InputCollector {
  /// A stream under collection.
  struct Entry {
    /// Real folder and base name.
    var folder: String
    var base: String
    var name: String
    var parts: [StreamAssembly.Part] = []
    var leftOut: [RotationName] = []
    /// Nobody has asked for it: it was looked at as its name may mean that it belongs to another stream.
    var isOnlyBeside = false
    /// Standard input stands for itself.
    var finished: LogStream?
  }

  /// Files with a full head; those after them keep less, so that a plan of thousands stays small.
  private static let fullHeads = 256
  private static let shortHead = 4096

  var entries: [Entry] = []
  private var indexByKey: [String: Int] = [:]
  /// Real folder and name of all that was looked at, to take each once.
  private var seen: Set<String> = []
  private var skipped: [InputPlan.Skipped] = []
  private var looked = 0
  let folders = FolderIndex(isSnapshot: true)
  /// By folder and base: names that leave open whose they are (`LooseName`).
  private var loose: [String: [String: [(name: String, rotation: RotationName)]]] = [:]
  /// Standard input is watched by somebody.
  private let isLive: Bool

  init(isLive: Bool) { self.isLive = isLive }

  // MARK: arguments

  mutating func add(_ argument: String, includeRotations: Bool) throws(SourceError) {
    if argument == StandardInput.path || argument == "/dev/stdin" { return try addStandardInput() }
    let kind: FileStatus.Kind
    do throws(SystemError) {
      kind = try Syscalls.status(of: argument).kind
    } catch {
      let failure = SourceError(error, path: argument)
      guard case .notFound = failure, argument.contains(where: { "*?[".contains($0) }) else { throw failure }
      return try addGlob(argument, includeRotations: includeRotations)
    }
    if kind == .folder { return try addFolder(argument) }
    try addFile(argument, named: true, mustLookLikeLog: false)
    if includeRotations { try addRotations(of: argument) }
  }

  private mutating func addStandardInput() throws(SourceError) {
    guard indexByKey[StandardInput.path] == nil else { throw .readTwice(path: StandardInput.path) }
    indexByKey[StandardInput.path] = entries.count
    let stream = try InputPlan.standardInputStream(isLive: isLive)
    entries.append(Entry(folder: "", base: StandardInput.path, name: stream.name, finished: stream))
  }

  /// As if the shell had found the names, but what cannot be read is only skipped.
  private mutating func addGlob(_ pattern: String, includeRotations: Bool) throws(SourceError) {
    let paths = Syscalls.paths(matching: pattern)
    guard !paths.isEmpty else { throw .nothingMatches(pattern: pattern) }
    let before = entries.count
    let lookedBefore = seen.count
    for path in paths {
      guard let kind = try? Syscalls.status(of: path).kind, kind != .folder else { continue }
      try addFile(path, named: false, mustLookLikeLog: false)
      if includeRotations { try addRotations(of: path) }
    }
    if entries.count == before, seen.count == lookedBefore { throw .nothingMatches(pattern: pattern) }
  }

  private mutating func addFolder(_ folder: String) throws(SourceError) {
    let names = try list(folder)
    let skippedBefore = skipped.count
    var found = false
    for name in names {
      guard let name else {
        skip("\(folder)/?", LedgerNote(.skipped, "\(folder) holds a name that is not UTF-8; it was not read"))
        continue
      }
      guard !FolderScan.isExcluded(name) else { continue }
      if try addFile(join(folder, name), named: false, mustLookLikeLog: true) { found = true }
    }
    guard found else {
      throw .folderWithoutLogs(path: folder, skipped: skipped[skippedBefore...].map(\.path))
    }
  }

  /// The files beside `path` whose names say that they belong to its stream.
  private mutating func addRotations(of path: String) throws(SourceError) {
    let (folder, name) = InputCollector.split(path)
    let base = RotationName(name).base
    for (sibling, rotation) in try siblings(folder ?? ".", of: base) where sibling != name {
      let isOwn = rotation.base == base
      try addFile(
        folder.map { join($0, sibling) } ?? sibling, named: false, mustLookLikeLog: false,
        beside: isOwn ? .rotation : .perhaps)
    }
  }

  /// What may belong to the log `base`, in byte order: by its name, or by one that leaves it open.
  private mutating func siblings(
    _ folder: String, of base: String
  ) throws(SourceError) -> [(name: String, rotation: RotationName)] {
    let names = try listing(folder)
    var found = names.ofBase(base)
    if base.hasSuffix(".out") {
      found += names.ofBase(String(base.dropLast(4)) + ".log").filter { $0.rotation.isRotation(ofOutput: base) }
    }
    if loose[folder] == nil {
      var byBase: [String: [(name: String, rotation: RotationName)]] = [:]
      for name in names.names {
        let rotation = RotationName(name)
        if let loose = LooseName(rotation.base) { byBase[loose.base, default: []].append((name, rotation)) }
      }
      loose[folder] = byBase
    }
    let known = Set(found.map(\.name))
    found += (loose[folder]?[base] ?? []).filter { !known.contains($0.name) }
    return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private func list(_ folder: String) throws(SourceError) -> [String?] {
    let names = try listing(folder)
    return names.names.map(Optional.some) + (names.hasOthers ? [nil] : [])
  }

  /// What is in a folder; listed once.
  private func listing(_ folder: String) throws(SourceError) -> FolderIndex.Names {
    do throws(SystemError) {
      return try folders.names(in: folder)
    } catch {
      throw SourceError(error, path: folder)
    }
  }

  // MARK: files

  /// What a file is that was found beside one that was named: a rotation by its name, or one whose name leaves it open.
  private enum Beside { case rotation, perhaps }

  /// Looks at a file and puts it into its stream; false if it is no input. One that was `named` must be readable.
  @discardableResult
  private mutating func addFile(
    _ path: String, named: Bool, mustLookLikeLog: Bool, beside: Beside? = nil
  ) throws(SourceError) -> Bool {
    let isOnlyBeside = beside == .perhaps
    let (folder, fileName) = InputCollector.split(path)
    let name = RotationName(fileName)
    let realFolder = (try? Syscalls.realPath(folder ?? ".")) ?? folder ?? "."
    // Named twice, or named and found as well: taken once.
    guard seen.insert(join(realFolder, fileName)).inserted else {
      if beside == nil, let i = index(folder: realFolder, base: name.base) {
        entries[i].isOnlyBeside = false
        for j in entries[i].parts.indices
        where InputCollector.split(entries[i].parts[j].generation.path).name == fileName {
          entries[i].parts[j].isFoundBeside = false
        }
      }
      return true
    }
    let key = join(realFolder, name.base)
    do throws(SourceError) {
      if !named, try !isReadableKind(path) { return false }
      let generation = try Generation(
        lookingAt: path, display: path, named: named,
        headLimit: looked < InputCollector.fullHeads ? Generation.headLimit : InputCollector.shortHead)
      if mustLookLikeLog, !FolderScan.isLog(head: generation.head.span, name: fileName) {
        guard !generation.head.isEmpty, FolderScan.isNamedLikeALog(fileName) else { return false }
        skip(path, LedgerNote(.skipped, "\(path) holds no text and was not read", bytes: generation.size))
        return false
      }
      looked += 1
      let i = entry(
        folder: realFolder, base: name.base, name: folder.map { join($0, name.base) } ?? name.base,
        isOnlyBeside: isOnlyBeside)
      entries[i].parts.append(StreamAssembly.Part(generation: generation, name: name, isFoundBeside: beside != nil))
      return true
    } catch {
      if named { throw error }
      // Gone between listing and looking: a rotation, not a loss. Or another log, as far as anybody knows.
      if case .notFound = error { return false }
      if isOnlyBeside { return false }
      skip(path, LedgerNote(.skipped, error.message))
      if let i = indexByKey[key] { entries[i].leftOut.append(name) } else { orphans[key, default: []].append(name) }
      return false
    }
  }

  /// Names left out of streams that have no file yet.
  private var orphans: [String: [RotationName]] = [:]

  /// What was only found is not opened unless it is a regular file: opening a FIFO wakes its writer up. A folder is left
  /// out in silence (false), anything else is an error.
  private func isReadableKind(_ path: String) throws(SourceError) -> Bool {
    let kind: FileStatus.Kind
    do throws(SystemError) {
      kind = try Syscalls.status(of: path).kind
    } catch {
      throw SourceError(error, path: path)
    }
    if kind == .regular || kind == .folder { return kind == .regular }
    throw .notReadable(path: path, kind)
  }

  func index(folder: String, base: String) -> Int? { indexByKey[join(folder, base)] }

  mutating func entry(folder: String, base: String, name: String, isOnlyBeside: Bool = false) -> Int {
    let key = join(folder, base)
    if let i = indexByKey[key] {
      // The shortest way to say it, whatever came first.
      if (name.utf8.count, name) < (entries[i].name.utf8.count, entries[i].name) { entries[i].name = name }
      entries[i].isOnlyBeside = entries[i].isOnlyBeside && isOnlyBeside
      return i
    }
    indexByKey[key] = entries.count
    entries.append(
      Entry(
        folder: folder, base: base, name: name, leftOut: orphans.removeValue(forKey: key) ?? [],
        isOnlyBeside: isOnlyBeside))
    return entries.count - 1
  }

  private mutating func skip(_ path: String, _ note: LedgerNote) {
    skipped.append(InputPlan.Skipped(path: path, note: note))
  }

  // MARK: result

  mutating func plan(firstTime: ((Span<UInt8>) -> Int64?)?) -> InputPlan {
    dropSameFiles()
    settleClaims(StreamClaims(firstTime: firstTime))
    var plan = InputPlan()
    for entry in entries {
      if let finished = entry.finished {
        plan.streams.append(finished)
      } else if !entry.parts.isEmpty {
        let isSeries =
          entry.parts.allSatisfy { $0.name.date != nil && $0.name.isInside }
          && (try? Syscalls.status(of: join(entry.folder, entry.base))) == nil
        let assembly = StreamAssembly(leftOut: entry.leftOut, isSeries: isSeries, firstTime: firstTime)
        plan.streams.append(assembly.assemble(entry.parts, name: entry.name))
      }
    }
    plan.skipped = skipped
    return plan
  }

  /// One file under two names (links) is read once, also where the names are of two streams. A name that is no link is
  /// kept rather than one that is; then the first in byte order.
  private mutating func dropSameFiles() {
    var kept: [FileIdentity: (entry: Int, isLink: Bool, part: StreamAssembly.Part)] = [:]
    var others: [FileIdentity: [String]] = [:]
    for (i, entry) in entries.enumerated() {
      for part in entry.parts {
        guard let identity = part.generation.identity else { continue }
        let path = part.generation.path
        let isLink = (try? Syscalls.status(of: path, followingLinks: false).kind) == .link
        guard let first = kept[identity] else {
          kept[identity] = (i, isLink, part)
          continue
        }
        let isBetter = (isLink ? 1 : 0, path) < (first.isLink ? 1 : 0, first.part.generation.path)
        others[identity, default: []].append(isBetter ? first.part.generation.path : path)
        if isBetter { kept[identity] = (i, isLink, part) }
      }
    }
    for (identity, paths) in others {
      guard let winner = kept[identity]?.part.generation.path else { continue }
      for i in entries.indices {
        entries[i].leftOut += entries[i].parts.filter { paths.contains($0.generation.path) }.map(\.name)
        entries[i].parts.removeAll { $0.generation.identity == identity && paths.contains($0.generation.path) }
        for j in entries[i].parts.indices where entries[i].parts[j].generation.path == winner {
          entries[i].parts[j].generation.notes += paths.sorted().map {
            LedgerNote(.duplicate, "\($0) is the same file as \(winner) and was not read", bytes: 0)
          }
        }
      }
    }
  }

  // MARK: paths

  /// Folder (nil for the current one) and name.
  static func split(_ path: String) -> (folder: String?, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (nil, path) }
    let name = String(path[path.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }

  func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}
