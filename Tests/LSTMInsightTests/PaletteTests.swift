// The colours: legible on their grounds, and apart for every kind of eyes.

import Foundation
import Testing

@testable import LSTMInsight

@Suite struct PaletteTests {
  @Test("Every colour can be read as text on the grounds of its mode")
  func contrast() {
    for role in Palette.Role.allCases {
      for ground in [Palette.lightGround, Palette.lightPanel] {
        #expect(Color(Palette.light(role)).contrast(Color(ground)) >= 4.5)
        #expect(Color(ground).contrast(Color(Palette.lightInk)) >= 7)
        #expect(Color(ground).contrast(Color(Palette.lightQuiet)) >= 4.5)
      }
      for ground in [Palette.darkGround, Palette.darkPanel] {
        #expect(Color(Palette.dark(role)).contrast(Color(ground)) >= 4.5)
        #expect(Color(ground).contrast(Color(Palette.darkInk)) >= 7)
        #expect(Color(ground).contrast(Color(Palette.darkQuiet)) >= 4.5)
      }
      // Ink on a box that is filled with a tint.
      let light = Color(Palette.lightGround).mixed(Color(Palette.light(role)), Palette.tint)
      #expect(light.contrast(Color(Palette.lightInk)) >= 4.5)
      let dark = Color(Palette.darkGround).mixed(Color(Palette.dark(role)), Palette.tint)
      #expect(dark.contrast(Color(Palette.darkInk)) >= 4.5)
    }
  }

  @Test("The terminal's colours stand out from black and from white, and return to the default")
  func terminal() {
    for role in Palette.Role.allCases {
      let color = Color(terminal: Palette.ansiIndex(role))
      #expect(color.contrast(Color("#000000")) >= 3)
      #expect(color.contrast(Color("#ffffff")) >= 3)
      #expect(Palette.ansi(role).hasPrefix("\u{1B}[38;5;") && Palette.ansi(role).hasSuffix("m"))
    }
    #expect(Set(Palette.Role.allCases.map(Palette.ansi)).count == Palette.Role.allCases.count)
    #expect(Palette.ansiReset == "\u{1B}[39m")
  }

  @Test("Every two colours differ for every kind of eyes", arguments: Eyes.allCases)
  func apart(_ eyes: Eyes) {
    for color in [Palette.light, Palette.dark] {
      let seen = Palette.Role.allCases.map { Color(color($0)).seen(by: eyes).lab }
      for (place, one) in seen.enumerated() {
        for other in seen[..<place] {
          let distance = zip(one, other).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
          // 0.02 is what can just be told apart side by side.
          #expect(distance > 0.07)
        }
      }
    }
  }
}

/// The kinds of eyes, with the matrices of Machado, Oliveira and Fernandes 2009 at full severity.
enum Eyes: CaseIterable {
  case usual, withoutRed, withoutGreen, withoutBlue

  var matrix: [[Double]] {
    switch self {
    case .usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .withoutRed:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .withoutGreen:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .withoutBlue:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }
}

/// A colour in linear light, each part 0 to 1.
private struct Color {
  var parts: [Double]

  init(_ hex: String) {
    let value = Int(hex.dropFirst(), radix: 16) ?? 0
    self.init(bytes: [value >> 16 & 255, value >> 8 & 255, value & 255])
  }

  init(terminal index: Int) {
    let levels = [0, 95, 135, 175, 215, 255]
    let cube = index - 16
    self.init(
      bytes: index >= 232
        ? [Int](repeating: 8 + 10 * (index - 232), count: 3)
        : [levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]])
  }

  init(bytes: [Int]) {
    parts = bytes.map {
      let share = Double($0) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
  }

  private var luminance: Double { 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] }

  /// The contrast ratio of WCAG 2.2.
  func contrast(_ other: Color) -> Double {
    let (low, high) = (min(luminance, other.luminance), max(luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)
  }

  /// The colour with a share of another laid over it, as browsers mix: in sRGB.
  func mixed(_ other: Color, _ share: Double) -> Color {
    func coded(_ x: Double) -> Double {
      x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055
    }
    return Color(
      bytes: zip(parts, other.parts).map {
        Int((255 * ((1 - share) * coded($0) + share * coded($1))).rounded())
      })
  }

  func seen(by eyes: Eyes) -> Color {
    var result = self
    result.parts = eyes.matrix.map { row in
      min(max(zip(row, parts).map(*).reduce(0, +), 0), 1)
    }
    return result
  }

  /// Oklab (Ottosson 2020).
  var lab: [Double] {
    let (red, green, blue) = (parts[0], parts[1], parts[2])
    let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return [
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
  }
}
