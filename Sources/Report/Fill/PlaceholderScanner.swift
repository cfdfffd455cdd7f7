internal import Analysis

/// Walks over a Markdown document, paragraph by paragraph, and finds placeholders with what they stand in.
///
/// Of Markdown it knows fenced code (also in quotes and lists), code spans, backslashes and rows of tables, by
/// CommonMark 0.31, sections 2.4, 4.5 and 6.1, and GitHub's tables. Code by indentation is text to it, and so is HTML.
struct PlaceholderScanner {
  private let bytes: [UInt8]
  /// The line that `lineStart` begins, from 1.
  private var line = 1
  private var lineStart = 0
  /// Characters of the line before `columnAt`.
  private var column = 0
  private var columnAt = 0
  private var found: [FillTemplate.Placeholder] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func scan() -> [FillTemplate.Placeholder] {
    var paragraph = 0
    var at = 0
    var fence: (byte: UInt8, count: Int)?
    while at < bytes.count {
      let end = bytes[at...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
      if let open = fence {
        if let close = fenceRun(at, end), close.byte == open.byte, close.count >= open.count, close.isBare {
          scan(paragraph..<at, isCode: true)
          paragraph = end
          fence = nil
        }
      } else if let run = fenceRun(at, end), run.opens {
        scan(paragraph..<at, isCode: false)
        paragraph = at
        fence = (run.byte, run.count)
      } else if isBlank(at, end) {
        scan(paragraph..<end, isCode: false)
        paragraph = end
      }
      at = end
    }
    scan(paragraph..<bytes.count, isCode: fence != nil)
    return found
  }

  // MARK: Lines

  private func isBlank(_ start: Int, _ end: Int) -> Bool {
    bytes[start..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
  }

  /// The first byte of a line that is neither a blank nor the sign of a quote.
  private func contentStart(_ start: Int, _ end: Int) -> Int {
    bytes[start..<end].firstIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x3E } ?? end
  }

  /// A run of three or more backticks or tildes that a line begins with.
  private func fenceRun(_ start: Int, _ end: Int) -> (byte: UInt8, count: Int, opens: Bool, isBare: Bool)? {
    let first = contentStart(start, end)
    guard first < end, bytes[first] == 0x60 || bytes[first] == 0x7E else { return nil }
    let byte = bytes[first]
    let behind = bytes[first..<end].firstIndex { $0 != byte } ?? end
    guard behind - first >= 3 else { return nil }
    // What follows backticks and holds one is a code span.
    let opens = byte == 0x7E || !bytes[behind..<end].contains(0x60)
    return (byte, behind - first, opens, isBlank(behind, end))
  }

  // MARK: Paragraphs

  private mutating func scan(_ range: Range<Int>, isCode: Bool) {
    guard bytes[range].contains(0x5B) else { return }
    let spans = isCode ? [] : codeSpans(range)
    var span = 0
    var at = range.lowerBound
    while at < range.upperBound {
      guard bytes[at] == 0x5B, isPlaceholder(at, range) else {
        at += 1
        continue
      }
      while span < spans.count, spans[span].upperBound <= at { span += 1 }
      let context: FillTemplate.Context =
        isCode
        ? .codeBlock
        : span < spans.count && spans[span].contains(at) ? .codeSpan(end: spans[span].upperBound) : .text
      at = take(at, in: range, context)
    }
  }

  /// Code spans of a paragraph, backticks included: a run of backticks up to the next run of the same length.
  private func codeSpans(_ range: Range<Int>) -> [Range<Int>] {
    var runs: [(start: Int, end: Int, isEscaped: Bool)] = []
    var at = range.lowerBound
    while let start = bytes[at..<range.upperBound].firstIndex(of: 0x60) {
      let end = bytes[start..<range.upperBound].firstIndex { $0 != 0x60 } ?? range.upperBound
      runs.append((start, end, isEscaped(start, from: range.lowerBound)))
      at = end
    }
    // For each length the runs of that length, so that a paragraph of lone runs costs no search each.
    var byLength: [Int: (runs: [Int], next: Int)] = [:]
    for (number, run) in runs.enumerated() { byLength[run.end - run.start, default: ([], 0)].runs.append(number) }
    var spans: [Range<Int>] = []
    var number = 0
    while number < runs.count {
      let run = runs[number]
      let start = run.isEscaped ? run.start + 1 : run.start
      guard run.end > start, var same = byLength[run.end - start] else {
        number += 1
        continue
      }
      while same.next < same.runs.count, same.runs[same.next] <= number { same.next += 1 }
      byLength[run.end - start] = same
      guard same.next < same.runs.count else {
        number += 1
        continue
      }
      let close = same.runs[same.next]
      spans.append(start..<runs[close].end)
      number = close + 1
    }
    return spans
  }

  /// Whether an odd number of backslashes stands before a byte.
  private func isEscaped(_ place: Int, from start: Int) -> Bool {
    var at = place
    while at > start, bytes[at - 1] == 0x5C { at -= 1 }
    return (place - at) % 2 == 1
  }

  // MARK: Placeholders

  private static let word = Array("MEASURE".utf8)

  private func isPlaceholder(_ at: Int, _ range: Range<Int>) -> Bool {
    let behind = at + 1 + Self.word.count
    guard behind <= range.upperBound, !isEscaped(at, from: range.lowerBound) else { return false }
    for (offset, byte) in Self.word.enumerated() where bytes[at + 1 + offset] & 0xDF != byte { return false }
    guard behind < range.upperBound else { return true }
    return [0x20, 0x09, 0x0D, 0x0A, 0x5D].contains(bytes[behind])
  }

  /// Where the placeholder at `start` ends: after its bracket.
  private func end(_ start: Int, _ range: Range<Int>) -> Int? {
    let limit = min(range.upperBound, start + FillTemplate.longest)
    var quote: UInt8?
    var at = start + 1
    while at < limit {
      let byte = bytes[at]
      if let open = quote {
        if byte == 0x5C, open != 0x60 { at += 1 } else if byte == open { quote = nil }
      } else if byte == 0x22 || byte == 0x27 || byte == 0x60 {
        quote = byte
      } else if byte == 0x5D {
        return at + 1
      }
      at += 1
    }
    // A quote that is never closed: the bracket then ends it all the same, and the reader tells of the quote.
    return quote == nil ? nil : bytes[start..<limit].firstIndex(of: 0x5D).map { $0 + 1 }
  }

  /// Notes the placeholder at `start`; returns where to go on.
  private mutating func take(_ start: Int, in range: Range<Int>, _ context: FillTemplate.Context) -> Int {
    let (line, column) = place(of: start)
    guard let end = end(start, range) else {
      let word = start..<start + 1 + Self.word.count
      add(
        word, line, column, context,
        .failure(
          FillProblem("this placeholder is never closed: a `]` is missing in its paragraph", line: line, column: column)
        ))
      return word.upperBound
    }
    let body = body(start + 1..<end - 1)
    let reading: Result<Measure, FillProblem>
    do throws(MeasureReader.Fault) {
      let measure = try MeasureReader.read(placeholder: body.text)
      if end < range.upperBound, bytes[end] == 0x28, !context.isCode {
        reading = .failure(
          FillProblem(
            "followed by `(` this is a link: put a blank between them, or a backslash before the bracket to keep it",
            line: line, column: column))
      } else {
        reading = .success(measure)
      }
    } catch {
      // The text of a link that happens to begin with the word.
      if end < range.upperBound, bytes[end] == 0x28, !context.isCode { return end }
      let fault = place(of: body.places[min(error.offset, body.places.count - 1)])
      reading = .failure(FillProblem(error.message, line: fault.line, column: fault.column))
    }
    add(start..<end, line, column, context, reading)
    return end
  }

  private mutating func add(
    _ range: Range<Int>, _ line: Int, _ column: Int, _ context: FillTemplate.Context,
    _ reading: Result<Measure, FillProblem>
  ) {
    found.append(
      FillTemplate.Placeholder(
        range: range, line: line, column: column, text: String(decoding: bytes[range], as: UTF8.self),
        context: context, reading: reading))
  }

  /// The text between the brackets with the byte of each character: a line break is a blank, and in the row of a table `\|`
  /// is a bar, as it is to Markdown.
  private func body(_ range: Range<Int>) -> (text: String, places: [Int]) {
    let isRow = isInTable(range.lowerBound)
    var text = ""
    var places: [Int] = []
    var at = range.lowerBound
    for character in String(decoding: bytes[range], as: UTF8.self) {
      defer { at += character.utf8.count }
      if isRow, character == "|", text.last == "\\" {
        text.removeLast()
        places.removeLast()
      }
      text.append(character.isNewline ? " " : character)
      places.append(at)
    }
    places.append(range.upperBound)
    return (text, places)
  }

  /// Whether the line of the last place asked for begins with a bar.
  private func isInTable(_ place: Int) -> Bool {
    let first = contentStart(lineStart, min(place, lineStart + 80))
    return first < place && bytes[first] == 0x7C
  }

  /// Line and column of a byte. Places are asked for in order, so that all together cost one walk.
  private mutating func place(of byte: Int) -> (line: Int, column: Int) {
    let byte = max(byte, columnAt)
    while let newline = bytes[columnAt..<byte].firstIndex(of: 0x0A) {
      line += 1
      (lineStart, columnAt, column) = (newline + 1, newline + 1, 0)
    }
    column += bytes[columnAt..<byte].count { $0 & 0xC0 != 0x80 }
    columnAt = byte
    return (line, column + 1)
  }
}
