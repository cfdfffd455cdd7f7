import ArgumentParser

@main
struct SkeinBench: ParsableCommand {}
