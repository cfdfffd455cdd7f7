internal import ArgumentParser
struct TracesCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "traces") }
