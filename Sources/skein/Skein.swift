import ArgumentParser

@main
struct Skein: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "skein", version: "0.1.0")
}
