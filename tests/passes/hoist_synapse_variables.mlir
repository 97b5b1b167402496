// hoist-synapse-variables: what all synapses of a neuron have in common moves to the neuron.
// RUN: hoist-synapse-variables

// Each trace is changed by the spikes of one side only: it moves there, with its clock.
// USE: spiking_cells
net.projection @traces from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local parameter
    eq.variable @x : f64 local variable {clock = @"$last_pre_event"}
    eq.variable @y : f64 local variable {clock = @"$last_post_event"}
    eq.variable @"$last_post_event" : i64 local variable
    eq.variable @"$last_pre_event" : i64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
    %x = eq.read @x : f64
    %A = eq.read @A : f64
    %x_new = arith.addf %x, %A : f64
    eq.write @x, %x_new : f64
  }
  events {
    %x = eq.read @x : f64
    %x_elapsed = eq.elapsed @x : f64
    %x_now = arith.mulf %x, %x_elapsed : f64
    eq.write @x, %x_now : f64
    %y = eq.read @y : f64
    %y_elapsed = eq.elapsed @y : f64
    %y_now = arith.mulf %y, %y_elapsed : f64
    eq.write @y, %y_now : f64
  }
  post_spike {
    %y = eq.read @y : f64
    %A = eq.read @A : f64
    %y_new = arith.addf %y, %A : f64
    eq.write @y, %y_new : f64
  }
}
// CHECK-LABEL: net.projection @traces from
// CHECK: eq.variable @w : {{.*}} local
// CHECK: eq.variable @x : {{.*}} presynaptic
// CHECK: eq.variable @y : {{.*}} postsynaptic
// CHECK: eq.variable @"$last_post_event" : {{.*}} postsynaptic
// CHECK: eq.variable @"$last_pre_event" : {{.*}} presynaptic

// -----

// A variable without decay has no clock.
// USE: spiking_cells
net.projection @count from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local parameter
    eq.variable @n : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
    %n = eq.read @n : f64
    %A = eq.read @A : f64
    %n_new = arith.addf %n, %A : f64
    eq.write @n, %n_new : f64
  }
}
// CHECK-LABEL: net.projection @count from
// CHECK: eq.variable @n : {{.*}} presynaptic

// -----

// Spikes reach the synapses of a pre neuron at different times; those of a post neuron are at once.
// USE: spiking_cells
net.projection @delays from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local parameter
    eq.variable @x : f64 local variable {clock = @"$last_pre_event"}
    eq.variable @y : f64 local variable {clock = @"$last_post_event"}
    eq.variable @"$last_post_event" : i64 local variable
    eq.variable @"$last_pre_event" : i64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
    %x = eq.read @x : f64
    %A = eq.read @A : f64
    %x_new = arith.addf %x, %A : f64
    eq.write @x, %x_new : f64
  }
  events {
    %x = eq.read @x : f64
    %x_elapsed = eq.elapsed @x : f64
    %x_now = arith.mulf %x, %x_elapsed : f64
    eq.write @x, %x_now : f64
    %y = eq.read @y : f64
    %y_elapsed = eq.elapsed @y : f64
    %y_now = arith.mulf %y, %y_elapsed : f64
    eq.write @y, %y_now : f64
  }
  post_spike {
    %y = eq.read @y : f64
    %A = eq.read @A : f64
    %y_new = arith.addf %y, %A : f64
    eq.write @y, %y_new : f64
  }
}
// CHECK-LABEL: net.projection @delays from
// CHECK: eq.variable @x : {{.*}} local
// CHECK: eq.variable @y : {{.*}} postsynaptic
// CHECK: eq.variable @"$last_post_event" : {{.*}} postsynaptic
// CHECK: eq.variable @"$last_pre_event" : {{.*}} local

// -----

// Synapses start with values of their own.
// USE: spiking_cells
net.projection @differs from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local parameter
    eq.variable @x : f64 local variable {clock = @"$last_pre_event", differs = true}
    eq.variable @"$last_pre_event" : i64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
    %x = eq.read @x : f64
    %A = eq.read @A : f64
    %x_new = arith.addf %x, %A : f64
    eq.write @x, %x_new : f64
  }
  events {
    %x = eq.read @x : f64
    %x_elapsed = eq.elapsed @x : f64
    %x_now = arith.mulf %x, %x_elapsed : f64
    eq.write @x, %x_now : f64
  }
}
// CHECK-LABEL: net.projection @differs from
// CHECK: eq.variable @x : {{.*}} local
// CHECK: eq.variable @"$last_pre_event" : {{.*}} local

