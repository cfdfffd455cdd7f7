/// What keeps the bench from going on, in words for the person who started it.
struct BenchFault: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
