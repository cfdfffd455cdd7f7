import Testing

@testable import Application

/// How the text of --on-alert becomes words.
struct HookCommandTests {
  @Test(arguments: [
    ("notify", ["notify"]), ("  a  b\tc ", ["a", "b", "c"]), ("a 'b c' d", ["a", "b c", "d"]), ("a'b'\"c\"d", ["abcd"]),
    (#"a "b \" \\ \n" c"#, ["a", #"b " \ \n"#, "c"]), (#"a\ b \'c"#, ["a b", "'c"]), ("a '' \"\"", ["a", "", ""]),
    (#"sh -c 'jq -r .title | mail -s "$1" me' x"#, ["sh", "-c", #"jq -r .title | mail -s "$1" me"#, "x"]),
    ("a $HOME *.log `b` ; c", ["a", "$HOME", "*.log", "`b`", ";", "c"]), ("é 'ü x'", ["é", "ü x"]),
  ])
  func words(text: String, words: [String]) throws {
    let command = try HookCommand(parsing: text, option: "--on-alert")
    #expect(command.words == words)
    #expect(command.text == text)
  }

  @Test(arguments: ["", "   ", "''", "a 'b", "a \"b", "a \\", "a \u{0}"])
  func mistakes(text: String) {
    #expect {
      try HookCommand(parsing: text, option: "--on-alert")
    } throws: { error in
      guard let failure = error as? Failure else { return false }
      return failure.code == .usage && failure.message.hasPrefix("--on-alert")
    }
  }
}
