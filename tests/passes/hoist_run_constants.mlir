// hoist-run-constants keeps what follows from parameters and exponentials of matrices in variables of
// the role "constant". The equation is x' = -x/tau; exp(-dt/tau) is the third result.
// RUN: hoist-run-constants
// RUN: hoist-run-constants,choose-layout,lower-equations,map-to-threads,cse,dce --check-prefix=KERNEL

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
// CHECK: %{{.*}}, %{{.*}}, %[[E:.*]] = special.propagator
// CHECK-NEXT: eq.write @"$constant0", %[[E]]
// CHECK-NEXT: %[[HELD:.*]] = eq.read @"$constant0"
// CHECK: arith.mulf %x, %[[HELD]]
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
