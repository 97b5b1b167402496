// choose-layout takes a preferred layout wherever kernels can do along it what a projection wants.
// RUN: choose-layout{prefer=by_delay}

// Each synapse has a weight and a delay: rows are sorted by delay.
// USE: thousand_spiking_cells
net.projection @delayed from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 80000 : i64, pairs = 1000000 : i64, distinct_delays = 64 : i64, span = 64 : i64, gathers = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK: layout = "by_delay"
// CHECK-SAME: rank_bits = 16 : i64

// -----

// Synapses that spikes of post neurons change are not found in such rows.
// USE: thousand_spiking_cells
net.projection @learning from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 80000 : i64, pairs = 1000000 : i64, distinct_delays = 64 : i64, span = 64 : i64} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
  post_spike {
    %w = eq.read @w : f64
    %more = arith.addf %w, %w : f64
    eq.write @w, %more : f64
  }
}
// CHECK: layout = "by_pre"

// -----

// Sums are not taken along rows of pre neurons.
net.population @rates size 1000 kind rate
net.projection @sums from @rates to @rates ["exc"] kind rate pattern sparse attributes {synapses = 20000 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK: layout = "by_post"
