package import TraceCore

/// What a follower has to report besides bytes: what happened to the file, in one sentence.
package struct FollowEvent: Sendable, Equatable {
  /// Names are stable in JSON.
  package enum Kind: String, Sendable {
    /// The file has another name now; it is read to its end under it.
    case renamed
    /// The file was cut to nothing and is written anew.
    case copytruncated = "copytruncate"
    /// Another file stands under the name without a rename: a link was turned, a file was copied over.
    case replaced
    case missing, found
    case permissionLost = "permission_lost"
    case permissionRegained = "permission_regained"
    /// Bytes came into a rotated file after reading had gone on.
    case lateBytes = "late_bytes"
    /// Something that was there is gone unread.
    case lost
    /// Another copy of what was read already: only what is new of it is read.
    case reread
  }
  package var kind: Kind
  /// The file, as the user would say it.
  package var path: String
  /// One sentence for people.
  package var text: String
  /// Bytes in question; -1 if that is not known.
  package var bytes: Int64
  /// What the ledger says of it; no generation has it among its notes.
  package var note: LedgerNote?

  package init(_ kind: Kind, path: String, text: String, bytes: Int64 = -1, note: LedgerNote? = nil) {
    self.kind = kind
    self.path = path
    self.text = text
    self.bytes = bytes
    self.note = note
  }
}
