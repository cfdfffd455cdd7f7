internal import Glibc
internal import Platform
internal import Report
internal import Synchronization
internal import TraceCore

/// Sends messages, a thread for each receiver, so that one that hangs keeps no other waiting.
///
/// Keys are read when a message is sent, so a key that is renewed needs no restart; those in the environment are read and
/// removed at the start, before any command could see them.
final class AlertSender: Sendable {
  /// What became of a task.
  struct Ending: Sendable {
    var task: AlertDesk.Task
    var outcome: AlertDelivery.Outcome
  }

  private let bell: WakeUp
  private let endings = Mutex<[Ending]>([])
  private let workers: [String: Worker]

  /// - Throws: where a key cannot be read, or libcurl is needed and missing.
  init(_ receivers: [AlertReceiver], bell: WakeUp) throws(Failure) {
    self.bell = bell
    var workers: [String: Worker] = [:]
    for receiver in receivers {
      let keys = try AlertKeys(receiver)
      if keys.needsNetwork, !HTTPPost.isAvailable {
        throw Failure(
          .data,
          "--alerts: receiver '\(receiver.name)' needs libcurl, which is not installed (Debian and Ubuntu: apt-get install libcurl4)"
        )
      }
      workers[receiver.name] = Worker(receiver, keys)
    }
    self.workers = workers
    for worker in workers.values {
      guard WorkerThread({ [self] in work(worker) })?.leave() != nil else {
        throw Failure(.data, "--alerts: the system has no thread left")
      }
    }
  }

  /// One receiver, and what it is to be sent.
  private final class Worker: Sendable {
    let receiver: AlertReceiver
    let keys: AlertKeys
    let monitor = Monitor()
    let tasks = Mutex<[AlertDesk.Task]>([])
    let isRetired = Mutex(false)

    init(_ receiver: AlertReceiver, _ keys: AlertKeys) {
      self.receiver = receiver
      self.keys = keys
    }
  }

  func send(_ task: AlertDesk.Task) {
    guard let worker = workers[task.receiver] else { return }
    worker.monitor.lock()
    worker.tasks.withLock { $0.append(task) }
    worker.monitor.signal()
    worker.monitor.unlock()
  }

  /// Sends nothing more; threads end.
  func retire() {
    for worker in workers.values {
      worker.monitor.lock()
      worker.isRetired.withLock { $0 = true }
      worker.monitor.signal()
      worker.monitor.unlock()
    }
  }

  /// What has ended since the last call.
  func removeEndings() -> [Ending] {
    _ = bell.clear()
    return endings.withLock { endings in
      defer { endings = [] }
      return endings
    }
  }

  private func work(_ worker: Worker) {
    while true {
      worker.monitor.lock()
      while worker.tasks.withLock(\.isEmpty), !worker.isRetired.withLock({ $0 }) { worker.monitor.wait() }
      let task = worker.tasks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      worker.monitor.unlock()
      guard let task else { return }
      let outcome = AlertDispatch(worker.receiver, worker.keys).send(task, at: Clock.wallNanoseconds)
      endings.withLock { $0.append(Ending(task: task, outcome: outcome)) }
      bell.ring()
    }
  }
}

/// The keys of a receiver, wherever they are.
struct AlertKeys: Sendable {
  private let secret: AlertSecret?
  private let authorization: AlertSecret?
  /// Those that stood in the environment.
  private let taken: [String: String]
  let needsNetwork: Bool

  /// - Throws: where one is missing now.
  init(_ receiver: AlertReceiver) throws(Failure) {
    switch receiver.kind {
    case .slackWebhook(let url): (secret, authorization) = (url, nil)
    case .slackBot(let token, _, _): (secret, authorization) = (token, nil)
    case .pagerDuty(let key, _): (secret, authorization) = (key, nil)
    case .alertmanager(_, let header): (secret, authorization) = (nil, header)
    case .webhook(let url, let header): (secret, authorization) = (url, header)
    case .command: (secret, authorization) = (nil, nil)
    }
    if case .command = receiver.kind { needsNetwork = false } else { needsNetwork = true }
    var taken: [String: String] = [:]
    for one in [secret, authorization].compactMap(\.self) {
      if case .environment(let name) = one { taken[name] = AlertEnvironment.take(name) }
    }
    self.taken = taken
    for one in [secret, authorization].compactMap(\.self) {
      if case .failure(let problem) = value(of: one) {
        throw Failure(.data, "--alerts: receiver '\(receiver.name)': \(problem.message)")
      }
    }
  }

  struct Missing: Error { var message: String }

  /// The address or key; nil for a receiver without one.
  func main() -> Result<String, Missing>? { secret.map(value) }
  func header() -> Result<String, Missing>? { authorization.map(value) }

  private func value(of secret: AlertSecret) -> Result<String, Missing> {
    switch secret {
    case .plain(let text): return .success(text)
    case .environment(let name):
      guard let value = taken[name], !value.isEmpty else {
        return .failure(Missing(message: "the variable \(name) is not set"))
      }
      return .success(value)
    case .file(let path):
      guard let bytes = try? WholeFile.read(path, limit: 64 << 10) else {
        return .failure(Missing(message: "\(path) cannot be read"))
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let lines = text.split(whereSeparator: \.isNewline)
      guard lines.count == 1, let line = lines.first else {
        return .failure(Missing(message: "\(path) does not hold one line, the key"))
      }
      return .success(String(line))
    }
  }
}

/// Keys that stand in the environment: taken out of it, so that no child process has them.
enum AlertEnvironment {
  private static let known = Mutex<[String: String]>([:])

  static func take(_ name: String) -> String? {
    known.withLock { known in
      if let value = known[name] { return value }
      guard let value = Program.environment(name) else { return nil }
      known[name] = value
      Program.removeFromEnvironment(name)
      return value
    }
  }
}
