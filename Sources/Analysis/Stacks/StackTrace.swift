/// A traceback in the text of a record, read: a chain of exceptions with their frames, the root cause first.
///
/// Python (chained, groups), Java and Kotlin, Node, Go, .NET, Ruby, Rust, PHP, Elixir, Dart, C++ and Swift, Perl, Lua and
/// Haskell, in the forms that their runtimes print.
/// It looks at lines only and believes nothing: text that is no traceback is nil, and what is odd in one is passed over.
/// Reading is linear in the text; of a line the first `longestLine` bytes count, and of a chain at most `mostFrames` frames of
/// an exception and `mostLinks` exceptions.
package struct StackTrace: Sendable, Equatable {
  package struct Frame: Sendable, Equatable {
    /// As people name it: `checkout`, `Pool.take`, `main.(*Server).serve`.
    package var function: String?
    package var file: String?
    /// From 1.
    package var line: Int?
    /// Of the service itself: not of its language, nor of a library where the path or name tells.
    package var isOwn: Bool

    package init(function: String?, file: String?, line: Int?, isOwn: Bool) {
      self.function = function
      self.file = file
      self.line = line
      self.isOwn = isOwn
    }

    /// `checkout (app.py:512)`
    package var text: String {
      let name = file.map { String($0.split { $0 == "/" || $0 == "\\" }.last ?? $0[...]) }
      let place = name.map { name in line.map { "\(name):\($0)" } ?? name }
      switch (function, place) {
      case (let function?, let place?): return "\(function) (\(place))"
      case (let function?, nil): return function
      case (nil, let place): return place ?? "?"
      }
    }
  }

  /// One exception of the chain.
  package struct Link: Sendable, Equatable {
    /// As logged: `app.PoolExhausted`.
    package var type: String
    /// The first line of it; may be empty.
    package var message: String
    /// Innermost first.
    package var frames: [Frame]

    package init(type: String, message: String, frames: [Frame] = []) {
      self.type = type
      self.message = message
      self.frames = frames
    }

    /// Where it was raised: the innermost frame of the service's own code, else the innermost.
    package var frame: Frame? { frames.first(where: \.isOwn) ?? frames.first }

    /// Keeps the frames at both ends: a recursion is long in the middle.
    mutating func append(_ frame: Frame) {
      frames.append(frame)
      if frames.count > StackTrace.mostFrames { frames.removeSubrange(64..<StackTrace.mostFrames / 2 + 64) }
    }
  }

  static let longestLine = 1_024
  static let mostFrames = 512
  static let mostLinks = 64

  /// The root cause first, what it became last at the end; never empty.
  package var links: [Link]

  package var cause: Link { links[0] }

  /// Where the service's own code was when the cause was raised: the innermost own frame of the cause, or of what it became (a
  /// cause in a library has no frames of the service where the runtime leaves out those that both have); else any.
  package var frame: Frame? {
    for link in links { if let own = link.frames.first(where: \.isOwn) { return own } }
    for link in links { if let first = link.frames.first { return first } }
    return nil
  }

  init?(links: [Link]) {
    guard !links.isEmpty else { return nil }
    self.links = links
  }
}
