// lazy-post-spikes: spikes of post neurons act on synapses when somebody next looks at these.
// RUN: lazy-post-spikes{smallest=1000000}

// The weight changes by what the pre neuron keeps: that can be found out later.
// USE: spiking_cells
net.projection @traces from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @x : f64 presynaptic variable {clock = @"$last_pre_event"}
    eq.variable @"$last_pre_event" : i64 presynaptic variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @x : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @traces from
// CHECK-SAME: lazy_post_spikes = true

// -----

// A parameter of the projection, one of the synapse, and a variable that spikes change when they arrive.
// USE: spiking_cells
net.projection @parameter from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @A : f64 global parameter
    eq.variable @B : f64 local parameter
    eq.variable @n : f64 local variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @A : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
    %w2 = eq.read @w : f64
    %s2 = eq.read @B : f64
    %sum2 = arith.addf %w2, %s2 : f64
    eq.write @w, %sum2 : f64
    %w3 = eq.read @w : f64
    %s3 = eq.read @n : f64
    %sum3 = arith.addf %w3, %s3 : f64
    eq.write @w, %sum3 : f64
  }
}
// CHECK-LABEL: net.projection @parameter from
// CHECK-SAME: lazy_post_spikes = true

// -----

// Few synapses stay in the cache.
// USE: spiking_cells
net.projection @few from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 999999 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @x : f64 presynaptic variable {clock = @"$last_pre_event"}
    eq.variable @"$last_pre_event" : i64 presynaptic variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @x : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @few from
// CHECK-NOT: lazy_post_spikes = true

// -----

// Parts of a row are looked at at different times.
// USE: spiking_cells
net.projection @delays from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @x : f64 presynaptic variable {clock = @"$last_pre_event"}
    eq.variable @"$last_pre_event" : i64 presynaptic variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @x : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @delays from
// CHECK-NOT: lazy_post_spikes = true

// -----

// Equations look at the weights in every step.
// USE: spiking_cells
net.projection @each_step from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @x : f64 presynaptic variable {clock = @"$last_pre_event"}
    eq.variable @"$last_pre_event" : i64 presynaptic variable
  }
  equations {
    %w = eq.read @w : f64
    %s = eq.read @x : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @x : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @each_step from
// CHECK-NOT: lazy_post_spikes = true

// -----

// The trace of the synapse itself would have to be brought up to date twice.
// USE: spiking_cells
net.projection @own_trace from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @x : f64 local variable {clock = @"$last_pre_event"}
    eq.variable @"$last_pre_event" : i64 local variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @x : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @own_trace from
// CHECK-NOT: lazy_post_spikes = true

// -----

// What the post neuron had at the time of the spike is gone.
// USE: spiking_cells
net.projection @post_trace from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @y : f64 postsynaptic variable {clock = @"$last_post_event"}
    eq.variable @"$last_post_event" : i64 postsynaptic variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.read @y : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @post_trace from
// CHECK-NOT: lazy_post_spikes = true

// -----

// So is what neurons had.
// USE: spiking_cells
net.projection @neuron from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.post @g_exc : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @neuron from
// CHECK-NOT: lazy_post_spikes = true

// -----

// And the time.
// USE: spiking_cells
net.projection @time from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
  }
  post_spike {
    %w = eq.read @w : f64
    %s = eq.time : f64
    %sum = arith.addf %w, %s : f64
    eq.write @w, %sum : f64
  }
}
// CHECK-LABEL: net.projection @time from
// CHECK-NOT: lazy_post_spikes = true

// -----

// A spike that changes nothing in the synapse has nothing to wait for.
// USE: spiking_cells
net.projection @nothing from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000000 : i64} {
  declarations {
    eq.variable @w : f64 local variable
    eq.variable @y : f64 postsynaptic variable {clock = @"$last_post_event"}
    eq.variable @"$last_post_event" : i64 postsynaptic variable
  }
  post_spike {
    %y = eq.read @y : f64
    eq.write @y, %y : f64
  }
}
// CHECK-LABEL: net.projection @nothing from
// CHECK-NOT: lazy_post_spikes = true
