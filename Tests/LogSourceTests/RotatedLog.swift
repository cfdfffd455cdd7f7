import Glibc
import TestKit

/// A folder on a file system in memory where there is one, removed with all that is in it.
final class MemoryFolder {
  let path: String

  init() {
    var template = Array(
      ((unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/skein-test-XXXXXX").utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, unsafe mkdtemp(base) != nil else { return "" }
      return unsafe String(cString: base)
    }
  }

  deinit {
    for name in names { unsafe unlink("\(path)/\(name)") }
    unsafe rmdir(path)
  }

  var names: [String] {
    guard let handle = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

/// A log with one writer, and everything that is done to logs: the truth that following is held against.
///
/// Every line says which it is and where it ends: `L17:xxxx:E`.
final class RotatedLog {
  enum Scheme { case numbers, dates }

  /// A file and its lines.
  final class File {
    /// Lines of which at least a part stands in it.
    var lines: Set<Int> = []
    var isPacked = false
    /// How often the log had been looked at when it was made.
    var born: Int
    /// Number in the order of rotations, for a date.
    var rotation = 0
    /// It has no name any more, and nobody who follows can have it open.
    var isUnknown = false
    init(born: Int) { self.born = born }
  }

  let folder = MemoryFolder()
  let path: String
  private let scheme: Scheme
  private var random: SplitMix64
  /// Lines whose last byte was written.
  private(set) var lines: [String] = []
  /// What is still to be written of a line that was begun.
  private var rest: [UInt8] = []
  private var descriptor: Int32 = -1
  private var written: File?
  private(set) var active: File?
  /// Newest first.
  private(set) var rotated: [File] = []
  private var rotations = 0
  /// A compressor that has only begun.
  private var halfPacked: (file: File, bytes: [UInt8])?
  /// Counted by whoever follows.
  var looks = 0
  /// Lines that went away while nobody could have known of their file, or by the writer's side.
  private(set) var untold: Set<Int> = []
  private(set) var log: [String] = []

  init(scheme: Scheme, seed: UInt64) {
    self.scheme = scheme
    random = SplitMix64(seed: seed)
    path = folder.path + "/app.log"
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func note(_ text: String) { log.append(text) }

  // MARK: the writer

  /// Opens the active file again if it is another one by now: what a signal after a rotation brings about.
  func reopen() {
    guard written == nil || written !== active else { return }
    note("reopen")
    if descriptor >= 0 { close(descriptor) }
    if active == nil { active = File(born: looks) }
    written = active
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  }

  func write(_ count: Int) {
    if descriptor < 0 { reopen() }
    note("write \(count)")
    for _ in 0..<count {
      if rest.isEmpty { begin() }
      finish()
    }
  }

  /// The beginning of a line, or a bit more of one.
  func writePart() {
    if descriptor < 0 { reopen() }
    note("part")
    if rest.isEmpty { begin() }
    let count = random.below(rest.count)
    put(Array(rest[..<count]))
    rest.removeFirst(count)
  }

  private func begin() {
    let pad = random.below(8) == 0 ? random.below(6000) : random.below(60)
    rest = Array("L\(lines.count):".utf8)
    var i = random.below(1000)
    for _ in 0..<pad {
      rest.append(UInt8(97 + i % 26))
      i = (i * 31 + 17) % 9973
    }
    rest += ":E\n".utf8
    next = String(decoding: rest.dropLast(), as: UTF8.self)
  }
  private var next = ""

  private func finish() {
    put(rest)
    rest = []
    lines.append(next)
  }

  private func put(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    unsafe _ = Glibc.write(descriptor, bytes, bytes.count)
    written?.lines.insert(lines.count)
    if written?.isUnknown == true { untold.insert(lines.count) }
  }

  // MARK: rotations

  private func name(_ i: Int) -> String {
    let file = rotated[i]
    let suffix =
      switch scheme {
      case .numbers: ".\(i + 1)"
      case .dates: "-20261124-\(1_795_000_000 + file.rotation)"
      }
    return path + suffix + (file.isPacked ? ".gz" : "")
  }

  /// Makes room for a new first rotation, as logrotate does: oldest first.
  private func shift(_ new: File) {
    finishPacking()
    rotations += 1
    new.rotation = rotations
    let before = rotated.indices.map(name)
    rotated.insert(new, at: 0)
    for i in before.indices.reversed() where before[i] != name(i + 1) {
      unsafe rename(before[i], name(i + 1))
    }
  }

  func rotate(creates: Bool, reopens: Bool) {
    guard let file = active else { return }
    note("rename\(creates ? ", create" : "")")
    shift(file)
    unsafe rename(path, name(0))
    active = nil
    if creates {
      active = File(born: looks)
      close(unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644))
    }
    if reopens { reopen() }
  }

  /// What is written between the copy and the cut is lost.
  func copyTruncate(losing: Int) {
    guard let file = active else { return }
    note("copytruncate, losing \(losing)")
    let copy = File(born: looks)
    copy.lines = file.lines
    shift(copy)
    if let bytes = try? readFile(path) { try? writeFile(name(0), bytes) }
    let before = lines.count
    if losing > 0, written === file {
      write(losing)
      untold.formUnion(before..<lines.count)
    }
    unsafe truncate(path, 0)
    file.lines = []
  }

  /// gzip has begun; its output is not whole.
  func beginPacking() {
    finishPacking()
    guard let i = rotated.indices.filter({ !rotated[$0].isPacked && rotated[$0] !== written }).first,
      let bytes = try? readFile(name(i))
    else { return }
    note("gzip \(name(i).dropFirst(folder.path.count + 1))")
    let packed = gzip(bytes)
    let file = rotated[i]
    try? writeFile(name(i) + ".gz", Array(packed[..<random.below(packed.count)]))
    halfPacked = (file, packed)
  }

  func finishPacking() {
    guard let (file, bytes) = halfPacked, let i = rotated.firstIndex(where: { $0 === file }) else { return }
    note("gzip done")
    halfPacked = nil
    let plain = name(i)
    try? writeFile(plain + ".gz", bytes)
    unsafe unlink(plain)
    file.isPacked = true
  }

  // MARK: deletions

  /// Whether it took something away: not if it holds a line from `keeping` on.
  func deleteOldest(keeping: Int?) {
    finishPacking()
    guard let file = rotated.last, file !== written else { return }
    if let keeping, file.lines.contains(where: { $0 >= keeping }) { return }
    note("delete \(name(rotated.count - 1).dropFirst(folder.path.count + 1))")
    forget(file)
    unsafe unlink(name(rotated.count - 1))
    rotated.removeLast()
  }

  func deleteActive() {
    guard let file = active else { return }
    note("delete app.log")
    forget(file)
    unsafe unlink(path)
    active = nil
  }

  /// Nobody has looked since it was made.
  private func forget(_ file: File) {
    gone.append(file)
    if file.born == looks { forgetDeleted([file]) }
  }
  private var gone: [File] = []

  private func forgetDeleted(_ files: [File]) {
    for file in files {
      file.isUnknown = true
      untold.formUnion(file.lines)
    }
  }

  /// Whoever followed is gone: who comes next has seen nothing yet.
  func forgetDeleted() {
    for file in rotated + [active].compactMap(\.self) { file.born = looks }
    forgetDeleted(gone)
  }
}
