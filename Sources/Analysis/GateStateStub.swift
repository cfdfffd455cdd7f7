package import TraceCore
extension Gate: StateCodable { package mutating func code(_ coder: inout StateCoder) throws(StateError) { throw .notYet("gate") } }
