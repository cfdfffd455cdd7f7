internal import TraceCore

/// The first page: whether requests are served as before, and by what it differs.
extension ServicePage {
  static func http(_ view: ServiceView) -> ServiceMarkup {
    var out = heading("HTTP", view)
    if let empty = emptiness(view) { return out + empty }
    out += answer(view)
    out += ServiceTile.list(tiles(view))
    out += ServiceCharts.markup(view)
    out += routes(view)
    if !view.versions.isEmpty { out += versions(view) }
    if !view.instances.isEmpty { out += instances(view) }
    return out
  }

  // MARK: The answer

  /// Whether it is worse than before, in a sentence.
  private static func answer(_ view: ServiceView) -> ServiceMarkup {
    let name = ServiceText.before(view)
    guard let before = view.before, before.requests > 0 else {
      return "<p class=\"answer\">There is nothing to compare with: the log does not go back to \(name).</p>\n"
    }
    let total = view.total
    let known: [(name: String, now: String, then: String, change: LiveScreen.Change?)] = [
      (
        "failed", ServiceText.share(total.errorRate), ServiceText.share(before.errorRate),
        ServiceText.errors(total, before)
      ),
      (
        "p50", ServiceText.duration(total.p50), ServiceText.duration(before.p50),
        ServiceText.latency(\.p50, total, before)
      ),
      (
        "p95", ServiceText.duration(total.p95), ServiceText.duration(before.p95),
        ServiceText.latency(\.p95, total, before)
      ),
      (
        "p99", ServiceText.duration(total.p99), ServiceText.duration(before.p99),
        ServiceText.latency(\.p99, total, before)
      ),
    ].filter { $0.change != nil }
    guard !known.isEmpty else {
      return "<p class=\"answer\">Too few requests to compare with \(name).</p>\n"
    }
    let worse = known.filter { $0.change == .worse }
    let better = known.filter { $0.change == .better }
    let shown =
      !worse.isEmpty ? worse : !better.isEmpty ? better : known.filter { $0.name == "failed" || $0.name == "p95" }
    let word = !worse.isEmpty ? "Worse" : !better.isEmpty ? "Better" : "About the same"
    let style: ServiceMarkup = worse.isEmpty ? "answer" : "answer worse"
    let text = shown.map { "\($0.name) \($0.now), \($0.then) before" }.joined(separator: "; ")
    let other = "compared with \(name)"
    return "<p class=\"\(style)\"><strong>\(word)</strong>, \(other): \(text).</p>\n"
  }

  private static func tiles(_ view: ServiceView) -> [ServiceTile] {
    let (total, before) = (view.total, view.before)
    func amount(_ now: Double?, _ then: Double?, unit: String) -> String? {
      guard let then else { return nil }
      let words = ServiceText.amount(now, then).map { ", " + $0 } ?? ""
      return ServiceText.rate(then) + unit + words
    }
    var tiles = [
      ServiceTile(
        "requests a second", ServiceText.rate(total.ratePerSecond), note: CountText.text(total.requests, "request"),
        before: amount(total.ratePerSecond, before?.ratePerSecond, unit: "/s")),
      ServiceTile(
        "failed", ServiceText.share(total.errorRate), note: CountText.text(total.errors, "request"),
        before: before?.errorRate.map(PercentText.text), change: ServiceText.errors(total, before)),
    ]
    guard total.p50 != nil else { return tiles }
    let quantiles: [(String, KeyPath<ServiceFigures, Int64?>, String)] = [
      ("p50", \.p50, "half took at most this"), ("p95", \.p95, "1 in 20 took longer"),
      ("p99", \.p99, "1 in 100 took longer"),
    ]
    for (name, path, note) in quantiles {
      let isWeak = name != "p50" && ServiceText.isWeak(total.timed, p99: name == "p99")
      tiles.append(
        ServiceTile(
          name, (isWeak ? "~" : "") + ServiceText.duration(total[keyPath: path]),
          note: isWeak ? "of too few to trust" : note,
          before: before?[keyPath: path].map { DurationText.text($0) }, change: ServiceText.latency(path, total, before)
        ))
    }
    tiles.append(
      ServiceTile(
        "in flight", total.inFlight.map(LiveNumber.rate) ?? "-", note: inFlight(view),
        before: amount(total.inFlight, before?.inFlight, unit: "")))
    return tiles
  }

  private static func inFlight(_ view: ServiceView) -> String {
    guard let peak = view.total.peakInFlight else { return "at once, on average" }
    return "on average; at most \(CountText.text(peak)) at \(ServiceText.clock(view.total.peakTime, now: view.time))"
  }

  // MARK: Tables

  private static func routes(_ view: ServiceView) -> ServiceMarkup {
    let wanted = LiveView.Filter(view.filter)
    let rows = view.routes.filter { wanted.takes($0.name) }
    var body: ServiceMarkup =
      """
      <form class="filter" method="get" action="\(ServicePageKind.http.path)" role="search">
      <input type="hidden" name="span" value="\(view.span.rawValue)"/>
      <label for="route">Routes with</label>
      <input type="search" id="route" name="route" value="\(String(view.filter.prefix(200)))" maxlength="200"/>
      <button type="submit">Show</button>
      </form>

      """
    if rows.isEmpty {
      body += view.filter.isEmpty ? "<p>No route is known.</p>\n" : "<p>No route contains this text.</p>\n"
      return section("routes", "Routes", body)
    }
    let groups = Array(rows.prefix(mostRoutes))
    body += table("routes-table", "Routes, the busiest first", "route", groups, view).markup
    if groups.contains(where: { isWeak($0.figures) }) {
      body += "<p class=\"faint\">~ p95 of fewer than 20 or p99 of fewer than 100 durations: hardly one.</p>\n"
    }
    body += leftOut(
      rows.count - mostRoutes, "route",
      "ask for a part of their names above, or see <code>skein stats --top 0</code>, which shows them all")
    if view.total.p50 != nil {
      body += "<p class=\"faint\">Quantiles are counted in buckets and within 2 % of the value.</p>\n"
    }
    return section("routes", "Routes", body)
  }

