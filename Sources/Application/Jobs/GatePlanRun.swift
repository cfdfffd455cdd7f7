package import Analysis
internal import LogSource
package import Report
internal import TraceCore

/// `skein gate --plan`: what a gate can decide at a rate, before it is used. Reads no log.
package enum GatePlanRun {
  /// - Parameters:
  ///   - rate: `10/s`, `600/min`.
  ///   - phi: how much failures scatter.
  package static func run(_ definition: GateDefinition, rate: String?, phi: Double?, style: Style) throws(Failure) {
    guard let rate else {
      throw Failure(.usage, "--plan: at what rate? Give --rate with the requests of all versions, as --rate 10/s")
    }
    guard let perSecond = OptionValue.rate(rate), perSecond > 0, perSecond <= 1e6 else {
      throw Failure(.usage, "--rate: '\(rate)' is not a rate; write for example 10/s or 600/min")
    }
    let phi = phi ?? 2
    guard phi >= 1, phi <= 100 else {
      throw Failure(
        .usage, "--phi: failures scatter 1 (independent) to 100 times as much as independent ones, not \(phi)")
    }
    var left: [String] = []
    var forecasts: [GateForecast] = []
    for (number, objective) in definition.objectives.enumerated() {
      if let forecast = GateForecast(definition, objective: number, rate: perSecond, phi: phi) {
        forecasts.append(forecast)
      } else {
        let reason =
          objective.limit.isRelative
          ? "its limit comes from a baseline"
          : objective.isOfTheService
            ? "it is about the whole service, not the new version" : "it is no share of requests"
        left.append("\(objective.text): it is not part of the plan, \(reason)")
      }
    }
    var sink = TextSink()
    GateForecastReport.text(
      forecasts, gate: definition.name, rate: rate, phi: phi, left: left, style: style, into: &sink)
    try Terminal.write(&sink)
  }
}
