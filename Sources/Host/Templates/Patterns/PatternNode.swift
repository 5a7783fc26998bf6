/// What a regular expression says, as a tree.
indirect enum PatternNode {
  case one(ScalarSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  case repeated(PatternNode, least: Int, most: Int?)
  case anchor(TextPattern.Anchor)
  case lookAhead(PatternNode, isNegated: Bool)
}

/// The pattern uses something that is not known.
struct UnknownPattern: Error {}
