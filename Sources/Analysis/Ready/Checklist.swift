internal import TraceCore

/// What must be true before a deploy: items in sections, each with one check. Read from YAML by `ChecklistReader`.
///
/// It is data alone: who runs the checks gives an `ItemResult` for each.
package struct Checklist: Sendable {
  package struct Section: Sendable {
    package var title: String
    package var items: [Item]

    package init(title: String, items: [Item]) {
      self.title = title
      self.items = items
    }
  }

  package struct Item: Sendable {
    package var title: String
    /// What goes wrong without it; nil where nobody wrote it.
    package var why: String?
    /// What to do where it does not pass.
    package var how: String?
    package var check: Check

    package init(title: String, why: String? = nil, how: String? = nil, check: Check) {
      self.title = title
      self.why = why
      self.how = how
      self.check = check
    }
  }

  /// Nil: the item is there and nobody has filled it in yet. That is unknown, never a pass.
  package enum Check: Sendable {
    case run(CommandCheck?)
    case file(FileCheck?)
    case manual(ManualCheck)
    case log(LogCheck?)

    /// As the key is written.
    package var kind: String {
      switch self {
      case .run: "run"
      case .file: "file"
      case .manual: "manual"
      case .log: "log"
      }
    }
  }

  package var name: String
  /// The logs that `log` items read where nobody names others; from the checklist's folder.
  package var logs: [String]
  package var sections: [Section]

  package init(name: String, logs: [String] = [], sections: [Section]) {
    self.name = name
    self.logs = logs
    self.sections = sections
  }

  package var items: [Item] { sections.flatMap(\.items) }
}

/// A command that must end as expected. No shell: words are passed on as they are.
package struct CommandCheck: Sendable, Equatable {
  /// The program and its arguments; never empty.
  package var words: [String]
  /// Where it runs, from the checklist's folder; nil: there.
  package var folder: String?
  /// 0 to 255.
  package var exitCode: Int32
  /// Nanoseconds after which it has failed and is stopped.
  package var limit: Int64

  package static let usualLimit = 60 * EventTime.nanosecondsPerSecond
  package static let longestLimit = 86_400 * EventTime.nanosecondsPerSecond

  package init(words: [String], folder: String? = nil, exitCode: Int32 = 0, limit: Int64 = usualLimit) {
    self.words = words
    self.folder = folder
    self.exitCode = exitCode
    self.limit = limit
  }
}

/// A file as it must be; without a condition it must be there.
package struct FileCheck: Sendable, Equatable {
  /// Something that the file's text must have, or must not have.
  package struct Content: Sendable, Equatable {
    package var text: String
    /// A regular expression, in which `^` and `$` are ends of lines; else the text itself.
    package var isPattern: Bool
    package var isWanted: Bool

    package init(_ text: String, isPattern: Bool = false, isWanted: Bool = true) {
      self.text = text
      self.isPattern = isPattern
      self.isWanted = isWanted
    }
  }

  /// From the checklist's folder.
  package var path: String
  /// False: there must be no such file, and nothing else is asked.
  package var exists = true
  package var isNotEmpty = false
  /// Nanoseconds before now that it was changed at most.
  package var newerThan: Int64?
  package var contents: [Content] = []
  /// Permission bits that it may have: no other.
  package var mode: UInt32?

  package init(path: String) { self.path = path }
}

/// What a person has looked at and signed.
package struct ManualCheck: Sendable, Equatable {
  package var who: String?
  package var when: Signature?
  /// Nanoseconds for which a signature holds.
  package var longest: Int64
  /// Where the evidence is: a ticket, a recording.
  package var note: String?

  /// The time of a signature.
  package struct Signature: Sendable, Equatable {
    /// Nanoseconds since 1970.
    package var time: Int64
    /// As written: a day, or a time.
    package var text: String

    package init(time: Int64, text: String) {
      self.time = time
      self.text = text
    }

    /// A day of the signer's own zone may begin before it does in UTC.
    package var isDay: Bool { text.utf8.count == 10 }
  }

  package static let usualLongest = 30 * 86_400 * EventTime.nanosecondsPerSecond

  package init(who: String? = nil, when: Signature? = nil, longest: Int64 = usualLongest, note: String? = nil) {
    self.who = who
    self.when = when
    self.longest = longest
    self.note = note
  }
}

/// What logs of the past must say.
package struct LogCheck: Sendable {
  package enum Question: Sendable {
    /// All of them.
    case expect([Expectation])
    /// A gate's file, from the checklist's folder, and where it is named there.
    ///
    /// - rollback: nanoseconds from the gate's fail to the last request of the new version; nil: the gate must pass.
    case gate(path: String, line: Int, column: Int, rollback: Int64?)
  }

  package var question: Question
  /// Where the gate begins, in event time; nil at the first record.
  package var from: Int64?
  /// Logs of this item alone, from the checklist's folder.
  package var logs: [String]
  /// Requests of which a share, a percentile or a count that must be small is believed.
  package var leastRequests: Int64

  package static let usualLeastRequests: Int64 = 100

  package init(
    _ question: Question, from: Int64? = nil, logs: [String] = [], leastRequests: Int64 = usualLeastRequests
  ) {
    self.question = question
    self.from = from
    self.logs = logs
    self.leastRequests = leastRequests
  }
}
