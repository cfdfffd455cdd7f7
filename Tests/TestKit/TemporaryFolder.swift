internal import Glibc

/// A folder of a test's own, removed with everything in it when the last reference goes.
package final class TemporaryFolder: Sendable {
  /// Absolute path, without a trailing slash.
  package let path: String

  /// Makes it in TMPDIR, or in /tmp.
  package init() throws(FileFault) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let template = parent + "/skein-test-XXXXXX"
    var name = Array(template.utf8CString)
    guard unsafe mkdtemp(&name) != nil else { throw FileFault(path: template, what: "cannot be made: \(reason())") }
    path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.removeAll(path)
  }

  /// Path of a name in it, whether there is such a file or not.
  package func path(_ name: String) -> String { path + "/" + name }

  /// Makes or replaces a file; returns its path. Its folders must exist.
  @discardableResult
  package func file(_ name: String, _ bytes: [UInt8]) throws(FileFault) -> String {
    try writeFile(path(name), bytes)
    return path(name)
  }

  /// Makes or replaces a text file; returns its path.
  @discardableResult
  package func file(_ name: String, _ text: String) throws(FileFault) -> String {
    try file(name, Array(text.utf8))
  }

  /// Makes a folder in it; returns its path.
  @discardableResult
  package func folder(_ name: String) throws(FileFault) -> String {
    guard unsafe mkdir(path(name), 0o755) == 0 else {
      throw FileFault(path: path(name), what: "cannot be made: \(reason())")
    }
    return path(name)
  }

  /// Links are removed, not followed. A deinit has nobody to tell of a failure.
  private static func removeAll(_ path: String) {
    if unsafe remove(path) == 0 { return }
    // Not a file, not an empty folder; a folder without permission is opened up first.
    _ = unsafe chmod(path, 0o700)
    guard let folder = unsafe opendir(path) else { return }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      names.append(
        unsafe withUnsafeBytes(of: entry.pointee.d_name) {
          unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    unsafe closedir(folder)
    for name in names where name != "." && name != ".." { removeAll(path + "/" + name) }
    _ = unsafe remove(path)
  }
}
