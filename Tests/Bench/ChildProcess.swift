internal import Foundation
internal import Glibc

/// What one run of a program took, as the kernel accounts it to the child (wait4).
struct Measurement {
  /// Seconds by the clock on the wall.
  var wall: Double
  /// Seconds of processor time, user and system, over all its threads and waited-for children.
  var cpu: Double
  /// Largest resident set, in bytes. The kernel counts what the child shared with this process before it
  /// became another program, so nothing below this process's own size can be told: `Measurement.floor`.
  var peakMemory: Int

  /// This process's own peak so far, in bytes.
  static var floor: Int {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss * 1024
  }

  /// The middle one of each figure (the lower middle of an even number).
  static func median(_ runs: [Measurement]) -> Measurement {
    func middle<T: Comparable>(_ values: [T]) -> T { values.sorted()[(values.count - 1) / 2] }
    return Measurement(
      wall: middle(runs.map(\.wall)), cpu: middle(runs.map(\.cpu)), peakMemory: middle(runs.map(\.peakMemory)))
  }
}

/// Runs programs one at a time, with nothing on stdin, and measures them. Uses posix_spawn and wait4 itself:
/// Foundation's Process hides the child's resource usage.
enum ChildProcess {
  /// Runs `command` (a path, then its arguments) to its end; stdout and stderr go to the named files.
  /// `environment` is added to this process's own. A status other than 0 is a fault that quotes stderr.
  static func run(
    _ command: [String], environment: [String: String] = [:], output: String, errors: String
  ) throws -> Measurement {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o644)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o644)

    let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let arguments = CStrings(command)
    let variables = CStrings(merged.map { "\($0)=\($1)" }.sorted())
    defer {
      arguments.free()
      variables.free()
    }

    let start = ContinuousClock.now
    var child = pid_t()
    let failure = unsafe posix_spawn(&child, command[0], &actions, nil, arguments.pointers, variables.pointers)
    guard failure == 0 else {
      throw BenchFault("\(command[0]) cannot be started: \(unsafe String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(child, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw BenchFault("\(command[0]) cannot be waited for") }
    }
    let wall = start.duration(to: .now)

    guard status == 0 else {
      let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
      let last = said.split(whereSeparator: \.isNewline).last.map { ": \($0.prefix(160))" } ?? ""
      let how = status & 0x7f == 0 ? "exit \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
      throw BenchFault("\(URL(fileURLWithPath: command[0]).lastPathComponent) ended with \(how)\(last)")
    }
    return Measurement(
      wall: seconds(wall), cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakMemory: usage.ru_maxrss * 1024)
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
