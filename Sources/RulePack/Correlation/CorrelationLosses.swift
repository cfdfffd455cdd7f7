/// What a correlation could not take into account, and why.
package struct CorrelationLosses: Sendable, Equatable {
  /// Events without a time.
  package var withoutTime: Int64 = 0
  /// Events without a value for group-by: they form no group.
  package var withoutGroup: Int64 = 0
  /// Events without the field that is counted, or with a value that is no number in the condition's unit.
  package var withoutValue: Int64 = 0
  /// Events that came too late to be put where they belong.
  package var late: Int64 = 0
  /// Groups that left, for want of room, while they still mattered.
  package var groupsForgotten: Int64 = 0
  /// Events that left, for want of room, while they still mattered.
  package var eventsForgotten: Int64 = 0

  package init() {}
}
