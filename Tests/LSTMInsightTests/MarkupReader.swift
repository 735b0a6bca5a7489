// Reads SVG and XHTML for tests: that it is well formed, and what texts and elements are in it.

import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What is in a piece of markup.
final class MarkupReader: NSObject, XMLParserDelegate {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text: String
    /// Whether it stands in the dimmed part of a picture.
    var isDimmed: Bool

    var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
    func number(_ attribute: String) -> Double { Double(attributes[attribute] ?? "") ?? .nan }
  }

  private(set) var elements: [Element] = []
  private(set) var failure: String?
  private var open: [Int] = []

  init(_ markup: String) {
    super.init()
    let parser = XMLParser(data: Data(markup.utf8))
    parser.delegate = self
    if !parser.parse() {
      failure =
        "line \(parser.lineNumber), column \(parser.columnNumber): \(String(describing: parser.parserError))"
    }
  }

  /// The texts of all elements of a name, in order.
  func texts(_ name: String = "text", isDimmed: Bool? = nil) -> [String] {
    elements.filter { $0.name == name && (isDimmed == nil || $0.isDimmed == isDimmed) }
      .map(\.text)
  }

  func elements(withClass style: String) -> [Element] {
    elements.filter { $0.classes.contains(style) }
  }

  var ids: [String] { elements.compactMap { $0.attributes["id"] } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let isInDimmed = open.last.map { elements[$0].isDimmed } ?? false
    open.append(elements.count)
    elements.append(
      Element(
        name: name, attributes: attributes, text: "",
        isDimmed: isInDimmed || attributes["class"] == "lc-dim"))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    // All the text within an element, its children's included.
    for index in open { elements[index].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
