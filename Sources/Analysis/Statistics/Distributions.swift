internal import Glibc

/// Quantiles of the standard normal distribution.
enum Normal {
  /// The value below which a standard normal variable lies with probability `p`, 0 < p < 1; to about 1e-15.
  /// Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics
  /// 37(3), 1988 (PPND16).
  static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(middle.0, r) / polynomial(middle.1, r)
    }
    var r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let coefficients: ([Double], [Double])
    if r <= 5 {
      r -= 1.6
      coefficients = tail
    } else {
      r -= 5
      coefficients = farTail
    }
    let value = polynomial(coefficients.0, r) / polynomial(coefficients.1, r)
    return q < 0 ? -value : value
  }

  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  private static let middle: ([Double], [Double]) = (
    [
      3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ],
    [
      1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
      39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ]
  )
  private static let tail: ([Double], [Double]) = (
    [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
      1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
    ],
    [
      1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
      0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ]
  )
  private static let farTail: ([Double], [Double]) = (
    [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
      0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    [
      1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 7.86869131145613259100e-4,
      1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ]
  )
}

/// The regularised incomplete beta and gamma functions: sums of binomial and of Poisson probabilities.
enum Incomplete {
  /// I_x(a, b): the chance that a Beta(a, b) variable is at most `x`; a, b > 0.
  /// Source: W. J. Lentz's continued fraction, as in Press et al., "Numerical Recipes", 3rd ed., section 6.4.
  static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2)
      ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(1 - x, b, a) / b
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if abs(d) < tiny { d = tiny }
    d = 1 / d
    var h = d
    for m in 1...10_000 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 + even * d
      c = 1 + even / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + odd * d
      c = 1 + odd / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let step = d * c
      h *= step
      if abs(step - 1) < 1e-14 { break }
    }
    return h
  }

  /// P(a, x): the chance that a Gamma(a, 1) variable is at most `x`; a > 0.
  /// Source: series and continued fraction, as in Press et al., "Numerical Recipes", 3rd ed., section 6.2.
  static func gamma(_ x: Double, _ a: Double) -> Double {
    if x <= 0 { return 0 }
    let front = exp(a * log(x) - x - logGamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      for n in 1...100_000 {
        term *= x / (a + Double(n))
        sum += term
        if term < sum * 1e-15 { break }
      }
      return front * sum
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1...100_000 {
      let i = Double(i)
      let an = -i * (i - a)
      b += 2
      d = an * d + b
      c = b + an / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let step = d * c
      h *= step
      if abs(step - 1) < 1e-15 { break }
    }
    return 1 - front * h
  }

  /// The x at which P(a, x) is `p`. By halving, about 1e-12 relative.
  static func gammaQuantile(_ p: Double, _ a: Double) -> Double {
    var high = a + 1
    while gamma(high, a) < p { high *= 2 }
    return root(from: 0, to: high) { gamma($0, a) < p }
  }

  /// The x at which I_x(a, b) is `p`. By halving, about 1e-12.
  static func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    root(from: 0, to: 1) { beta($0, a, b) < p }
  }

  private static func root(from low: Double, to high: Double, isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<60 where high - low > 1e-13 * high {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Source: C. Lanczos, "A Precision Approximation of the Gamma Function", SIAM J. Numer. Anal. B 1, 1964 (g = 7).
  static func logGamma(_ x: Double) -> Double {
    guard x >= 0.5 else { return log(Double.pi / sin(Double.pi * x)) - logGamma(1 - x) }
    let x = x - 1
    var sum = lanczos[0]
    for i in 1..<lanczos.count { sum += lanczos[i] / (x + Double(i)) }
    let t = x + 7.5
    return 0.5 * log(2 * Double.pi) + (x + 0.5) * log(t) - t + log(sum)
  }

  private static let lanczos = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
}
