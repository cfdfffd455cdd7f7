/// What the readers of stack traces ask of a line.
extension Substring {
  /// Blanks and tabs in front.
  var indent: Int { utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count }

  var trimmed: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text.drop { $0 == " " || $0 == "\t" }
  }

  /// What follows a prefix; nil without it.
  func after(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }

  /// What stands before and after the first appearance of a text.
  func cut(at text: String) -> (before: Substring, after: Substring)? {
    firstRange(of: text).map { (self[..<$0.lowerBound], self[$0.upperBound...]) }
  }

  func cut(atLast text: String) -> (before: Substring, after: Substring)? {
    ranges(of: text).last.map { (self[..<$0.lowerBound], self[$0.upperBound...]) }
  }

  /// `app.py:512` as its parts; nil without a number at the end.
  var placeAndLine: (file: Substring, line: Int)? {
    guard let (file, number) = cut(atLast: ":"), let line = Int(number), !file.isEmpty else { return nil }
    return (file, line)
  }
}

extension StackTrace.Link {
  /// `app.PoolExhausted: no connection`, `KeyError`, `App\Error: x`: a name of a type, then nothing or a colon.
  init?(head line: Substring) {
    let name = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._$\\:".contains($0)) }
    var type = name
    // A colon of the message is none of the name; those of `Foo::Bar` are.
    if let (before, _) = name.cut(at: ": ") { type = before }
    while type.last == ":" { type = type.dropLast() }
    var rest = line[type.endIndex...]
    // Node's code: `TypeError [ERR_X]: message`.
    if let (code, after) = rest.after(" [")?.cut(at: "]"), !code.isEmpty,
      code.allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" })
    {
      rest = after
    }
    guard let first = type.first, first.isLetter || first == "_", type.contains(where: { $0.isUppercase || $0 == "." }),
      type.last != ".", rest.isEmpty || rest.first == ":"
    else { return nil }
    self.init(type: String(type), message: String(rest.dropFirst().trimmed))
  }

  /// As `init(head:)`, of an exception that is named somewhere in a line of the log: the first word that says it is one.
  init?(within line: Substring) {
    var rest = line
    while let place = rest.firstIndex(where: { $0.isLetter }) {
      rest = rest[place...]
      let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._$\\".contains($0)) }
      let saysSo = ["Error", "Exception", "Throwable", "Failure"].contains { word.hasSuffix($0) }
      if saysSo, let link = StackTrace.Link(head: rest) {
        // `Exception: RuntimeError: no stock`: the word is a label.
        let inner = word == "Exception" || word == "Error" ? StackTrace.Link(within: link.message[...]) : nil
        self = inner.flatMap { link.message.hasPrefix($0.type) ? $0 : nil } ?? link
        return
      }
      rest = rest.dropFirst(Swift.max(word.count, 1))
    }
    return nil
  }
}

/// Tells a service's own code from what it stands on.
enum OwnCode {
  /// In paths of libraries and of what comes with a language.
  private static let foreignPaths = [
    "site-packages/", "dist-packages/", "/lib/python", "/usr/lib/", "<frozen ", "<string>", "node_modules/", "node:",
    "internal/modules/", "/usr/local/go/src/", "/usr/lib/go", "/go/pkg/mod/", "/opt/go/", "/gems/", "/rubies/",
    "<internal:",
    "/vendor/", "/rustc/", ".cargo/registry/", "[internal function]", "<anonymous>", "site-packages\\",
  ]
  /// In front of names of classes, functions and modules.
  private static let foreignNames = [
    "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.", "kotlin.", "kotlinx.", "scala.", "groovy.", "akka.",
    "org.springframework.", "org.apache.", "org.hibernate.", "org.eclipse.", "org.postgresql.", "org.junit.",
    "org.slf4j.",
    "com.zaxxer.", "com.mysql.", "com.google.", "com.fasterxml.", "io.netty.", "io.grpc.", "io.vertx.", "reactor.",
    "okhttp3.",
    "retrofit2.", "ch.qos.", "System.", "Microsoft.", "Npgsql.", "Newtonsoft.", "lambda_method", "runtime.", "runtime/",
    "net/http.", "panic(", "testing.", "std::", "core::", "alloc::", "<alloc::", "<core::", "<std::", "tokio::",
    "hyper::",
    "rust_begin_unwind", "__rust", "__libc", "_start", "start_thread", "clone",
  ]

  static func isOwn(path: Substring) -> Bool { !foreignPaths.contains { path.contains($0) } }
  static func isOwn(name: Substring) -> Bool { !foreignNames.contains { name.hasPrefix($0) } }
}
