import TestKit
import CZlib
import Glibc

/// A folder of a test's own, removed with all that is in it.
final class TestFolder {
  let path: String

  init() {
    var template = Array("/tmp/skein-test-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, unsafe mkdtemp(base) != nil else { return "" }
      return unsafe String(cString: base)
    }
  }

  deinit {
    TestFolder.remove(path)
  }

  private static func remove(_ path: String) {
    if let handle = unsafe opendir(path) {
      while let entry = unsafe readdir(handle) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name == "." || name == ".." { continue }
        let child = "\(path)/\(name)"
        if unsafe unlink(child) != 0 { remove(child) }
      }
      unsafe closedir(handle)
      unsafe rmdir(path)
    }
  }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let target = self(name)
    let number = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    close(number)
    return target
  }

  @discardableResult
  func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

  func folder(_ name: String) { unsafe mkdir(self(name), 0o755) }
  func fifo(_ name: String) { unsafe mkfifo(self(name), 0o644) }
  func rename(_ name: String, to other: String) { _ = unsafe Glibc.rename(self(name), self(other)) }
  func link(_ name: String, to target: String) { unsafe symlink(target, self(name)) }
}

/// gzip data made for tests.
enum Gzip {
  /// One member; `level` 0 stores.
  static func member(_ bytes: [UInt8], level: Int32 = 6, header: [UInt8]? = nil) -> [UInt8] {
    var stream = unsafe z_stream()
    unsafe deflateInit2_(
      &stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    var source = bytes
    var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, uLong(bytes.count))) + 64)
    let count = unsafe source.withUnsafeMutableBufferPointer { from in
      unsafe output.withUnsafeMutableBufferPointer { to in
        unsafe stream.next_in = from.baseAddress
        unsafe stream.avail_in = UInt32(from.count)
        unsafe stream.next_out = to.baseAddress
        unsafe stream.avail_out = UInt32(to.count)
        unsafe deflate(&stream, Z_FINISH)
        return unsafe to.count - Int(stream.avail_out)
      }
    }
    unsafe deflateEnd(&stream)
    let checksum = UInt32(unsafe crc32(0, source, UInt32(source.count)))
    return (header ?? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) + output[..<count] + little(checksum)
      + little(UInt32(bytes.count))
  }

  static func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }

  static func member(_ text: String) -> [UInt8] { member(Array(text.utf8)) }
}

/// Lines that compress as logs do.
func logText(bytes count: Int, seed: UInt64 = 1) -> [UInt8] {
  var random = SplitMix64(seed: seed)
  var text: [UInt8] = []
  text.reserveCapacity(count + 100)
  var second = 0
  while text.count < count {
    second += 1
    let id = random.next()
    text += "2026-11-23 06:\(second / 60 % 60):\(second % 60),123 INFO [api.access] [\(id)] request finished\n".utf8
  }
  return Array(text[..<count])
}