// -----

// A parameter of each synapse stands behind u, and u behind x.
// USE: spiking_cells
net.projection @parameter from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
    eq.variable @U : f64 local parameter
    eq.variable @u : f64 local variable
    eq.variable @x : f64 local variable
  }
  transmit {
    %u = eq.read @u : f64
    %U = eq.read @U : f64
    %u_new = arith.addf %u, %U : f64
    eq.write @u, %u_new : f64
    %x = eq.read @x : f64
    %x_new = arith.mulf %x, %u_new : f64
    eq.write @x, %x_new : f64
  }
}
// CHECK-LABEL: net.projection @parameter from
// CHECK: eq.variable @u : {{.*}} local
// CHECK: eq.variable @x : {{.*}} local

// -----

// Both clocks of a pair are one: what stays keeps the other, too.
// USE: spiking_cells
net.projection @clock from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local parameter
    eq.variable @x : f64 local variable {clock = @"$last_pre_event"}
    eq.variable @z : f64 local variable {clock = @"$last_pre_event"}
    eq.variable @"$last_pre_event" : i64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
    %x = eq.read @x : f64
    %A = eq.read @A : f64
    %x_new = arith.addf %x, %A : f64
    eq.write @x, %x_new : f64
    %z = eq.read @z : f64
    %w2 = eq.read @w : f64
    %z_new = arith.addf %z, %w2 : f64
    eq.write @z, %z_new : f64
  }
  events {
    %x = eq.read @x : f64
    %x_elapsed = eq.elapsed @x : f64
    %x_now = arith.mulf %x, %x_elapsed : f64
    eq.write @x, %x_now : f64
    %z = eq.read @z : f64
    %z_elapsed = eq.elapsed @z : f64
    %z_now = arith.mulf %z, %z_elapsed : f64
    eq.write @z, %z_now : f64
  }
}
// CHECK-LABEL: net.projection @clock from
// CHECK: eq.variable @x : {{.*}} local
// CHECK: eq.variable @z : {{.*}} local

// -----

// Spikes of both sides change the trace, or a weight that can be kept fixed.
// USE: spiking_cells
net.projection @both from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local variable
    eq.variable @x : f64 local variable {clock = @"$last_event"}
    eq.variable @"$last_event" : i64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
    %x = eq.read @x : f64
    %A = eq.read @A : f64
    %x_new = arith.addf %x, %A : f64
    eq.write @x, %x_new : f64
    %w1 = eq.read @w : f64
    %A1 = eq.read @A : f64
    %w_new = arith.addf %w1, %A1 : f64
    eq.write @w, %w_new : f64
  }
  events {
    %x = eq.read @x : f64
    %x_elapsed = eq.elapsed @x : f64
    %x_now = arith.mulf %x, %x_elapsed : f64
    eq.write @x, %x_now : f64
  }
  post_spike {
    %x = eq.read @x : f64
    %A = eq.read @A : f64
    %x_new = arith.addf %x, %A : f64
    eq.write @x, %x_new : f64
  }
}
// CHECK-LABEL: net.projection @both from
// CHECK: eq.variable @w : {{.*}} local
// CHECK: eq.variable @x : {{.*}} local

// -----

// What a spike adds depends on the neuron at the other end, or is drawn for each synapse.
// USE: spiking_cells
net.projection @other_end from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "one", synapses = 2000 : i64} {
  declarations {
    eq.variable @A : f64 global parameter
    eq.variable @w : f64 local parameter
    eq.variable @x : f64 local variable
    eq.variable @z : f64 local variable
  }
  transmit {
    %g = eq.post @g_exc : f64
    eq.write @x, %g : f64
    %A = eq.read @A : f64
    %drawn = eq.random Uniform(%A, %A) stream 0 : (f64, f64) -> f64
    eq.write @z, %drawn : f64
  }
}
// CHECK-LABEL: net.projection @other_end from
// CHECK: eq.variable @x : {{.*}} local
// CHECK: eq.variable @z : {{.*}} local
