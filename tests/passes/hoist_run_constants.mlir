// hoist-run-constants keeps what follows from parameters and exponentials of matrices in variables of
// the role "constant". The equation is x' = -x/tau; exp(-dt/tau) is the third result.
// RUN: hoist-run-constants
// RUN: hoist-run-constants,choose-layout,lower-equations,@loops --check-prefix=LOOPS
// RUN: hoist-run-constants,choose-layout,lower-equations,@loops,map-to-threads,cse,dce --check-prefix=KERNEL

net.population @each size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @x : f64 local variable
  }
  equations {
    %tau = eq.read @tau : f64
    %dt = eq.dt : f64
    %s = arith.divf %dt, %tau : f64
    %a = arith.negf %s : f64
    %d, %p, %e = special.propagator 1(%a) at [0] : (f64) -> (f64, f64, f64)
    %x = eq.read @x : f64
    %new = arith.mulf %x, %e : f64
    eq.write @x, %new : f64
  }
}
// Each neuron has its own time constant.
// CHECK-LABEL: net.population @each size
// CHECK: eq.variable @"$constant0" : f64 local constant
// CHECK: constants {
// CHECK: %{{.*}}, %{{.*}}, %[[E:.*]] = special.propagator
// CHECK-NEXT: eq.write @"$constant0", %[[E]]
// CHECK: equations {
// CHECK-NEXT: %[[HELD:.*]] = eq.read @"$constant0"
// CHECK-NOT: arith.divf
// CHECK: arith.mulf %x, %[[HELD]]
// LOOPS-LABEL: loops.task constants of @each
// LOOPS: loops.neurons
// LOOPS: special.propagator
// LOOPS: loops.store {{.*}}, @"$constant0"[%i]
// LOOPS-LABEL: loops.task update of @each
// LOOPS-NOT: special.propagator
// LOOPS: loops.load @"$constant0"[%i]
// In front of the steps of a run there is a kernel of its own; that of a step only reads.
// KERNEL-LABEL: func.func @each_constants
// KERNEL: scf.for
// KERNEL: special.propagator
// KERNEL-LABEL: func.func @each_update
// KERNEL-NOT: special.propagator
// KERNEL-LABEL: func.func @step_range
// KERNEL: call @each_constants
// KERNEL: scf.for
// KERNEL: func.call @each_update

// -----

// What is the same for all neurons is found once, by each thread for itself.
net.population @common size 1 kind rate {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @x : f64 local variable
  }
  equations {
    %tau = eq.read @tau : f64
    %d, %p, %e = special.propagator 1(%tau) at [0] : (f64) -> (f64, f64, f64)
    %x = eq.read @x : f64
    %new = arith.mulf %x, %d : f64
    eq.write @x, %new : f64
  }
}
// CHECK-LABEL: net.population @common size
// CHECK: eq.variable @"$constant0" : f64 global constant
// LOOPS-LABEL: loops.task constants of @common
// LOOPS: loops.once
// LOOPS: loops.store {{.*}}, @"$constant0" of own
// KERNEL-LABEL: func.func @common_constants
// KERNEL: special.propagator
// KERNEL: memref.store {{.*}}[%thread]

// -----

// What the equations change is another one in every step.
net.population @changes size 1 kind rate {
  declarations {
    eq.variable @a : f64 local variable
    eq.variable @x : f64 local variable
  }
  equations {
    %a = eq.read @a : f64
    %d, %p, %e = special.propagator 1(%a) at [0] : (f64) -> (f64, f64, f64)
    %x = eq.read @x : f64
    %new = arith.mulf %x, %e : f64
    eq.write @x, %new : f64
  }
}
// CHECK-LABEL: net.population @changes size
// CHECK-NOT: constant
// KERNEL-LABEL: func.func @changes_update
// KERNEL: special.propagator

// -----

