import Testing

@testable import Application

/// When a service has read what was there: also on a log that never rests.
struct CatchingUpTests {
  private static let second: Int64 = 1_000_000_000

  @Test func aLogThatRests() {
    var state = CatchingUp()
    for step in 0..<100 as Range<Int64> {
      state.note(hasRead: true, isBehind: true, isWaiting: false, at: step * Self.second)
    }
    #expect(!state.isOver)
    state.note(hasRead: false, isBehind: false, isWaiting: false, at: 100 * Self.second)
    #expect(state.isOver)
  }

  /// A rotated file is at its end for a second, and its successor not begun; a log waits for another one.
  @Test func whatIsWaitedForIsNotRead() {
    var state = CatchingUp()
    for step in 0..<30 as Range<Int64> {
      state.note(hasRead: false, isBehind: false, isWaiting: true, at: step * Self.second / 10)
    }
    #expect(!state.isOver)
    state.note(hasRead: true, isBehind: false, isWaiting: false, at: 3 * Self.second)
    #expect(!state.isOver)
    state.note(hasRead: false, isBehind: false, isWaiting: false, at: 3 * Self.second + 1)
    #expect(state.isOver)
  }

  @Test func aLogThatNeverRests() {
    var state = CatchingUp()
    for step in 0..<3 as Range<Int64> {
      state.note(hasRead: true, isBehind: false, isWaiting: false, at: step * Self.second)
    }
    state.note(hasRead: true, isBehind: true, isWaiting: false, at: 3 * Self.second)
    for step in 0..<200 as Range<Int64> {
      state.note(hasRead: true, isBehind: false, isWaiting: false, at: (3_000 + step * 20) * Self.second / 1_000)
    }
    #expect(!state.isOver)
    state.note(hasRead: true, isBehind: false, isWaiting: true, at: 7 * Self.second)
    #expect(state.isOver)
    // Once is for ever: a burst later is no start.
    state.note(hasRead: true, isBehind: true, isWaiting: false, at: 8 * Self.second)
    #expect(state.isOver)
  }
}
