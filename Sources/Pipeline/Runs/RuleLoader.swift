package import Config
package import LogSource
package import RulePack
package import TraceCore

/// Reads rules from files and folders and the packs that are built in, and makes them ready for a run.
package enum RuleLoader {
  /// Why there are no rules.
  package enum Failure: Error {
    case source(SourceError)
    case problems(ConfigurationProblems)
    /// The command line names what is not there.
    case usage(String)
  }

  /// - Parameters:
  ///   - paths: files, or folders of .yml and .yaml files; suppressions in a folder are passed over.
  ///   - builtin: names of packs that are built in; nil for all. What is read from `paths` takes the place of a pack that it
  ///     is another version of.
  package static func load(
    paths: [String], builtin: [String]?, suppressions: [String] = [], raisesAll: Bool = false
  ) throws(Failure) -> RuleSet {
    var packs: [PackReader.Pack] = []
    var problems: [ConfigurationProblem] = []
    for name in builtin ?? EmbeddedPacks.all.map(\.name) {
      guard let text = EmbeddedPacks.all.first(where: { $0.name == name })?.text else {
        throw .usage(
          "no pack '\(name)' is built in; there are \(EmbeddedPacks.all.map(\.name).joined(separator: ", "))")
      }
      read(Array(text.utf8), path: "\(name).yml", into: &packs, &problems)
    }
    let builtinCount = packs.count
    for path in paths {
      let files = try self.files(path)
      guard !files.isEmpty else { throw .usage("\(path): there is no .yml or .yaml file in this folder") }
      let isFolder = files != [path]
      let before = (packs.count, problems.count)
      for file in files { read(try bytes(of: file), path: file, inFolder: isFolder, into: &packs, &problems) }
      if before == (packs.count, problems.count) { throw .usage("\(path): there are no rules in this folder") }
    }
    guard problems.isEmpty else { throw .problems(ConfigurationProblems(problems)) }
    packs = withoutReplaced(packs[..<builtinCount], by: packs[builtinCount...]) + packs[builtinCount...]
    let rules = packs.flatMap(\.rules)
    var hidden: [Suppression] = []
    for path in suppressions {
      for file in try files(path) {
        let text = try bytes(of: file)
        do throws(ConfigurationProblems) {
          hidden += try SuppressionReader.read(text, path: file, rules: rules)
        } catch {
          throw .problems(error)
        }
      }
    }
    do throws(ConfigurationProblems) {
      return try RuleSet(packs: packs, suppressions: hidden, raisesAll: raisesAll)
    } catch {
      throw .problems(error)
    }
  }

  /// A pack of the same name with a rule of the same id is the same pack, as somebody changed it.
  private static func withoutReplaced(
    _ builtin: ArraySlice<PackReader.Pack>, by own: ArraySlice<PackReader.Pack>
  ) -> [PackReader.Pack] {
    builtin.filter { pack in
      let ids = Set(pack.rules.map(\.id))
      return !own.contains { $0.name == pack.name && $0.rules.contains { ids.contains($0.id) } }
    }
  }

  /// What finds the lines of the rules: compiled, or taken from the cache.
  package static func lines(_ set: RuleSet, mode: PrefilterPlan.Mode = .automatic) -> LineRules {
    LineRules(set, prefilter: PrefilterPlan(rules: set.prefilterRules, mode: mode, cache: .standard()))
  }

  private static func read(
    _ text: [UInt8], path: String, inFolder: Bool = false, into packs: inout [PackReader.Pack],
    _ problems: inout [ConfigurationProblem]
  ) {
    do throws(ConfigurationProblems) {
      if inFolder {
        if let pack = try PackReader.read(inFolder: text, path: path) { packs.append(pack) }
      } else {
        packs.append(try PackReader.read(text, path: path))
      }
    } catch {
      problems += error.problems
    }
  }

  private static func files(_ path: String) throws(Failure) -> [String] {
    do throws(SourceError) {
      return try ConfigurationFile.files(path, endings: [".yml", ".yaml"])
    } catch {
      throw .source(error)
    }
  }

  private static func bytes(of path: String) throws(Failure) -> [UInt8] {
    do throws(SourceError) {
      return try ConfigurationFile.read(path)
    } catch {
      throw .source(error)
    }
  }
}