// Synapses, too: one constant for all of a projection, or one for each post neuron. What all synapses
// share is found by each thread for itself.
net.population @cells size 20 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
net.projection @shared from @cells to @cells ["exc"] kind rate pattern all_to_all {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %tau = eq.read @tau : f64
    %d, %p, %e = special.propagator 1(%tau) at [0] : (f64) -> (f64, f64, f64)
    %w = eq.read @w : f64
    %new = arith.mulf %w, %e : f64
    eq.write @w, %new : f64
  }
}
// CHECK-LABEL: net.projection @shared
// CHECK: eq.variable @"$constant0" : f64 global constant
// CHECK: constants {
// CHECK: special.propagator
// CHECK: equations {
// CHECK-NEXT: %[[HELD:.*]] = eq.read @"$constant0"
// LOOPS-LABEL: loops.task constants of @shared
// LOOPS: loops.once
// LOOPS: special.propagator
// LOOPS-LABEL: loops.task learn of @shared
// LOOPS-NOT: special.propagator
// KERNEL-LABEL: func.func @shared_constants
// KERNEL-NOT: scf.for
// KERNEL: special.propagator
// KERNEL: memref.store {{.*}}[%thread]
// KERNEL-LABEL: func.func @shared_learn
// KERNEL-NOT: special.propagator
// KERNEL: memref.load {{.*}}[%thread]
// KERNEL-LABEL: func.func @step_range
// KERNEL: call @shared_constants
// KERNEL: scf.for %step
// KERNEL-NOT: constants
// KERNEL: func.call @shared_learn

// -----

// Equations of post neurons and those of their synapses have constants of their own.
net.population @cells size 20 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
net.projection @dendrites from @cells to @cells ["exc"] kind rate pattern all_to_all {
  declarations {
    eq.variable @tau : f64 postsynaptic parameter
    eq.variable @gain : f64 global parameter
    eq.variable @y : f64 postsynaptic variable
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  dendrite_equations {
    %tau = eq.read @tau : f64
    %d, %p, %e = special.propagator 1(%tau) at [0] : (f64) -> (f64, f64, f64)
    %y = eq.read @y : f64
    %new = arith.mulf %y, %e : f64
    eq.write @y, %new : f64
  }
  equations {
    %tau = eq.read @tau : f64
    %gain = eq.read @gain : f64
    %a = arith.mulf %tau, %gain : f64
    %d, %p, %e = special.propagator 1(%a) at [0] : (f64) -> (f64, f64, f64)
    %w = eq.read @w : f64
    %new = arith.mulf %w, %p : f64
    eq.write @w, %new : f64
  }
}
// CHECK-LABEL: net.projection @dendrites
// CHECK: eq.variable @"$constant0" : f64 postsynaptic constant
// CHECK: eq.variable @"$constant1" : f64 postsynaptic constant
// LOOPS-LABEL: loops.task constants of @dendrites
// LOOPS: loops.posts
// LOOPS: loops.store {{.*}}, @"$constant0"[%post]
// LOOPS: loops.store {{.*}}, @"$constant1"[%post]
// LOOPS-LABEL: loops.task learn of @dendrites
// LOOPS-NOT: special.propagator
// KERNEL-LABEL: func.func @dendrites_constants
// KERNEL: scf.for %i
// KERNEL: special.propagator
// KERNEL: special.propagator
// KERNEL-LABEL: func.func @dendrites_learn
// KERNEL-NOT: special.propagator

// -----

// Where each synapse has a parameter of its own, it finds its exponential in every step.
net.population @cells size 20 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
net.projection @synapses from @cells to @cells ["exc"] kind rate pattern all_to_all {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %tau = eq.read @tau : f64
    %d, %p, %e = special.propagator 1(%tau) at [0] : (f64) -> (f64, f64, f64)
    %w = eq.read @w : f64
    %new = arith.mulf %w, %e : f64
    eq.write @w, %new : f64
  }
}
// CHECK-LABEL: net.projection @synapses
// CHECK-NOT: constant
// LOOPS-LABEL: loops.task learn of @synapses
// LOOPS: special.propagator
// KERNEL-LABEL: func.func @synapses_learn
// KERNEL: special.propagator

// -----

// So it does where each pre neuron has one: constants are of post neurons.
net.population @cells size 20 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
net.projection @pre from @cells to @cells ["exc"] kind rate pattern all_to_all {
  declarations {
    eq.variable @tau : f64 presynaptic parameter
    eq.variable @gain : f64 global parameter
    eq.variable @w : f64 local variable
  }
  transmit {
    %w = eq.read @w : f64
    eq.yield %w : f64
  }
  equations {
    %tau = eq.read @tau : f64
    %gain = eq.read @gain : f64
    %a = arith.mulf %tau, %gain : f64
    %d, %p, %e = special.propagator 1(%a) at [0] : (f64) -> (f64, f64, f64)
    %w = eq.read @w : f64
    %new = arith.mulf %w, %e : f64
    eq.write @w, %new : f64
  }
}
// CHECK-LABEL: net.projection @pre
// CHECK-NOT: constant
