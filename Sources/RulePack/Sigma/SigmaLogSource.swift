/// Decides whether a Sigma rule is about logs that skein reads.
///
/// It restricts no rule to some of the logs: a rule is applied to every record of a run, and decides by its fields.
enum SigmaLogSource {
  private static let categories = ["application", "webserver", "proxy"]
  /// What stands in Sigma's application and web folders without a category: logs in lines, of servers and of audits in JSON.
  private static let products = ["apache", "bitbucket", "github", "kubernetes", "nginx"]

  /// Why a rule with this `logsource` cannot be read; nil where it can.
  static func refusal(category: String?, product: String?, service: String?) -> String? {
    if let category {
      if categories.contains(category) { return nil }
      return "logsource category \(category): \(reads)"
    }
    if let product {
      if products.contains(product) { return nil }
      return "logsource product \(product): \(reads)"
    }
    if let service {
      if products.contains(service) { return nil }
      return "logsource service \(service): \(reads)"
    }
    return "'logsource' names no category, product or service; write for example `category: application`"
  }

  private static var reads: String {
    "skein reads application and web logs (category \(categories.joined(separator: ", "));"
      + " or product \(products.joined(separator: ", ")))"
  }
}
