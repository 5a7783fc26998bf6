/// The instructions of a pattern.
struct PatternProgram {
  private(set) var instructions: [TextPattern.Instruction] = []

  /// Those that match what the tree says.
  init(matching node: PatternNode) throws(UnknownPattern) {
    try emit(node)
    try emit(.match)
  }

  private mutating func emit(_ instruction: TextPattern.Instruction) throws(UnknownPattern) {
    guard instructions.count < TextPattern.mostInstructions else { throw UnknownPattern() }
    instructions.append(instruction)
  }

  private mutating func emit(_ node: PatternNode) throws(UnknownPattern) {
    switch node {
    case .one(let set): try emit(TextPattern.Instruction.one(set))
    case .anchor(let anchor): try emit(TextPattern.Instruction.anchor(anchor))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .choice(let choices):
      var ends: [Int] = []
      for choice in choices.dropLast() {
        let fork = instructions.count
        try emit(.jump(0))
        try emit(choice)
        ends.append(instructions.count)
        try emit(.jump(0))
        instructions[fork] = .either(fork + 1, instructions.count)
      }
      if let last = choices.last { try emit(last) }
      for end in ends { instructions[end] = .jump(instructions.count) }
    case .repeated(let node, let least, let most):
      for _ in 0..<least {
        let before = instructions.count
        try emit(node)
        // Nothing, so often one likes.
        if instructions.count == before { break }
      }
      if let most {
        var forks: [Int] = []
        for _ in least..<most {
          forks.append(instructions.count)
          try emit(.jump(0))
          try emit(node)
        }
        for fork in forks { instructions[fork] = .either(fork + 1, instructions.count) }
      } else {
        let fork = instructions.count
        try emit(.jump(0))
        try emit(node)
        try emit(.jump(fork))
        instructions[fork] = .either(fork + 1, instructions.count)
      }
    case .lookAhead(let node, let isNegated):
      let start = instructions.count
      try emit(.jump(0))
      try emit(node)
      try emit(.match)
      instructions[start] = .lookAhead(isNegated: isNegated, then: instructions.count)
    }
  }
}
