import Testing

@testable import Faults

@Suite struct FaultPlanTests {
  @Test func `Each line is one fault, and what is no line of a plan is none`() {
    let plan = FaultPlan("at commit.after 3 kill\nat step.before 1 full 250\nat poll.after 2 clock -60\nat worker.answer 1 stop\nat commit.after x kill\nat commit.after 1 melt\nnoise\n")
    #expect(plan.faults == [
      FaultPlan.Fault(point: "commit.after", number: 3, action: .kill),
      FaultPlan.Fault(point: "step.before", number: 1, action: .trouble(.full, milliseconds: 250)),
      FaultPlan.Fault(point: "poll.after", number: 2, action: .clock(seconds: -60)),
      FaultPlan.Fault(point: "worker.answer", number: 1, action: .stop),
    ])
    #expect(!plan.isTracing && plan.removed.isEmpty)
  }

  @Test func `A plan traces and takes rules away only when it says so`() {
    let plan = FaultPlan("trace\nwithout intent\nwithout outbox\nwithout sense\n")
    #expect(plan.isTracing && plan.removed == [.intent, .outbox] && plan.faults.isEmpty)
  }

  @Test func `Without CLD_FAULTS nothing is armed`() {
    Faults.reach(.commitBefore)
    #expect(Guard.allCases.allSatisfy { !Faults.isRemoved($0) })
    #expect(Faults.storeTrouble == nil && Faults.clockOffset == 0 && !Faults.hasWorkerFault && Faults.takeWorkerFault() == nil)
  }
}
