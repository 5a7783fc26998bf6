/// A regular expression whose matching takes time in proportion to the text, whatever the pattern is: patterns come from templates of others,
/// and one like `(a+)+` must not hold a host up. (K. Thompson: "Regular expression search algorithm", 1968.)
///
/// It knows what the patterns of parameters and of schemas use: characters and their classes, groups, alternatives, counts, anchors, looking
/// ahead. It does not know looking behind, references to groups, and the meeting of classes. Counts above 1,000 have no end.
struct TextPattern: Sendable {
  /// A place between two characters.
  enum Anchor: Sendable {
    case start, end, wordBoundary, noWordBoundary
  }

  enum Instruction: Sendable {
    case one(ScalarSet)
    case jump(Int)
    case either(Int, Int)
    case anchor(Anchor)
    /// Goes on when the program from the next instruction on matches, or does not; then at the given place.
    case lookAhead(isNegated: Bool, then: Int)
    case match
  }

  /// More than any pattern that people write needs.
  static let mostInstructions = 20_000
  /// Together with looking ahead inside of looking ahead, time is not in proportion any more.
  private static let mostSteps = 20_000_000

  private let program: [Instruction]

  /// Reads a pattern; nil for one that it does not know.
  init?(_ pattern: String) {
    guard let program = PatternParser.program(pattern) else { return nil }
    self.program = program
  }

  /// Whether the whole text matches; nil when finding out takes too long.
  func matches(whole text: String) -> Bool? {
    var run = Run(program: program, text: Array(text.unicodeScalars))
    let found = run.matches(from: 0, at: 0, mustEnd: true, moves: false)
    return run.steps > Self.mostSteps ? nil : found
  }

  /// Whether some part of the text matches; nil when finding out takes too long.
  func matches(in text: String) -> Bool? {
    var run = Run(program: program, text: Array(text.unicodeScalars))
    let found = run.matches(from: 0, at: 0, mustEnd: false, moves: true)
    return run.steps > Self.mostSteps ? nil : found
  }

  /// All ways through the program at once, one character after the other.
  private struct Run {
    let program: [Instruction]
    let text: [Unicode.Scalar]
    var steps = 0

    init(program: [Instruction], text: [Unicode.Scalar]) {
      self.program = program
      self.text = text
    }

    /// - Parameters:
    ///   - mustEnd: whether only a match up to the end of the text counts.
    ///   - moves: whether a match may start later.
    mutating func matches(from first: Int, at start: Int, mustEnd: Bool, moves: Bool) -> Bool {
      var marks = Array(repeating: -1, count: program.count)
      var current: [Int] = []
      var place = start
      while true {
        if place == start || moves {
          if add(first, place, to: &current, &marks, mustEnd: mustEnd) { return true }
        }
        guard place < text.count, !current.isEmpty || moves else { return false }
        var next: [Int] = []
        for index in current {
          steps += 1
          guard case .one(let set) = program[index], set.contains(text[place]) else { continue }
          if add(index + 1, place + 1, to: &next, &marks, mustEnd: mustEnd) { return true }
        }
        if steps > TextPattern.mostSteps { return false }
        current = next
        place += 1
      }
    }

    /// Follows everything that takes no character; true when that reaches the end of the program.
    private mutating func add(_ first: Int, _ place: Int, to threads: inout [Int], _ marks: inout [Int], mustEnd: Bool) -> Bool {
      var pending = [first]
      while let index = pending.popLast() {
        guard marks[index] != place else { continue }
        marks[index] = place
        steps += 1
        if steps > TextPattern.mostSteps { return false }
        switch program[index] {
        case .one: threads.append(index)
        case .jump(let target): pending.append(target)
        case .either(let first, let second):
          pending.append(second)
          pending.append(first)
        case .anchor(let anchor): if holds(anchor, place) { pending.append(index + 1) }
        case .lookAhead(let isNegated, let then):
          if matches(from: index + 1, at: place, mustEnd: false, moves: false) != isNegated { pending.append(then) }
        case .match: if !mustEnd || place == text.count { return true }
        }
      }
      return false
    }

    private func holds(_ anchor: Anchor, _ place: Int) -> Bool {
      func isWord(_ place: Int) -> Bool { text.indices.contains(place) && ScalarSet.isMember(text[place], of: .word) }
      switch anchor {
      case .start: return place == 0
      case .end: return place == text.count
      case .wordBoundary: return isWord(place - 1) != isWord(place)
      case .noWordBoundary: return isWord(place - 1) == isWord(place)
      }
    }
  }
}
