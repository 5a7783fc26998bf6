import Contract
import Engine
import Testing

@Suite struct NamingTests {
  private let naming = Naming(installation: "i")

  @Test func aNameIsTheStackTheTimeAndTheLogicalID() {
    #expect(naming.name(stack: "shop", createdAt: 1_795_252_800, logicalID: "Db", generation: 1, naming: nil) == "shop-20261121092000-Db")
    #expect(naming.name(stack: "shop", createdAt: 0, logicalID: "Db", generation: 2, naming: nil) == "shop-19700101000000-Db-g2")
    #expect(naming.name(stack: "shop", createdAt: 951_782_400, logicalID: "Db", generation: 1, naming: nil) == "shop-20000229000000-Db")
  }

  @Test func aLongNameIsCutToItsLimitAndStaysDistinct() {
    let limits = TypeSchema.Naming(property: nil, longest: 32, lowercase: true, punctuation: "-")
    let names = ["LoadBalancerOne", "LoadBalancerTwo"].map {
      naming.name(stack: "A-rather-long-name", createdAt: 0, logicalID: $0, generation: 1, naming: limits)
    }
    #expect(names.allSatisfy { $0.count <= 32 && $0 == $0.lowercased() })
    #expect(Set(names).count == 2)
  }

  @Test func aTokenDependsOnEachOfItsParts() {
    let tokens = [
      naming.token(resourceID: "r", generation: 1, operationID: "o", key: "k"),
      naming.token(resourceID: "s", generation: 1, operationID: "o", key: "k"),
      naming.token(resourceID: "r", generation: 2, operationID: "o", key: "k"),
      naming.token(resourceID: "r", generation: 1, operationID: "p", key: "k"),
      naming.token(resourceID: "r", generation: 1, operationID: "o", key: "l"),
    ]
    #expect(Set(tokens).count == 5)
    #expect(tokens.allSatisfy { $0.count == 32 })
  }
}
