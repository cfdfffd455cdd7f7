import Foundation
import LogSource
import Pipeline
import TestKit
import TraceCore

/// The logs of random services, followed while they are written bit by bit and rotated by renaming.
struct FollowedServices {
  private let services: ModelServices
  private let folder: URL
  private var random: SplitMix64

  init(_ services: ModelServices, _ folder: URL, seed: UInt64) {
    self.services = services
    self.folder = folder
    random = SplitMix64(seed: seed)
  }

  /// What `plan` gives; its input is the logs.
  mutating func run(_ plan: RunPlan = RunPlan(input: InputPlan()), onEvent: ((LiveEvent) -> Void)? = nil) throws
    -> StatsSummary
  {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var now: Int64 = 1_000_000_000
    let driver = try FollowDriver(plan: plan, clock: { now })
    driver.onEvent = onEvent
    let paths = services.logs.map { folder.appendingPathComponent($0.name).path }
    for (log, path) in zip(services.logs, paths) {
      FileManager.default.createFile(atPath: path, contents: nil)
      driver.add(StreamFollower(path: path, display: log.name, from: .start, clock: { now }), name: log.name)
    }
    func read() throws { while try driver.step() { now += 1_000_000 } }
    try read()
    var next = services.logs.map { _ in 0 }
    var time = services.logs.compactMap(\.times.first).min() ?? 0
    while zip(next, services.logs).contains(where: { $0 < $1.lines.count }) {
      let upcoming = zip(next, services.logs).compactMap { $0 < $1.lines.count ? $1.times[$0] : nil }.min() ?? time
      let later = max(time, upcoming) + random.below(700)
      now += Int64(later - time) * 1_000_000
      time = later
      let first = random.below(services.logs.count)
      for number in services.logs.indices {
        let index = (first + number) % services.logs.count
        try write(services.logs[index], until: time, from: &next[index], to: paths[index])
        if random.below(3) == 0 { try read() }
      }
    }
    for _ in 0..<20 {
      now += 2_000_000_000
      try read()
    }
    return driver.finish().stats
  }

  /// Writes what the log had by `time`, and rotates it where it was.
  private func write(_ log: ModelServices.Log, until time: Int, from next: inout Int, to path: String) throws {
    while next < log.lines.count, log.times[next] <= time {
      if log.rotations.contains(next) { try rotate(path) }
      let border = log.rotations.first { $0 > next } ?? log.lines.count
      let end = log.times[..<border].lastIndex { $0 <= time }.map { $0 + 1 } ?? border
      try append(log.lines[next..<end].map { $0 + "\n" }.joined(), to: path)
      next = end
    }
  }

  private func rotate(_ path: String) throws {
    let manager = FileManager.default
    for age in stride(from: 5, through: 1, by: -1) where manager.fileExists(atPath: "\(path).\(age)") {
      try manager.moveItem(atPath: "\(path).\(age)", toPath: "\(path).\(age + 1)")
    }
    try manager.moveItem(atPath: path, toPath: "\(path).1")
    manager.createFile(atPath: path, contents: nil)
  }

  private func append(_ text: String, to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }
}
