internal import CShims

/// Which line this thread is at, for what it says if it ends by a fault of its own (docs/decisions/0028-what-ends-the-program.md).
package enum CurrentPlace {
  /// The line, or record, at this offset of the block that was entered last is next. Costs one write.
  @inline(__always)
  package static func at(_ offset: Int) { skein_fault_at(UInt32(truncatingIfNeeded: offset)) }

  /// Nothing is read any more.
  package static func leave() { skein_fault_done() }
}
