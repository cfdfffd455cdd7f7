internal import Foundation

/// One program made ready to do the job on one log.
struct Contestant {
  /// What it is called in the table, and its version where that is told apart.
  var name: String
  var version: String
  /// What is run; the path of the program first.
  var command: [String]
  var environment: [String: String] = [:]
  /// Where its answer is found, and in what form.
  var answer: AnswerForm
  /// The file that the answer is in; its stdout if nil.
  var answerFile: String?
  /// Whether its output is thrown away while it is timed; it is run once more for its answer.
  var isTimedSilently = false
  /// Seconds of processor time after which it is given up; nil: however long it takes.
  var limit: Int?
  /// What is done before each run, untimed.
  var preparation: (@Sendable () throws -> Void)?

  /// How an answer is written down.
  enum AnswerForm {
    /// Rows as `Answer(table:separator:)` reads them.
    case table(Character)
    /// The JSON of `skein stats --json`.
    case skein
    /// It does a part of the job only, the one named: the counts in its answer are compared.
    case counts(part: String, @Sendable (Data) throws -> Counts)
    /// Another job than the other forms': says what its output is worth.
    case judged(@Sendable (Data) throws -> String)
    /// It does something else: nothing to compare.
    case none
  }

  /// Whether its stdout is read afterwards.
  var keepsOutput: Bool {
    if case .none = answer { return false }
    return true
  }

  /// What the answer that it wrote is worth: "right", "WRONG: …", or nothing where there is nothing to compare.
  ///
  /// - Parameter truth: nil where the answer is not about requests.
  func remark(stdout: String, truth: Answer?) throws -> String {
    if case .none = answer { return "" }
    guard let data = FileManager.default.contents(atPath: answerFile ?? stdout) else {
      throw BenchFault("\(name) wrote no answer")
    }
    if case .judged(let judge) = answer { return try judge(data) }
    guard let truth else { return "" }
    let fault: String?
    var part = ""
    switch answer {
    case .none, .judged: return ""
    case .skein: fault = try SkeinPeer.decode(data).fault(against: truth)
    case .table(let separator):
      guard let answer = Answer(table: String(decoding: data, as: UTF8.self), separator: separator) else {
        throw BenchFault("\(name)'s answer is not a table: \(String(decoding: data.prefix(200), as: UTF8.self))")
      }
      fault = answer.fault(against: truth)
    case .counts(let named, let decode):
      part = " (\(named))"
      fault = try decode(data).fault(against: truth)
    }
    return fault.map { "WRONG: \($0)" } ?? "right" + part
  }
}

/// A program that may or may not be installed.
struct Peer: Sendable {
  var name: String
  /// How a reader gets it.
  var install: String
  /// Makes it ready for a log; nil where it is not installed.
  var prepare: @Sendable (Log, Workbench) throws -> Contestant?

  /// All that do the whole job, in the order of the table.
  static let all = [clickHouse, duckDB, mawk, lnav, python]

  /// Those that can do a part of it.
  static let partial = [mtail, goAccess]
}

/// A generated log.
struct Log {
  var path: String
  var format: LogFormat
  var truth: Truth
}
