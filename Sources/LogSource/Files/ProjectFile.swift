internal import Platform

/// Where a project's file of settings is looked for: beside the logs, else in a folder and those above it.
package enum ProjectFile {
  /// The files of that name beside logs, each once, in the order of the logs.
  ///
  /// - Parameter logs: files and folders as named; globs and what is not there are passed over.
  package static func beside(_ logs: [String], name: String) -> [String] {
    var found: [String] = []
    var seen: [FileIdentity] = []
    for log in logs where log != StandardInput.path && !log.isEmpty {
      let path = folder(of: log) + name
      guard let identity = identity(of: path), !seen.contains(identity) else { continue }
      seen.append(identity)
      found.append(path)
    }
    return found
  }

  /// The first file of that name in `folder`, which begins with a slash, or above.
  package static func above(_ folder: String, name: String) -> String? {
    var parts = folder.split(separator: "/")
    while true {
      let path = "/" + (parts + [Substring(name)]).joined(separator: "/")
      if identity(of: path) != nil { return path }
      guard !parts.isEmpty else { return nil }
      parts.removeLast()
    }
  }

  /// The folder of a log, with a slash at its end; empty for the working folder.
  private static func folder(of log: String) -> String {
    if let status = try? Syscalls.status(of: log), status.kind == .folder {
      return log.hasSuffix("/") ? log : log + "/"
    }
    return log.lastIndex(of: "/").map { String(log[...$0]) } ?? ""
  }

  /// Which regular file a path leads to; nil if none.
  private static func identity(of path: String) -> FileIdentity? {
    guard let status = try? Syscalls.status(of: path), status.kind == .regular else { return nil }
    return status.identity
  }
}
