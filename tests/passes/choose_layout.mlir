// choose-layout decides how the synapses of each projection lie in memory.
// RUN: choose-layout

// Spikes go from a pre neuron to all its targets: rows of pre neurons.
net.population @cells size 1000 kind spike {
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
net.projection @spikes from @cells to @cells ["exc"] kind spike pattern sparse attributes {synapses = 20000 : i64}
// CHECK-LABEL: net.projection @spikes from
// CHECK-SAME: layout = "by_pre"

// -----

// Sums are taken per post neuron: rows of post neurons.
net.population @rates size 1000 kind rate
net.projection @sums from @rates to @rates ["exc"] kind rate pattern sparse attributes {synapses = 20000 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @sums from
// CHECK-SAME: layout = "by_post"

// -----

// Every pair of neurons: a dense block, no ranks.
net.population @rates size 1000 kind rate
net.projection @pairs from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {synapses = 1000000 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @pairs from
// CHECK-SAME: layout = "dense"

// -----

// Ranks of up to 65,536 neurons fit into 16 bits: of the far side, here the pre neurons.
net.population @many size 65536 kind rate
net.population @few size 10 kind rate
net.projection @short_ranks from @many to @few ["exc"] kind rate pattern sparse attributes {synapses = 20000 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @short_ranks from
// CHECK-SAME: rank_bits = 16 : i64
// CHECK-SAME: offset_bits = 32 : i64

// -----

// One neuron more needs 32.
net.population @more size 65537 kind rate
net.population @few size 10 kind rate
net.projection @long_ranks from @more to @few ["exc"] kind rate pattern sparse attributes {synapses = 20000 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @long_ranks from
// CHECK-SAME: rank_bits = 32 : i64

// -----

// Spikes: the far side are the post neurons.
net.population @more size 65537 kind spike {
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
net.population @few size 10 kind spike {
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
net.projection @spikes_to_few from @more to @few ["exc"] kind spike pattern sparse attributes {synapses = 20000 : i64}
// CHECK-LABEL: net.projection @spikes_to_few from
// CHECK-SAME: rank_bits = 16 : i64

// -----

// Two thousand million synapses need long offsets.
net.population @more size 65537 kind spike {
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
net.projection @offsets from @more to @more ["exc"] kind spike pattern sparse attributes {synapses = 2147483648 : i64}
// CHECK-LABEL: net.projection @offsets from
// CHECK-SAME: offset_bits = 64 : i64

// -----

// What is decided already stays.
net.population @rates size 1000 kind rate
net.projection @decided from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {synapses = 1000000 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @decided from
// CHECK-SAME: layout = "by_post"

// -----

// Every pair of two ranges, whole or not: a dense block too.
net.population @rates size 100 kind rate
net.projection @ranges from @rates to @rates ["exc"] kind rate pattern block attributes {synapses = 600 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @ranges from
// CHECK-SAME: layout = "dense"

// -----

// One to one: stored like a variable of the post neurons.
net.population @rates size 100 kind rate
net.projection @pairs_of_ranges from @rates to @rates ["exc"] kind rate pattern one_to_one attributes {synapses = 60 : i64} {
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @pairs_of_ranges from
// CHECK-SAME: layout = "diagonal"

// -----

// Many synapses, one weight: spikes are counted with the help of a matrix of bits.
// USE: thousand_spiking_cells
net.projection @counted from @cells to @cells ["exc"] kind spike pattern sparse attributes {synapses = 100000 : i64, pairs = 1000000 : i64, uniform_weights = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @counted from
// CHECK-SAME: layout = "bit_matrix"

// -----

// Too few of them for such a matrix.
// USE: thousand_spiking_cells
net.projection @few from @cells to @cells ["exc"] kind spike pattern sparse attributes {synapses = 20000 : i64, pairs = 1000000 : i64, uniform_weights = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @few from
// CHECK-SAME: layout = "by_pre"

// -----

// What a spike adds depends on the neuron that sent it: counting is not enough.
// USE: thousand_spiking_cells
net.projection @each from @cells to @cells ["exc"] kind spike pattern sparse attributes {synapses = 100000 : i64, pairs = 1000000 : i64, uniform_weights = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %v = eq.pre @g_exc : f64
    eq.accumulate @g_exc, %v : f64
  }
}
// CHECK-LABEL: net.projection @each from
// CHECK-SAME: layout = "by_pre"

// -----

// Every neuron of a range, each synapse with a weight of its own: whole rows, no ranks.
// USE: thousand_spiking_cells
net.projection @rows from @cells to @cells ["exc"] kind spike pattern block attributes {synapses = 100000 : i64, pairs = 100000 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @rows from
// CHECK-SAME: layout = "dense_rows"

// -----

// Many delays: what is going to arrive waits in queues.
// USE: thousand_spiking_cells
net.projection @queued from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 80000 : i64, pairs = 1000000 : i64, distinct_delays = 64 : i64, span = 64 : i64, gathers = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @queued from
// CHECK-SAME: layout = "delay_queues"

// -----

// Not so where so many steps lie between the shortest and the longest that queues take more room:
// rows are sorted by delay.
// USE: thousand_spiking_cells
net.projection @far from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 80000 : i64, pairs = 1000000 : i64, distinct_delays = 32 : i64, span = 16384 : i64, gathers = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @far from
// CHECK-SAME: layout = "by_delay"

// -----

// Nor where many synapses of a row have one delay.
// USE: thousand_spiking_cells
net.projection @together from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 1100000 : i64, pairs = 1100000 : i64, distinct_delays = 64 : i64, span = 64 : i64, gathers = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @together from
// CHECK-SAME: layout = "by_delay"

// -----

// A few delays: spikes are delivered for each of them.
// USE: thousand_spiking_cells
net.projection @few_delays from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 80000 : i64, pairs = 1000000 : i64, distinct_delays = 4 : i64, span = 64 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: net.projection @few_delays from
// CHECK-SAME: layout = "by_pre"
