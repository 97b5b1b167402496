// activity-sparsity leaves out pre neurons whose rate is zero.
// RUN: activity-sparsity

// Rates are cut off at zero.
// USE: rectified_cells
net.projection @rectified from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @rectified from
// CHECK-SAME: skip_inactive_below = 50 : i64

// -----

// The percentage of active neurons up to which it is worth it is an option.
// RUN: activity-sparsity{percent=20}
// USE: rectified_cells
net.projection @option from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @option from
// CHECK-SAME: skip_inactive_below = 20 : i64

// -----

// Other rates are hardly ever zero.
net.population @cells size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %x = eq.sum exc : f64
    eq.write @r, %x : f64
  }
}
// expected-remark@below {{pre.r is not cut off at zero}}
net.projection @free from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @free from
// CHECK-NOT: skip_inactive_below

// -----

// Rows of synapses are no dense sums.
// USE: rectified_cells
// expected-remark@below {{it is no sum over all pairs}}
net.projection @rows from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @rows from
// CHECK-NOT: skip_inactive_below

// -----

// Several steps at once are faster still.
// USE: rectified_cells
// expected-remark@below {{it is taken for several steps at once}}
net.projection @tiled from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense", tile = 12 : i64}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @tiled from
// CHECK-NOT: skip_inactive_below

// -----

// Little is gained by few synapses.
// USE: rectified_cells
// expected-remark@below {{it has fewer than 4096 synapses}}
net.projection @small from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 4095 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @small from
// CHECK-NOT: skip_inactive_below

// -----

// Every synapse reads another step.
// USE: rectified_cells
// expected-remark@below {{its delays differ}}
net.projection @delays from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {delays = "many", synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @delays from
// CHECK-NOT: skip_inactive_below

// -----

// The largest of negative potentials is not zero.
// USE: rectified_cells
// expected-remark@below {{it is no sum of w * pre.r}}
net.projection @largest from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {operation = "max", synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @largest from
// CHECK-NOT: skip_inactive_below

// -----

// A potential of zero needs more than a silent pre neuron.
// USE: rectified_cells
// expected-remark@below {{it is no sum of w * pre.r}}
net.projection @shifted from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.addf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @shifted from
// CHECK-NOT: skip_inactive_below

// -----

// Nobody looks whether weights that learn stay finite.
// USE: rectified_cells
// expected-remark@below {{its synapses learn}}
net.projection @learning from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
  equations {
    %x = arith.constant 1.0 : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @learning from
// CHECK-NOT: skip_inactive_below
