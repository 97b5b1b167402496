// constant-inputs takes the sums of what does not change once in a run.
// RUN: constant-inputs

// Nothing writes the rates but the user.
// USE: given_rates
// USE: growing_cells
net.projection @given_to_cells from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @given_to_cells from
// CHECK-SAME: constant_after = 1 : i64

// -----

// Rates that follow from a parameter stay as they are after one step.
net.population @given size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
    eq.variable @b : f64 local parameter
  }
  equations {
    %b = eq.read @b : f64
    eq.write @r, %b : f64
  }
}
// USE: growing_cells
net.projection @derived from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @derived from
// CHECK-SAME: constant_after = 2 : i64

// -----

// Sums that start in two ways would be added twice: all of a target are taken in the first two steps.
net.population @given size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
    eq.variable @b : f64 local parameter
  }
  equations {
    %b = eq.read @b : f64
    eq.write @r, %b : f64
  }
}
net.population @fixed size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
// USE: growing_cells
net.projection @one from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
net.projection @two from @fixed to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @one from
// CHECK-SAME: constant_after = 2 : i64
// CHECK-LABEL: net.projection @two from
// CHECK-SAME: constant_after = 2 : i64

// -----

// Rates that follow from themselves change.
// USE: growing_cells
// expected-remark@below {{pre.r changes}}
net.projection @moving from @cells to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @moving from
// CHECK-NOT: constant_after

// -----

// So do those that follow from the time.
net.population @given size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %t = eq.time : f64
    eq.write @r, %t : f64
  }
}
// USE: growing_cells
// expected-remark@below {{pre.r changes}}
net.projection @clock from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @clock from
// CHECK-NOT: constant_after

// -----

// And those that follow from a sum.
net.population @given size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %s = eq.sum exc : f64
    eq.write @r, %s : f64
  }
}
// USE: growing_cells
// expected-remark@below {{pre.r changes}}
net.projection @summed from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @summed from
// CHECK-NOT: constant_after

// -----

// Sums keep their order: what follows one that changes is taken in every step.
// USE: given_rates
// USE: growing_cells
// expected-remark@below {{pre.r changes}}
net.projection @first from @cells to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// expected-remark@below {{another sum of its target comes first}}
net.projection @second from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @first from
// CHECK-NOT: constant_after
// CHECK-LABEL: net.projection @second from
// CHECK-NOT: constant_after

// -----

// Delays reach back to before the run.
// USE: given_rates
// USE: growing_cells
// expected-remark@below {{delays reach back to before the run}}
net.projection @late from @given to @cells ["exc"] kind rate pattern sparse attributes {delays = "one", synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.pre @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @late from
// CHECK-NOT: constant_after

// -----

// The potential of a synapse may follow the post neuron.
// USE: given_rates
// USE: growing_cells
// expected-remark@below {{its potential reads the post neuron}}
net.projection @follows from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = eq.post @r : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @follows from
// CHECK-NOT: constant_after

// -----

// It may be drawn.
// USE: given_rates
// USE: growing_cells
// expected-remark@below {{its potential is another one in every step}}
net.projection @drawn from @given to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %a = arith.constant 0.0 : f64
    %z = arith.constant 1.0 : f64
    %r = eq.random Uniform(%a, %z) stream 0 : (f64, f64) -> f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @drawn from
// CHECK-NOT: constant_after
