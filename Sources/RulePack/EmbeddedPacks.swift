/// The packs of rules/packs as they are built in. Made by `./dev packs`; a test holds that the two are equal.
package enum EmbeddedPacks {
  package static let all: [(name: String, text: String)] = []
}
