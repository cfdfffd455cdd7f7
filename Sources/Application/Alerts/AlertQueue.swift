internal import LogSource
internal import Platform
internal import TraceCore

/// The file in which a desk keeps what is owed, beside the checkpoint: whole or not at all.
struct AlertQueue {
  private static let form = CheckpointFile.Form(magic: "skeinalr", versions: 1...1)

  let path: String

  private var file: CheckpointFile {
    CheckpointFile(path: path, program: ProgramVersion.text, options: "alerts", form: AlertQueue.form)
  }

  /// - Throws: where nothing can be written there.
  func check() throws(Failure) {
    do throws(OutputError) {
      try AtomicFile.check(path)
    } catch {
      throw Failure(.data, "--alerts: \(error.message)")
    }
  }

  /// What an earlier run owed; the desk stays as it is where there was none.
  func load(into desk: inout AlertDesk) throws(Failure) {
    do throws(CheckpointError) {
      guard let state = try file.read() else { return }
      var loaded = desk
      do throws(StateError) {
        try StateCoder.load(state.bytes) { (coder) throws(StateError) in try loaded.code(&coder) }
      } catch {
        throw CheckpointError.damaged(path: path)
      }
      desk = loaded
    } catch {
      throw Failure(
        .data,
        "\(error.message); remove \(path), and what was owed to receivers is forgotten: open incidents are sent again")
    }
  }

  func write(_ desk: inout AlertDesk) throws(OutputError) {
    guard let state = try? StateCoder.saved({ (coder) throws(StateError) in try desk.code(&coder) }) else { return }
    try file.write(state.bytes)
    desk.isChanged = false
  }
}
