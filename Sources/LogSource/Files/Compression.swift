/// How a file's bytes are packed, seen from the bytes themselves and never from the name.
package enum Compression: String, Sendable {
  case none
  case gzip
  /// Recognised so that they can be refused with a hint; never read.
  case zstd, xz, bzip2, lz4, zip, compress

  /// Bytes from the front that `init(magic:)` needs to be sure.
  package static let magicLength = 10

  /// Whether skein can read it.
  package var isSupported: Bool { self == .none || self == .gzip }

  /// What unpacks it to standard output, before the file's name; nil where skein does it itself.
  package var command: String? {
    switch self {
    case .none, .gzip: nil
    case .zstd: "zstd -dc"
    case .xz: "xz -dc"
    case .bzip2: "bzip2 -dc"
    case .lz4: "lz4 -dc"
    case .zip: "unzip -p"
    case .compress: "zcat"
    }
  }

  /// From the first `magicLength` bytes, or all there are.
  package init(magic bytes: Span<UInt8>) {
    if bytes.starts([0x1F, 0x8B]) {
      self = .gzip
    } else if bytes.starts([0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else if bytes.starts([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else if bytes.starts([0x42, 0x5A, 0x68]), bytes.count >= 7, bytes[4] == 0x31, bytes[5] == 0x41, bytes[6] == 0x59 {
      // "BZh" alone could begin a line; the block magic after it could not.
      self = .bzip2
    } else if bytes.starts([0x04, 0x22, 0x4D, 0x18]) {
      self = .lz4
    } else if bytes.starts([0x50, 0x4B, 0x03, 0x04]) {
      self = .zip
    } else if bytes.starts([0x1F, 0x9D]) {
      self = .compress
    } else {
      self = .none
    }
  }
}

extension Span<UInt8> {
  fileprivate func starts(_ magic: [UInt8]) -> Bool {
    guard count >= magic.count else { return false }
    for i in magic.indices where self[i] != magic[i] { return false }
    return true
  }
}
