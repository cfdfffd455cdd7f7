internal import TraceCore

/// What people felt: how many were touched, whose requests failed, what took too long.
extension ServicePage {
  static func users(_ view: ServiceView) -> ServiceMarkup {
    let out = heading("Users", view)
    if let empty = emptiness(view) { return out + empty }
    let users = view.users
    guard users.looksForPeople else { return out + ServiceTile.list(tiles(view)) }
    guard let field = users.field else {
      return out + ServiceTile.list(tiles(view))
        + """
        <p class="answer">No field of the log names a person or a client. Log one of <code>user_id</code>, <code>user</code> \
        or <code>client</code> with each request, and this page says how many people are touched and who.</p>

        """
    }
    return out + answer(users) + ServiceTile.list(tiles(view)) + people(view, field)
  }

  private static func answer(_ users: ServiceUsers) -> ServiceMarkup {
    guard users.people > 0 else { return "<p class=\"answer\">No request of this time names a person.</p>\n" }
    guard users.failedPeople > 0 else {
      return
        "<p class=\"answer\">No request failed for any of \(CountText.text(users.people, "person", plural: "people")).</p>\n"
    }
    let share = Double(users.failedPeople) / Double(users.people)
    let text =
      "\(CountText.text(users.failedPeople)) of \(CountText.text(users.people, "person", plural: "people")) had a failed request"
    return "<p class=\"answer\"><strong>\(PercentText.text(share))</strong>: \(text).</p>\n"
  }

  private static func tiles(_ view: ServiceView) -> [ServiceTile] {
    let users = view.users
    var tiles: [ServiceTile] = []
    if users.field != nil {
      tiles.append(ServiceTile("people", CountText.text(users.people), note: "with a request"))
      let share =
        users.people > 0 ? "\(PercentText.text(Double(users.failedPeople) / Double(users.people))) of them" : ""
      tiles.append(ServiceTile("people with a failure", CountText.text(users.failedPeople), note: share))
    }
    let change = ServiceText.errors(users.writes, users.writesBefore)
    tiles.append(
      ServiceTile(
        "failed writes", ServiceText.share(users.writes.errorRate),
        note: users.writes.requests > 0
          ? "\(CountText.text(users.writes.errors)) of \(CountText.text(users.writes.requests)) POST, PUT, PATCH, DELETE"
          : "no POST, PUT, PATCH or DELETE",
        before: users.writesBefore?.errorRate.map(PercentText.text), change: change))
    if view.total.timed > 0 {
      let share = PercentText.text(Double(users.slow) / Double(view.total.timed))
      tiles.append(
        ServiceTile(
          "slow requests", CountText.text(users.slow), note: "\(share) took over \(DurationText.short(users.slowLimit))"
        ))
    }
    if let retries = users.retries {
      tiles.append(ServiceTile("retries", CountText.text(retries), note: "the same route again under one id"))
    }
    return tiles
  }

  private static func people(_ view: ServiceView, _ field: String) -> ServiceMarkup {
    let rows = Array(view.users.rows.prefix(mostPeople))
    guard !rows.isEmpty else { return "" }
    var body: ServiceMarkup = "<p>By the field \(ServiceMarkup.code(field, most: 60)); most failures first.</p>\n"
    let scale = LatencyScale(typical: rows.compactMap(\.figures.p50), unicode: true)
    var table = ServiceTable(
      "people-table", "People, most failures first", .plain,
      [
        .init("who"), .init("requests", .number), .init("failed", .number), .init("failed %", .number),
        .init("4xx", .number, isMinor: true), .init("p50 \(scale.unit)", .number, isMinor: true),
        .init("p95 \(scale.unit)", .number, isMinor: true),
      ])
    for row in rows {
      let figures = row.figures
      let isWeak = ServiceText.isWeak(figures.timed, p99: false) && figures.p95 != nil
      table.append([
        .code(row.name, most: mostName), ServiceMarkup(CountText.text(figures.requests)),
        ServiceMarkup(CountText.text(figures.errors)),
        ServiceMarkup(figures.errorRate.map(PercentText.number) ?? "-"),
        ServiceMarkup(CountText.text(figures.clientErrors)), ServiceMarkup(scale.text(figures.p50)),
        ServiceMarkup((isWeak ? "~" : "") + scale.text(figures.p95)),
      ])
    }
    body += table.markup
    let more = view.users.rows.count - mostPeople
    body += leftOut(
      more, "person", plural: "people",
      "<code>skein stats --by \(IncidentText.clipped(field, 60)) --top 0</code> shows them all")
    if view.users.people > 500 { body += "<p class=\"faint\">The numbers of people are estimates.</p>\n" }
    return section("people", "People", body)
  }
}
