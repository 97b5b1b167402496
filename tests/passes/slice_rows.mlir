// slice-rows puts the rows of neighbouring post neurons side by side.
// RUN: slice-rows

// One weight for all may stay one.
// USE: rate_cells
net.projection @constant from @cells to @cells ["exc"] kind rate pattern sparse attributes {balanced_rows = true, synapses = 500 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @constant from
// CHECK-SAME: layout = "slices_one"

// -----

// A delay of its own is looked up at the place of each synapse, so the weight is there, too.
// USE: rate_cells
net.projection @delays from @cells to @cells ["exc"] kind rate pattern sparse attributes {balanced_rows = true, delays = "many", synapses = 500 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @delays from
// CHECK-SAME: layout = "slices"

// -----

// Of two parameters each may be one value or many: both have an element for every synapse.
// USE: rate_cells
net.projection @two from @cells to @cells ["exc"] kind rate pattern sparse attributes {balanced_rows = true, synapses = 500 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local parameter
    eq.variable @gain : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @two from
// CHECK-SAME: layout = "slices"

// -----

// Rows that differ much would be mostly padding.
// USE: rate_cells
// expected-remark@below {{its rows differ too much in length}}
net.projection @uneven from @cells to @cells ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @uneven from
// CHECK-SAME: layout = "by_post"
