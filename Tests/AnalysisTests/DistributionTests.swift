import Testing

@testable import Analysis

/// Against SciPy 1.17 (norm.ppf, beta.cdf, gamma.cdf, gamma.ppf).
struct DistributionTests {
  private func near(_ a: Double, _ b: Double, _ relative: Double = 1e-10) -> Bool {
    abs(a - b) <= relative * max(abs(b), 1e-12)
  }

  @Test func normalQuantiles() {
    let known = [
      (0.95, 1.6448536269514722), (0.9875, 2.241402727604947), (0.99375, 2.497705474412374), (0.5, 0.0),
      (0.001, -3.090232306167813), (1e-8, -5.612001244174789), (0.3, -0.5244005127080409),
    ]
    for (p, z) in known { #expect(near(Normal.quantile(p), z), "\(p)") }
  }

  @Test func incompleteBeta() {
    #expect(near(Incomplete.beta(0.02, 5, 200), 0.3869403220501118))
    #expect(near(Incomplete.beta(0.95, 990, 60.5), 0.8562811234448408))
    #expect(near(Incomplete.beta(0.3, 2, 3), 0.3483))
    #expect(near(Incomplete.beta(0.5, 0.5, 0.5), 0.5))
    #expect(Incomplete.beta(0, 2, 3) == 0 && Incomplete.beta(1, 2, 3) == 1)
  }

  @Test func incompleteGamma() {
    #expect(near(Incomplete.gamma(3, 2.5), 0.6937810815867212))
    #expect(near(Incomplete.gamma(50, 40), 0.935429631078867))
    #expect(near(Incomplete.gamma(0.2, 4), 5.684024075815667e-05))
    #expect(near(Incomplete.gammaQuantile(0.05, 30), 21.593979226994882))
    #expect(near(Incomplete.gammaQuantile(0.95, 31), 40.69050759444955))
    #expect(near(Incomplete.gammaQuantile(0.95, 1), 2.9957322735539895))
  }
}
