internal import Analysis
internal import TraceCore

/// Remembers requests worth showing, of each route: the first that failed, the slowest that failed, the slowest that did not.
///
/// Ties go to the earlier one. Memory: three requests a route.
struct RequestPicker {
  private struct Choice {
    var id: String
    var life: UInt64
    var request: RequestEvent
  }

  private struct Choices {
    var firstFailed: Choice?
    var slowestFailed: Choice?
    var slowest: Choice?
  }

  private var routes: ContiguousArray<Choices> = []

  /// Only requests with an id can be shown.
  mutating func take(_ request: RequestEvent, hasFailed: Bool, life: UInt64, id: () -> String) {
    guard life != 0, request.route >= 0 else { return }
    let route = Int(request.route)
    while routes.count <= route { routes.append(Choices()) }
    func isSlower(_ known: Choice?) -> Bool {
      guard request.duration >= 0 else { return false }
      return known.map { request.duration > $0.request.duration } ?? true
    }
    if hasFailed {
      if routes[route].firstFailed == nil {
        routes[route].firstFailed = Choice(id: id(), life: life, request: request)
      }
      if isSlower(routes[route].slowestFailed) {
        routes[route].slowestFailed = Choice(id: id(), life: life, request: request)
      }
    } else if isSlower(routes[route].slowest) {
      routes[route].slowest = Choice(id: id(), life: life, request: request)
    }
  }

  /// All of them, by number of the route.
  func picks(_ name: (Int32) -> String) -> [SurveyResult.Pick] {
    routes.flatMap { route in
      let choices: [(SurveyResult.Pick.Reason, Choice?)] = [
        (.firstFailed, route.firstFailed), (.slowestFailed, route.slowestFailed), (.slowest, route.slowest),
      ]
      return choices.compactMap { reason, choice in
        choice.map {
          SurveyResult.Pick(
            reason: reason, route: name($0.request.route), id: $0.id, life: $0.life, time: $0.request.time,
            duration: $0.request.duration, status: Int($0.request.status))
        }
      }
    }
  }
}
