internal import Platform

/// Waits until something happens to files: inotify on them and their folders, or else the passing of time.
///
/// A change means only that one should look; nothing is said about what has changed. Where a file or its folder is not there,
/// the nearest folder above it that is there is watched. Network and overlay file systems tell nothing of what others do:
/// for them there is polling, which takes every time-out for a change.
package final class ChangeWatch {
  private let inotify: HeldDescriptor?
  private var paths: [String] = []
  /// Watch numbers in use.
  private var watches: Set<Int32> = []
  private var isComplete = true
  /// Why it polls though it should not, to be reported once.
  private var trouble: String?
  private var hasTold = false

  private final class HeldDescriptor {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
  }

  /// - Parameter poll: never ask for inotify.
  package init(poll: Bool) {
    guard !poll else {
      inotify = nil
      return
    }
    do throws(SystemError) {
      inotify = HeldDescriptor(try Syscalls.openInotify())
    } catch {
      inotify = nil
      trouble = error.text
    }
  }

  /// Whether time-outs count as changes.
  package var isPolling: Bool { inotify == nil || !isComplete }

  /// One sentence if polling stands in for inotify that could not be had; once.
  package func takeTrouble() -> String? {
    guard let trouble, !hasTold else { return nil }
    hasTold = true
    return "the system does not report changes of files (\(trouble)); skein looks for them instead "
      + "(fs.inotify.max_user_instances and max_user_watches are the limits)"
  }

  /// Watches these instead of what was watched before: files or folders, there or not.
  package func watch(_ paths: [String]) {
    guard paths != self.paths else { return }
    self.paths = paths
    arm()
  }

  /// Watching what is watched already changes nothing.
  private func arm() {
    guard let inotify else { return }
    var targets: [String] = []
    var seen: Set<String> = []
    func add(_ path: String) { if seen.insert(path).inserted { targets.append(path) } }
    for path in paths {
      add(path)
      add(ChangeWatch.folder(of: path))
      // A link and what it points at.
      if let real = try? Syscalls.realPath(path), real != path {
        add(real)
        add(ChangeWatch.folder(of: real))
      }
    }
    var armed: Set<Int32> = []
    isComplete = true
    for target in targets {
      var target = target
      while true {
        do throws(SystemError) {
          armed.insert(try Syscalls.watch(inotify.file, target))
          break
        } catch {
          switch SourceError(error, path: target) {
          case .notFound where target != "." && target != "/": target = ChangeWatch.folder(of: target)
          default:
            isComplete = false
            if trouble == nil { trouble = error.text }
          }
          if !isComplete { break }
        }
      }
    }
    for old in watches.subtracting(armed) { Syscalls.unwatch(inotify.file, old) }
    watches = armed
  }

  private static func folder(of path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return RotationListing.Place.split(path).folder
  }

  /// Waits for a change, for one of `descriptors` to become readable (or its other end to go), or for the time to pass; all
  /// events that are there are taken at one go.
  ///
  /// - Parameters:
  ///   - milliseconds: at most; negative for ever, which no polling does: it looks once a second then.
  ///   - descriptors: of pipes, terminals, signals.
  package func wait(
    milliseconds: Int32, also descriptors: [Int32] = []
  ) -> (changed: Bool, readable: [Int32]) {
    let limit = isPolling && (milliseconds < 0 || milliseconds > 1_000) ? 1_000 : milliseconds
    let own = inotify?.file.number
    // A descriptor that cannot be waited for must not turn this into a busy loop: it is taken for readable by its owner.
    guard let ready = try? Syscalls.wait(for: descriptors + (own.map { [$0] } ?? []), milliseconds: limit) else {
      return (true, descriptors)
    }
    var changed = isPolling
    if let inotify, let own, ready.contains(own) {
      changed = true
      let events = try? Syscalls.drain(inotify.file)
      if events?.isStructural ?? true { arm() }
    }
    return (changed, ready.filter { $0 != own })
  }

  /// Lets time pass, but no longer than until one of `descriptors` becomes readable.
  package static func sleep(milliseconds: Int32, unless descriptors: [Int32]) {
    _ = try? Syscalls.wait(for: descriptors, milliseconds: milliseconds)
  }
}
