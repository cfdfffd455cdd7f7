internal import Foundation
internal import Glibc

/// What one run of a program took, as the kernel accounts it to the child (wait4).
struct Measurement: Codable {
  /// Seconds by the clock on the wall.
  var wall: Double
  /// Seconds of processor time, user and system, over all its threads and waited-for children.
  var cpu: Double
  /// Largest resident set, in bytes. The kernel counts what the child shared with its parent before it became
  /// another program, so less than the parent's own size cannot be told: `floor`.
  var peakMemory: Int
  /// The parent's own size, in bytes.
  var floor: Int

  /// The middle one of each figure (the lower middle of an even number).
  static func median(_ runs: [Measurement]) -> Measurement {
    func middle<T: Comparable>(_ values: [T]) -> T { values.sorted()[(values.count - 1) / 2] }
    return Measurement(
      wall: middle(runs.map(\.wall)), cpu: middle(runs.map(\.cpu)), peakMemory: middle(runs.map(\.peakMemory)),
      floor: middle(runs.map(\.floor)))
  }
}

/// Runs programs one at a time, with nothing on stdin, and measures them. Uses posix_spawn and wait4 itself:
/// Foundation's Process hides the child's resource usage.
enum ChildProcess {
  /// Like `run`, through a fresh process of this program (`measure`): this one has grown, and its size would be
  /// counted as the child's.
  ///
  /// - Parameter limit: seconds of processor time after which the child is ended, which is a fault; nil: none.
  static func measure(
    _ command: [String], environment: [String: String], output: String, errors: String, limit: Int? = nil,
    in folder: String
  ) throws -> Measurement {
    let report = folder + "/measured.json"
    let limiting = limit.map { ["--limit", "\($0)"] } ?? []
    let between =
      [try itself(), "measure", "--output", output, "--errors", errors, "--report", report] + limiting + ["--"]
      + command
    let fault = folder + "/measure.err"
    do {
      _ = try run(between, environment: environment, output: "/dev/null", errors: fault)
    } catch {
      // The process between has already said what is wrong.
      let said = (try? String(contentsOfFile: fault, encoding: .utf8)) ?? ""
      guard said.hasPrefix("Error: ") else { throw error }
      throw BenchFault(said.dropFirst(7).trimmingCharacters(in: .whitespacesAndNewlines))
    }
    guard let data = FileManager.default.contents(atPath: report) else { throw BenchFault("\(report) is not there") }
    return try JSONDecoder().decode(Measurement.self, from: data)
  }

  /// The path of this program.
  static func itself() throws -> String { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }

  /// Runs `command` (a path, then its arguments) to its end; stdout and stderr go to the named files.
  /// `environment` is added to this process's own. A status that is not one of `statuses` is a fault that quotes stderr.
  static func run(
    _ command: [String], environment: [String: String] = [:], output: String, errors: String,
    statuses: ClosedRange<Int32> = 0...0
  ) throws -> Measurement {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o644)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o644)

    // A thread that blocks signals would leave that to the child, and a limit could not end it.
    var attributes = unsafe posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    unsafe sigemptyset(&noSignals)
    unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let arguments = CStrings(command)
    let variables = CStrings(merged.map { "\($0)=\($1)" }.sorted())
    defer {
      arguments.free()
      variables.free()
    }

    let start = ContinuousClock.now
    var child = pid_t()
    let failure = unsafe posix_spawn(
      &child, command[0], &actions, &attributes, arguments.pointers, variables.pointers)
    guard failure == 0 else {
      throw BenchFault("\(command[0]) cannot be started: \(unsafe String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw BenchFault("\(command[0]) cannot be waited for") }
    }
    let wall = start.duration(to: .now)

    guard status & 0x7f == 0, statuses.contains(status >> 8 & 0xff) else {
      if status & 0x7f == SIGXCPU { throw BenchFault("given up: it took more than \(processorLimit) s") }
      let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
      let lines = said.split(whereSeparator: \.isNewline)
      let line = lines.first { $0.lowercased().hasPrefix("error") } ?? lines.last
      let last = line.map { ": \($0.prefix(160))" } ?? ""
      let how = status & 0x7f == 0 ? "exit \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
      throw BenchFault("\(URL(fileURLWithPath: command[0]).lastPathComponent) ended with \(how)\(last)")
    }
    return Measurement(
      wall: seconds(wall), cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      peakMemory: usage.ru_maxrss * 1024, floor: ownSize)
  }

  /// Ends this process and each that it starts after so many seconds of processor time.
  static func limitProcessorTime(to seconds: Int) throws {
    // The hard limit is later: it would kill without saying why. No core is left behind.
    var time = rlimit(rlim_cur: rlim_t(seconds), rlim_max: rlim_t(seconds + 5))
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time) == 0,
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core) == 0
    else { throw BenchFault("the processor time of a program cannot be limited") }
  }

  /// Seconds of processor time that this process and each that it starts may take.
  private static var processorLimit: Int {
    var time = rlimit()
    return unsafe getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time) == 0 ? Int(clamping: time.rlim_cur) : 0
  }

  /// What a program prints, without the last newline; nil if it fails.
  static func output(of command: [String], in folder: String) -> String? {
    let file = folder + "/probe.out"
    guard (try? run(command, output: file, errors: folder + "/probe.err")) != nil else { return nil }
    return (try? String(contentsOfFile: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The path of a program on PATH; nil if there is none.
  static func find(_ program: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Peak size of this process since it became this program, in bytes. (getrusage would add what it was before.)
  private static var ownSize: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return peak.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 } ?? 0
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// A null-terminated array of C strings, as exec wants them; freed by hand.
@safe
private struct CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointers = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
    unsafe pointers[strings.count] = nil
  }

  func free() {
    for index in 0..<count { unsafe Glibc.free(pointers[index]) }
    unsafe pointers.deallocate()
  }
}
