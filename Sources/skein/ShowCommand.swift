internal import ArgumentParser
struct ShowCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "show") }
