/// A key that was pressed, as a terminal tells it.
package enum Key: Sendable, Equatable {
  /// A printable character, as typed: `S` is not `s`.
  case character(Character)
  /// With the control key, in lower case: `c` for Ctrl-C.
  case control(Character)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right, pageUp, pageDown, home, end
}