  private static func isWeak(_ figures: ServiceFigures) -> Bool {
    figures.p95 != nil && ServiceText.isWeak(figures.timed, p99: true)
  }

  private static func versions(_ view: ServiceView) -> ServiceMarkup {
    let rows = Array(view.versions.prefix(mostVersions))
    let body =
      table("versions-table", "Versions", "version", rows, view, hasFirst: true).markup
      + leftOut(
        view.versions.count - mostVersions, "version", "<code>skein stats --by version --top 0</code> shows them all")
    return section("versions", "Versions", body)
  }

  private static func instances(_ view: ServiceView) -> ServiceMarkup {
    let rows = Array(view.instances.prefix(mostInstances))
    let body =
      table("instances-table", "Instances", "instance", rows, view).markup
      + leftOut(
        view.instances.count - mostInstances, "instance",
        "<code>skein stats --by instance --top 0</code> shows them all")
    return section("instances", "Instances", body)
  }

  /// Rows of figures with those of the time before beside them, where there was one.
  /// - Parameter hasFirst: when the first request of each ended.
  static func table(
    _ id: String, _ caption: String, _ name: String, _ rows: [ServiceRow], _ view: ServiceView, hasFirst: Bool = false
  ) -> ServiceTable {
    let scale = LatencyScale(typical: rows.compactMap(\.figures.p50), unicode: true)
    let isTimed = rows.contains { $0.figures.p50 != nil }
    let hasBefore = rows.contains { $0.before != nil }
    var columns: [ServiceTable.Column] = [
      .init(name), .init("requests", .number, isMinor: true), .init("req/s", .number), .init("failed %", .number),
    ]
    if hasBefore { columns.append(.init("before", .before, about: "failed %", isMinor: true)) }
    columns.append(.init("4xx", .number, isMinor: true))
    if isTimed {
      columns += [.init("p50 \(scale.unit)", .number, isMinor: true), .init("p95 \(scale.unit)", .number)]
      if hasBefore { columns.append(.init("before", .before, about: "p95", isMinor: true)) }
      columns.append(.init("p99 \(scale.unit)", .number, isMinor: true))
    }
    if hasFirst { columns.append(.init("since", isMinor: true)) }
    if hasBefore { columns.append(.init("change")) }
    var table = ServiceTable(id, caption, .figures, columns)
    for row in rows {
      let (now, before) = (row.figures, row.before)
      let errors = ServiceText.errors(now, before)
      let tail = ServiceText.latency(\.p95, now, before)
      func strong(_ text: String, _ isStrong: Bool) -> ServiceMarkup {
        isStrong ? "<strong>\(text)</strong>" : ServiceMarkup(text)
      }
      func latency(_ value: Int64?, p99: Bool? = nil) -> String {
        let isWeak = p99.map { ServiceText.isWeak(now.timed, p99: $0) } ?? false
        return (isWeak && value != nil ? "~" : "") + scale.text(value)
      }
      var cells: [ServiceMarkup] = [
        .code(row.name, most: mostName), ServiceMarkup(CountText.text(now.requests)),
        ServiceMarkup(ServiceText.rate(now.ratePerSecond)),
        strong(now.errorRate.map(PercentText.number) ?? "-", errors == .worse),
      ]
      if hasBefore { cells.append(ServiceMarkup(before?.errorRate.map(PercentText.number) ?? "-")) }
      cells.append(ServiceMarkup(CountText.text(now.clientErrors)))
      if isTimed {
        cells += [ServiceMarkup(latency(now.p50)), strong(latency(now.p95, p99: false), tail == .worse)]
        if hasBefore { cells.append(ServiceMarkup(scale.text(before?.p95))) }
        cells.append(ServiceMarkup(latency(now.p99, p99: true)))
      }
      if hasFirst { cells.append(ServiceMarkup(ServiceText.clock(row.first, now: view.time))) }
      if hasBefore { cells.append(ServiceMarkup(change(row, errors, tail))) }
      table.append(cells, isAccent: errors == .worse || tail == .worse)
    }
    return table
  }

  /// What of a row is worse or better than before, in words.
  private static func change(_ row: ServiceRow, _ errors: LiveScreen.Change?, _ tail: LiveScreen.Change?) -> String {
    guard let before = row.before, before.requests > 0 else { return row.figures.requests > 0 ? "new" : "" }
    if row.figures.requests == 0 { return "silent" }
    return switch (errors, tail) {
    case (.worse, .worse): "worse"
    case (.worse, _): "failures worse"
    case (_, .worse): "p95 worse"
    case (.better, .better): "better"
    case (.better, _): "failures better"
    case (_, .better): "p95 better"
    default: ""
    }
  }
}
