/// What the numbers in a gate's requests are called; asked for verdicts only.
package struct GateNames {
  /// A kind of closing records that are not counted as requests.
  package struct Source: Sendable, Equatable {
    /// As it is given to `--requests-from`.
    package var name: String
    /// Why they are not counted, as a clause: `they share no id with those that are`. May be empty.
    package var reason: String
    /// What counts them, as a clause: `--requests-from all counts them`. Nil: that option does.
    package var remedy: String?

    package init(name: String, reason: String = "", remedy: String? = nil) {
      self.name = name
      self.reason = reason
      self.remedy = remedy
    }
  }

  package var route: (Int32) -> String
  package var instance: (Int32) -> String
  package var source: (Int32) -> Source

  package init(
    route: @escaping (Int32) -> String, instance: @escaping (Int32) -> String = { "instance \($0)" },
    source: @escaping (Int32) -> Source = { Source(name: "source \($0)") }
  ) {
    self.route = route
    self.instance = instance
    self.source = source
  }

  func name(_ number: Int32, _ part: Objective.Part) -> String {
    switch part {
    case .route: route(number)
    case .instance: instance(number)
    }
  }
}
