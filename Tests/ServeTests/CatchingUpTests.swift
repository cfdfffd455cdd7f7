import Testing

@testable import Application

/// When a service has read what was there: also on a log that never rests.
struct CatchingUpTests {
  @Test func aLogThatRests() {
    var state = CatchingUp()
    for _ in 0..<100 { state.note(hasRead: true, isBehind: true) }
    #expect(!state.isOver)
    state.note(hasRead: false, isBehind: false)
    #expect(state.isOver)
  }

  @Test func aLogThatNeverRests() {
    var state = CatchingUp()
    for _ in 0..<3 { state.note(hasRead: true, isBehind: false) }
    state.note(hasRead: true, isBehind: true)
    for _ in 0..<4 { state.note(hasRead: true, isBehind: false) }
    #expect(!state.isOver)
    state.note(hasRead: true, isBehind: false)
    #expect(state.isOver)
    // Once is for ever: a burst later is no start.
    state.note(hasRead: true, isBehind: true)
    #expect(state.isOver)
  }
}
