import Report
import Testing

struct NumberTextTests {
  @Test(
    arguments: [
      (0, "0 ms"), (85, "85 ns"), (412_000, "412 µs"), (999_499, "999 µs"), (999_500, "1.00 ms"),
      (4_000_000, "4.00 ms"),
      (28_900_000, "28.9 ms"), (751_800_000, "752 ms"), (999_499_999, "999 ms"), (999_500_000, "1.00 s"),
      (1_494_200_000, "1.49 s"), (59_940_000_000, "59.9 s"), (59_950_000_000, "1 m 00 s"),
      (125_000_000_000, "2 m 05 s"),
      (3_599_500_000_000, "1 h 00 m"), (11_040_000_000_000, "3 h 04 m"), (190_800_000_000_000, "2 d 05 h"),
      (-4_000_000, "-4.00 ms"),
    ] as [(Int64, String)])
  func duration(nanoseconds: Int64, text: String) {
    #expect(DurationText.text(nanoseconds) == text)
  }

  @Test func durationTakesExtremesAndASCII() {
    #expect(DurationText.text(.max) == "106751 d 23 h")
    #expect(DurationText.text(.min) == "-106751 d 23 h")
    #expect(DurationText.text(412_000, unicode: false) == "412 us")
    #expect(DurationText.cell(1_494_200_000) == "1.49 s ")
    #expect(DurationText.cell(125_000_000_000) == "2 m 05 s")
  }

  @Test(
    arguments: [
      (0, "0"), (0.004, "<0.01"), (0.04, "0.04"), (7.214, "7.21"), (9.994, "9.99"), (9.995, "10.0"), (21.38, "21.4"),
      (99.94, "99.9"), (99.96, "100"), (754.5, "755"), (1494.2, "1,494"), (.infinity, "-"), (.nan, "-"),
    ] as [(Double, String)])
  func threeDigits(value: Double, text: String) {
    #expect(ThreeDigits.text(value) == text)
  }

  @Test func countsSharesAndBytes() {
    #expect(CountText.text(0) == "0")
    #expect(CountText.text(999) == "999")
    #expect(CountText.text(1_234_567) == "1,234,567")
    #expect(CountText.text(Int64.min) == "-9,223,372,036,854,775,808")
    #expect(CountText.text(1, "file") == "1 file")
    #expect(CountText.text(2, "loss", plural: "losses") == "2 losses")
    #expect(PercentText.text(0.10453) == "10.5 %")
    #expect(PercentText.text(0.000_01) == "<0.01 %")
    #expect(PercentText.text(1) == "100 %")
    #expect(BytesText.text(824) == "824 B")
    #expect(BytesText.text(5_880_216) == "5.88 MB")
    #expect(BytesText.text(999_950) == "1.00 MB")
    #expect(BytesText.text(.max) == "9.22 EB")
  }

  @Test(
    arguments: [
      (28_900_000, "28.9"), (0, "0"), (1, "0.000001"), (-3_000_000, "-3"), (-500_000, "-0.5"),
      (1_494_200_000, "1494.2"),
      (123_456_789, "123.456789"), (Int64.min, "-9223372036854.775808"),
    ] as [(Int64, String)])
  func milliseconds(nanoseconds: Int64, text: String) {
    #expect(Milliseconds.text(nanoseconds) == text)
  }

  @Test func oneUnitForATable() {
    let scale = LatencyScale(typical: [9_900_000, 28_900_000], unicode: true)
    #expect(scale.unit == "ms")
    #expect([nil, 0, 40_000, 9_900_000, 754_500_000].map(scale.text) == ["-", "0", "0.04", "9.90", "755"])
    #expect(LatencyScale(typical: [40_000, 9_000], unicode: false).unit == "us")
    #expect(LatencyScale(typical: [120_000_000_000], unicode: true).unit == "s")
    #expect(LatencyScale(typical: [], unicode: true).unit == "ms")
  }

  @Test func offsetsShareTheirDecimals() {
    #expect(OffsetScale([0, 16_000_000]).text(16_000_000) == "+16 ms")
    #expect(OffsetScale([0, 37_500_000]).text(0) == "+0.0 ms")
    #expect(OffsetScale([0, 37_512_000]).text(37_512_000) == "+37.512 ms")
    #expect(OffsetScale([0, 125_500_000_000]).text(125_500_000_000) == "+125.5 s")
    #expect(OffsetScale([0, 16_000_000]).text(-1_000_000) == "-1 ms")
  }
}

struct SparklineTests {
  @Test func heightsStartAtZeroAndGapsAreBlank() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([0, nil, 0.01, 100]) == "▁ ▂█")
    #expect(Sparkline.text([0, 0]) == "▁▁")
    #expect(Sparkline.text([]) == "")
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], unicode: false) == "_.-~=+*#")
  }

  @Test func moreValuesThanColumnsKeepThePeaks() {
    #expect(Sparkline.text([7, 0, 0, 0, nil, nil, 0, 7], columns: 4) == "█▁ █")
    #expect(Sparkline.text([7, 0], columns: 4) == "█▁")
  }
}
