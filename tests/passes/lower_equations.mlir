// lower-equations moves all equations into the tasks of one step; declarations stay.
// RUN: discretize,lower-equations

// A parameter of the whole population has no index, a variable of each neuron has one.
net.population @decay size 3 kind rate {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @r : f64 local variable
  }
  equations {
    eq.system {
      %tau = eq.read @tau : f64
      %dr = eq.ddt @r : f64
      %lhs = arith.mulf %tau, %dr : f64
      %r = eq.read @r : f64
      %rhs = arith.negf %r : f64
      eq.equation @r by explicit : %lhs = %rhs : f64
    }
  }
}
// CHECK: net.population @decay size 3
// CHECK: loops.phase neurons
// CHECK-NEXT: loops.task update of @decay
// CHECK-NEXT: loops.neurons (%i: index) {
// CHECK: %tau = loops.load @tau of own : f64
// CHECK: %r = loops.load @r[%i] of own : f64
// CHECK: loops.store %{{.*}}, @r[%i] of own : f64
// CHECK-NOT: eq.read

// -----

// Sums are cleared, then taken along the dendrite of each post neuron, whatever the layout; what
// learns runs where it is due.
net.population @pop0 size 4 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %s = eq.sum exc : f64
    eq.write @r, %s : f64
  }
}
net.projection @proj0 from @pop0 to @pop0 ["exc"] kind rate pattern sparse attributes {operation = "mean"} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %psp = arith.mulf %w, %r : f64
    eq.yield %psp : f64
  }
  equations {
    %post = eq.post @r : f64
    eq.write @w, %post : f64
  }
}
// CHECK: loops.task clear of @pop0
// CHECK: loops.clear_sum exc[%i]
// CHECK: loops.task transmit of @proj0
// CHECK: loops.posts (%post: index) {
// CHECK: %[[TOTAL:.*]] = loops.dendrite %post (%synapse: index, %pre: index, %total: f64) from(%{{.*}})
// CHECK: loops.load @w[%synapse] of own
// CHECK: loops.load @r[%pre] of pre
// CHECK: %[[NEXT:.*]] = arith.addf %total, %{{.*}}
// CHECK: loops.yield %[[NEXT]]
// CHECK: loops.fan_in %post
// CHECK: arith.divf %[[TOTAL]], %{{.*}}
// CHECK: loops.add_to_sum %{{.*}}, exc[%post]
// CHECK: loops.task update of @pop0
// CHECK: loops.sum exc[%i]
// CHECK: loops.task learn of @proj0
// CHECK: %due = loops.due
// CHECK: scf.if %due
// CHECK: loops.posts
// CHECK: loops.dendrite
// CHECK: %fixed = loops.fixed
// CHECK: loops.load @r[%post] of post
// CHECK: arith.select %fixed,
// CHECK: loops.store %{{.*}}, @w[%synapse] of own
