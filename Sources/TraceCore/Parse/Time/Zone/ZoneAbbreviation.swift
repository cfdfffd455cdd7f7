/// What the abbreviation of a zone after a time means.
///
/// Those that one place of the world uses have their offset (as in PostgreSQL's default set, and the larger zones beside
/// it). Those that several use (`IST` is Ireland's, India's and Israel's) are known as zones, but have none: a guess at the
/// offset would be a wrong time.
enum ZoneAbbreviation: BitwiseCopyable, Equatable {
  /// Seconds east of Greenwich.
  case offset(Int32)
  case ambiguous

  /// The abbreviation that `start ..< end` is, in capitals; nil if it is none that is known.
  init?(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    guard end - start >= 3, end - start <= 4 else { return nil }
    var key = 0
    for i in start..<end {
      guard bytes[i] &- 0x41 < 26 else { return nil }
      key = key << 8 | Int(bytes[i])
    }
    guard let found = ZoneAbbreviation.named(key) else { return nil }
    self = found
  }

  private static func hours(_ hours: Int32, _ minutes: Int32 = 0) -> ZoneAbbreviation {
    .offset(hours * 3600 + minutes * 60)
  }

  /// - Parameter key: the letters as one integer, the first highest.
  private static func named(_ key: Int) -> ZoneAbbreviation? {
    switch key {
    case 0x555443, 0x474D54, 0x574554: hours(0)  // UTC GMT WET
    case 0x434554, 0x57455354: hours(1)  // CET WEST
    case 0x43455354, 0x454554, 0x53415354: hours(2)  // CEST EET SAST
    case 0x45455354, 0x4D534B: hours(3)  // EEST MSK
    case 0x504B54: hours(5)  // PKT
    case 0x4E5054: hours(5, 45)  // NPT
    case 0x484B54, 0x534754, 0x41575354: hours(8)  // HKT SGT AWST
    case 0x4A5354, 0x4B5354: hours(9)  // JST KST
    case 0x41435354: hours(9, 30)  // ACST
    case 0x41455354: hours(10)  // AEST
    case 0x41434454: hours(10, 30)  // ACDT
    case 0x41454454: hours(11)  // AEDT
    case 0x4E5A5354: hours(12)  // NZST
    case 0x4E5A4454: hours(13)  // NZDT
    case 0x454454: hours(-4)  // EDT
    case 0x455354, 0x434454: hours(-5)  // EST CDT
    case 0x4D4454: hours(-6)  // MDT
    case 0x4D5354, 0x504454: hours(-7)  // MST PDT
    case 0x505354, 0x414B4454: hours(-8)  // PST AKDT
    case 0x414B5354: hours(-9)  // AKST
    case 0x485354: hours(-10)  // HST
    // IST BST CST AST ADT SST GST ECT NST NDT ACT AMT ICT PHT WAT CAT EAT PYT PET BRT ART CLT COT UYT GFT VET
    case 0x495354, 0x425354, 0x435354, 0x415354, 0x414454, 0x535354, 0x475354, 0x454354, 0x4E5354, 0x4E4454, 0x414354,
      0x414D54, 0x494354, 0x504854, 0x574154, 0x434154, 0x454154, 0x505954, 0x504554, 0x425254, 0x415254, 0x434C54,
      0x434F54, 0x555954, 0x474654, 0x564554:
      .ambiguous
    default: nil
    }
  }
}
