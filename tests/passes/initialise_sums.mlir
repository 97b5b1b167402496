// initialise-sums lets the first sum of a target begin it.
// RUN: initialise-sums

// The second one adds, that of another target begins again.
// USE: rate_cells
net.projection @first from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
net.projection @second from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
net.projection @other_target from @cells to @cells ["inh"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @first from
// CHECK-SAME: initialises_sum = true
// CHECK-LABEL: net.projection @second from
// CHECK-NOT: initialises_sum
// CHECK-LABEL: net.projection @other_target from
// CHECK-SAME: initialises_sum = true

// -----

// Rows are gone through for all post neurons, also those without synapses.
// USE: rate_cells
net.projection @rows from @cells to @cells ["exc"] kind rate pattern sparse attributes {synapses = 50 : i64, decisions = {layout = "slices"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @rows from
// CHECK-SAME: initialises_sum = true

// -----

// Of ranges nobody knows whether they are all neurons; what follows finds the sums begun.
// USE: rate_cells
// expected-remark@below {{it may not reach all post neurons}}
net.projection @range from @cells to @cells ["exc"] kind rate pattern block attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
net.projection @late from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @range from
// CHECK-NOT: initialises_sum
// CHECK-LABEL: net.projection @late from
// CHECK-NOT: initialises_sum

// -----

// Two ranges that are all neurons.
// USE: rate_cells
net.projection @all_but_own from @cells to @cells ["exc"] kind rate pattern block attributes {synapses = 9900 : i64, pairs = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @all_but_own from
// CHECK-SAME: initialises_sum = true

// -----

// One to one from all neurons to all.
// USE: rate_cells
net.projection @whole from @cells to @cells ["exc"] kind rate pattern one_to_one attributes {synapses = 100 : i64, decisions = {layout = "diagonal"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @whole from
// CHECK-SAME: initialises_sum = true

// -----

// Or from a part to a part.
// USE: rate_cells
// expected-remark@below {{it may not reach all post neurons}}
net.projection @part from @cells to @cells ["exc"] kind rate pattern one_to_one attributes {synapses = 99 : i64, decisions = {layout = "diagonal"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @part from
// CHECK-NOT: initialises_sum

// -----

// Sums that were taken before are what it adds to.
// USE: rate_cells
net.projection @known from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense", constant_after = 1 : i64}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
net.projection @tiled from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense", tile = 12 : i64}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
net.projection @steps from @cells to @cells ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @known from
// CHECK-NOT: initialises_sum
// CHECK-LABEL: net.projection @tiled from
// CHECK-NOT: initialises_sum
// CHECK-LABEL: net.projection @steps from
// CHECK-SAME: initialises_sum = true
