internal import TraceCore

/// What people felt: how many were touched, whose requests failed, what took too long.
extension ServicePage {
  static func users(_ view: ServiceView) -> ServiceMarkup {
    let out = heading("Users", view)
    if let empty = emptiness(view) { return out + empty }
    let users = view.users
    guard let field = users.field else {
      return out + ServiceTile.list(tiles(view))
        + """
        <p class="answer">No request of this time names a person or a client. Log <code>user_id</code>, <code>user</code> \
        or <code>client</code> with each request, and this page says how many people are touched and who.</p>

        """
    }
    return out + answer(users) + ServiceTile.list(tiles(view)) + people(view, field)
  }

  private static func answer(_ users: ServiceUsers) -> ServiceMarkup {
    guard users.failedPeople > 0 else {
      return "<p class=\"answer\">No request failed for any of \(users.count(users.people)).</p>\n"
    }
    let share = Double(users.failedPeople) / Double(max(users.people, 1))
    let text = "\(CountText.text(users.failedPeople)) of \(users.count(users.people)) had a failed request"
    return "<p class=\"answer\"><strong>\(PercentText.text(share))</strong>: \(text).</p>\n"
  }

  private static func tiles(_ view: ServiceView) -> [ServiceTile] {
    let users = view.users
    var tiles: [ServiceTile] = []
    if users.field != nil {
      let part = view.total.requests > 0 ? Double(users.named) / Double(view.total.requests) : 0
      tiles.append(
        ServiceTile(
          users.noun, CountText.text(users.people), note: "named by \(PercentText.text(part)) of the requests"))
      let share =
        users.people > 0 ? "\(PercentText.text(Double(users.failedPeople) / Double(users.people))) of them" : ""
      tiles.append(ServiceTile("\(users.noun) with a failure", CountText.text(users.failedPeople), note: share))
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
      let share = PercentText.text(Double(retries) / Double(max(users.identified, 1)))
      tiles.append(
        ServiceTile(
          "retries", CountText.text(retries),
          note: "\(share) of those with an id: the same route again under one id"))
    }
    return tiles
  }

  private static func people(_ view: ServiceView, _ field: String) -> ServiceMarkup {
    let users = view.users
    let rows = Array(users.rows.prefix(mostPeople))
    var notes: ServiceMarkup = ""
    if users.isEstimate {
      notes += "<p class=\"faint\">The numbers of \(users.noun) are estimates, within 2.3 % as a rule.</p>\n"
    }
    guard !rows.isEmpty else { return notes }
    var table = ServiceTable(
      "people-table", "\(users.noun.prefix(1).uppercased() + users.noun.dropFirst()), most failures first", .plain,
      [
        .init("who"), .init("failed", .number), .init("slow", .number), .init("last"), .init("request"),
      ])
    for row in rows {
      table.append([
        .code(row.name, most: mostName), ServiceMarkup(CountText.text(row.errors)),
        ServiceMarkup(CountText.text(row.slow)), ServiceMarkup(ServiceText.clock(row.last, now: view.time)),
        .trace(row.trace),
      ])
    }
    let limit = DurationText.short(users.slowLimit)
    var body: ServiceMarkup =
      "<p>By the field \(ServiceMarkup.code(field, most: 60)): failed requests, and those over \(limit).</p>\n"
    body += table.markup
    body += leftOut(
      users.rows.count - mostPeople, users.areClients ? "client" : "person", plural: users.noun,
      "<code>skein stats --by \(IncidentText.clipped(field, 60)) --top 0</code> shows them all")
    if users.otherErrors + users.otherSlow > 0 {
      body +=
        "<p class=\"faint\">\(CountText.text(users.otherErrors, "failed request")) and \(CountText.text(users.otherSlow, "slow one")) "
        + "are of others, who were too many to be kept by name.</p>\n"
    }
    return section("people", users.areClients ? "Who met it: clients" : "Who met it", body + notes)
  }
}
