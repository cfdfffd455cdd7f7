internal import Foundation

/// What the figures were measured on.
enum Machine {
  /// One line: processor, cores, memory, system.
  static var described: String {
    let processor = value("model name", in: "/proc/cpuinfo", separator: ":") ?? "an unnamed processor"
    let kilobytes = value("MemTotal", in: "/proc/meminfo", separator: ":")?.split(separator: " ").first.flatMap {
      Int($0)
    }
    let memory = kilobytes.map { ", \(($0 + 500_000) / 1_000_000) GB of memory" } ?? ""
    let system = value("PRETTY_NAME", in: "/etc/os-release", separator: "=")?.replacing("\"", with: "") ?? "Linux"
    let kernel = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
    let version = kernel.split { !$0.isNumber && $0 != "." }.first.map(String.init) ?? ""
    return
      "Measured on \(processor), \(ProcessInfo.processInfo.activeProcessorCount) cores\(memory); \(system), Linux \(version)."
  }

  /// As the compiler calls the processor's instruction set.
  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another architecture"
    #endif
  }

  /// The compiler on the PATH, in its own words: `Swift version 6.3 (swift-6.3-RELEASE)`.
  static func compiler(in folder: String) -> String {
    let said = ChildProcess.find("swift").flatMap { ChildProcess.output(of: [$0, "--version"], in: folder) } ?? ""
    return said.split(separator: "\n").first { $0.contains("Swift version") }.map(String.init) ?? "an unnamed compiler"
  }

  private static func value(_ key: String, in file: String, separator: Character) -> String? {
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
    return line.split(separator: separator, maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
