/// A fact, or two together, that sets bad requests apart also while the others are held fixed: a candidate for the cause.
package struct Cause: Sendable, Equatable {
  /// One, or the two that have to hold together.
  package var facts: [Contrast.Fact]
  /// Others that are true of the same requests, as far as the log can tell.
  package var same: [Contrast.Fact] = []
  /// Shares of the bad requests, and of the others, of which it is true.
  package var shareInside: Double
  package var shareOutside: Double
  /// Share of the bad requests that are more than the rate of requests without it, within the strata of the other causes,
  /// would make of those with it.
  package var excess: Double
  /// Odds of being bad with it over those without it, the other causes held fixed; 95 %. Nil where requests with it are all
  /// bad, or those without it never.
  package var odds: Interval?
  /// Of the stratified test, the other causes held fixed.
  package var p: Double
  /// The causes that were held fixed.
  package var fixed: [[Contrast.Fact]] = []
  /// Facts that stand out by themselves, and no longer within the strata of this one.
  package var explains: [Contrast.Fact] = []
  /// Requests with it were as much worse than others around the incident.
  package var isChronic = false

  package init(
    facts: [Contrast.Fact], shareInside: Double, shareOutside: Double, excess: Double, odds: Interval?, p: Double
  ) {
    self.facts = facts
    self.shareInside = shareInside
    self.shareOutside = shareOutside
    self.excess = excess
    self.odds = odds
    self.p = p
  }
}

/// What a search for causes gives.
package struct CauseFindings: Sendable, Equatable {
  /// Those that are no more than around the incident last; before that the one that surely accounts for the most bad
  /// requests first.
  package var causes: [Cause] = []
  /// The part of the rise over the time around the incident that is on requests without any of the causes, 0 to 1: near 1
  /// where all fail alike. Nil where there is nothing around it.
  package var general: Double?
  /// Facts compared.
  package var compared = 0
  /// The suspects that are more than chance.
  package var suspects: [Contrast.Fact] = []

  package init() {}
}
