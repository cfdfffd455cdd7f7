import Analysis

extension PlantedLog {
  /// All requests with their facts, as a survey of the log would keep some of them.
  var sample: RequestSample {
    var facts: [Contrast.Fact] = []
    var numbers: [String: Int] = [:]
    var counted = [Int64](repeating: 0, count: RequestSample.parts)
    let requests = rows.map { request, _, isFailed in
      var marks: RequestSample.Marks = request.time >= onset && request.time < recovery ? .inside : []
      if isFailed { marks.formUnion([.bad, .failed]) }
      counted[marks.part] += 1
      let own = service.logged(request).map { name, value in
        let key = "\(name)=\(value)"
        if let number = numbers[key] { return number }
        numbers[key] = facts.count
        facts.append(Contrast.Fact(name: name, value: value))
        return facts.count - 1
      }
      return (time: Int64(request.time * 1e9), route: request.route, marks: marks, facts: own)
    }
    var sample = RequestSample(
      facts: facts, routes: service.routes.map { "\($0.method) \($0.path)" }, counted: counted)
    sample.manyValued = ["user_id"]
    for request in requests {
      sample.add(time: request.time, route: request.route, marks: request.marks, facts: request.facts)
    }
    return sample
  }
}
