#if Vectorscan
  internal import CVectorscan
  internal import Patterns

  /// The library that scans, found once for the process. The pointers in it are of code and never change.
  @safe
  final class VectorscanLibrary: @unchecked Sendable {
    /// Never written after `init`; a variable, since C takes its address.
    var calls = unsafe skein_hs()

    /// Nil where it is not installed, is of another major version, or cannot run on this processor.
    static let shared = VectorscanLibrary()

    private init?() {
      guard unsafe skein_hs_load(&calls) else { return nil }
    }

    /// What databases depend on besides their expressions: the library's version and the processor.
    var platform: String {
      let version = unsafe String(cString: skein_hs_version(&calls))
      return "\(version) \(String(skein_hs_processor(), radix: 16))"
    }
  }

  /// An expression over bytes that stands for a rule.
  struct VectorscanExpression: Sendable, Equatable {
    var text: String
    /// In 0 ..< the number of rules.
    var rule: UInt32
    /// What it was made from.
    var outline: PatternOutline
    var acrossLines: Bool
  }

  /// Compiled expressions. Immutable, shared by threads; each scans with a `VectorscanPrefilter` of its own.
  @safe
  final class VectorscanDatabase: @unchecked Sendable {
    let library: VectorscanLibrary
    let pointer: UnsafeMutableRawPointer

    /// A database from its serialised form; nil where it was made for another version or processor.
    init?(_ bytes: ArraySlice<UInt8>, _ library: VectorscanLibrary) {
      let pointer = unsafe bytes.withUnsafeBytes { buffer in
        unsafe skein_hs_database(&library.calls, buffer.baseAddress, buffer.count)
      }
      guard let pointer = unsafe pointer else { return nil }
      self.library = library
      unsafe self.pointer = pointer
    }

    deinit {
      unsafe skein_hs_free_database(&library.calls, pointer)
    }
  }

  /// What compiling came to.
  enum VectorscanOutcome {
    /// The serialised database.
    case database([UInt8])
    /// Vectorscan does not take this one.
    case refused(expression: Int)
    /// Vectorscan does not take them together, or there is no compiler.
    case failed(String)
  }

  extension VectorscanLibrary {
    /// Compiles; some ms for each expression.
    func compile(_ expressions: [VectorscanExpression]) -> VectorscanOutcome {
      var compiler = unsafe skein_hs_compiler()
      guard unsafe skein_hs_load_compiler(&compiler) else { return .failed("there is no libhs.so.5") }
      // All texts in one buffer, each with a zero after it.
      var texts: [CChar] = []
      var starts: [Int] = []
      for expression in expressions {
        starts.append(texts.count)
        texts += expression.text.utf8CString
      }
      let flags = [UInt32](repeating: UInt32(SKEIN_HS_PREFILTER), count: expressions.count)
      let rules = expressions.map(\.rule)
      let compiled = unsafe texts.withUnsafeBufferPointer { buffer in
        let pointers = unsafe starts.map { start in unsafe buffer.baseAddress.map { unsafe $0 + start } }
        return unsafe skein_hs_compile(&compiler, pointers, flags, rules, UInt32(expressions.count))
      }
      guard let bytes = unsafe compiled.bytes else {
        if unsafe compiled.expression >= 0 { return .refused(expression: Int(unsafe compiled.expression)) }
        let message = unsafe withUnsafeBytes(of: compiled.message) { unsafe $0.prefix { $0 != 0 }.map { $0 } }
        return .failed(String(decoding: message, as: UTF8.self))
      }
      defer { unsafe skein_hs_free_bytes(bytes) }
      return .database(unsafe Array(UnsafeRawBufferPointer(start: bytes, count: compiled.count)))
    }
  }
#endif
