internal import CZlib
internal import Glibc

/// All bytes of a file.
package func readFile(_ path: String) throws(FileFault) -> [UInt8] {
  guard let file = unsafe fopen(path, "rb") else { throw FileFault(path: path, what: "cannot be opened: \(reason())") }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe fread(&chunk, 1, chunk.count, file)
    bytes += chunk[..<count]
    if count < chunk.count { break }
  }
  guard unsafe ferror(file) == 0 else { throw FileFault(path: path, what: "cannot be read: \(reason())") }
  return bytes
}

/// Makes or replaces a file.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileFault) {
  guard let file = unsafe fopen(path, "wb") else { throw FileFault(path: path, what: "cannot be made: \(reason())") }
  let written = unsafe fwrite(bytes, 1, bytes.count, file)
  let closed = unsafe fclose(file)
  guard written == bytes.count, closed == 0 else {
    throw FileFault(path: path, what: "cannot be written: \(reason())")
  }
}

/// What whole gzip members hold, one after another; nil if the data is not gzip, or cut short.
package func gunzip(_ packed: [UInt8]) -> [UInt8]? {
  var packed = packed
  var plain: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 18)
  let chunkSize = chunk.count
  return unsafe packed.withUnsafeMutableBufferPointer { input -> [UInt8]? in
    unsafe chunk.withUnsafeMutableBufferPointer { output -> [UInt8]? in
      var stream = unsafe z_stream()
      // 15 + 16: the largest window, and a gzip header is demanded.
      guard unsafe inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        return nil
      }
      defer { unsafe inflateEnd(&stream) }
      unsafe stream.next_in = input.baseAddress
      unsafe stream.avail_in = UInt32(input.count)
      while true {
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(chunkSize)
        let result = unsafe inflate(&stream, Z_NO_FLUSH)
        unsafe plain += output[..<(chunkSize - Int(stream.avail_out))]
        switch result {
        case Z_OK: continue
        case Z_STREAM_END:
          if unsafe stream.avail_in == 0 { return plain }
          unsafe inflateReset(&stream)
        default: return nil
        }
      }
    }
  }
}

/// A gzip member that holds `plain`: for tests that need rotated files of their own.
package func gzip(_ plain: [UInt8]) -> [UInt8] {
  var plain = plain
  var packed = [UInt8](repeating: 0, count: Int(compressBound(UInt(plain.count))) + 64)
  let room = packed.count
  let count = unsafe plain.withUnsafeMutableBufferPointer { input -> Int in
    unsafe packed.withUnsafeMutableBufferPointer { output -> Int in
      var stream = unsafe z_stream()
      let size = unsafe Int32(MemoryLayout<z_stream>.size)
      let opened = unsafe deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
      precondition(opened == Z_OK, "zlib has no memory")
      defer { unsafe deflateEnd(&stream) }
      unsafe stream.next_in = input.baseAddress
      unsafe stream.avail_in = UInt32(input.count)
      unsafe stream.next_out = output.baseAddress
      unsafe stream.avail_out = UInt32(room)
      precondition(unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END, "compressBound is a bound")
      return room - Int(unsafe stream.avail_out)
    }
  }
  return Array(packed[..<count])
}

/// What errno says.
func reason() -> String { unsafe String(cString: strerror(errno)) }
