// fuse-learning lets synapses learn while the next sums are taken.
// RUN: fuse-learning

// USE: rate_cells_with_input
net.projection @learns from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %x = eq.pre @r : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @learns from
// CHECK-SAME: fused_learning = true

// -----

// Rows side by side too.
// USE: rate_cells_with_input
net.projection @slices from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "slices"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %x = eq.pre @r : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @slices from
// CHECK-SAME: fused_learning = true

// -----

// What does not learn is no business of it.
// USE: rate_cells_with_input
net.projection @fixed from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
}
// CHECK-LABEL: net.projection @fixed from
// CHECK-NOT: fused_learning

// -----

// Only variables of post neurons: there is no second pass.
// USE: rate_cells_with_input
// expected-remark@below {{no synapse has an equation of its own}}
net.projection @dendrites from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  dendrite_equations {
    %x = eq.post @r : f64
  }
}
// CHECK-LABEL: net.projection @dendrites from
// CHECK-NOT: fused_learning

// -----

// Rows one after the other.
// USE: rate_cells_with_input
// expected-remark@below {{it is stored in rows that are not taken side by side}}
net.projection @rows from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %x = eq.pre @r : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @rows from
// CHECK-NOT: fused_learning

// -----

// Learning sees values one step newer than those that are transmitted.
// USE: rate_cells_with_input
// expected-remark@below {{learning and sums read values of different steps}}
net.projection @late from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {delays = "one", synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %x = eq.pre @r : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @late from
// CHECK-NOT: fused_learning

// -----

// The step is another one by then.
// USE: rate_cells_with_input
// expected-remark@below {{its equations depend on the step}}
net.projection @clock from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %t = eq.time : f64
    eq.write @w, %t : f64
  }
}
// CHECK-LABEL: net.projection @clock from
// CHECK-NOT: fused_learning

// -----

// Conductances have changed by then.
// USE: rate_cells_with_input
// expected-remark@below {{spikes of the next step change 'g_in' before}}
net.projection @conductance from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %x = eq.post @g_in : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @conductance from
// CHECK-NOT: fused_learning

// -----

// Spikes of post neurons come between.
// USE: rate_cells_with_input
// expected-remark@below {{spikes of post neurons change synapses}}
net.projection @post_spike from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %x = eq.pre @r : f64
    eq.write @w, %x : f64
  }
  post_spike {
    %o = arith.constant 1.0 : f64
    eq.write @w, %o : f64
  }
}
// CHECK-LABEL: net.projection @post_spike from
// CHECK-NOT: fused_learning
