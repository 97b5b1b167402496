// uniform-first computes what follows from dt and shared parameters once in a run.
// RUN: uniform-first
// RUN: uniform-first,@threads --check-prefix=KERNEL

// A quotient moves, and what follows from it; a product alone does not.
net.population @cells size 3 kind rate {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @gain : f64 global parameter
    eq.variable @r : f64 local variable
  }
}
loops.step {
  loops.phase neurons {
    loops.task update of @cells {
      %tau = loops.load @tau of own : f64
      %gain = loops.load @gain of own : f64
      %dt = loops.dt : f64
      %s = arith.divf %dt, %tau : f64
      %n = arith.negf %s : f64
      %decay = math.exp %n : f64
      %twice = arith.mulf %gain, %gain : f64
      loops.neurons (%i: index) {
        %r = loops.load @r[%i] of own : f64
        %k = math.fma %r, %decay, %twice : f64
        %new = arith.subf %k, %s : f64
        loops.store %new, @r[%i] of own : f64
      }
    }
  }
}
// CHECK-LABEL: net.population @cells
// CHECK: eq.variable @r
// CHECK-NEXT: eq.variable @"$constant0" : f64 global constant
// CHECK-NEXT: eq.variable @"$constant1" : f64 global constant
// CHECK: loops.phase constants {
// CHECK-NEXT: loops.task constants of @cells {
// CHECK-NEXT: loops.once {
// CHECK: %s = arith.divf %dt, %tau
// CHECK-NEXT: loops.store %s, @"$constant0" of own
// CHECK-NEXT: %n = arith.negf %s
// CHECK-NEXT: %decay = math.exp %n
// CHECK-NEXT: loops.store %decay, @"$constant1" of own
// CHECK: loops.task update of @cells {
// CHECK: %s = loops.load @"$constant0" of own
// CHECK: %decay = loops.load @"$constant1" of own
// CHECK-NOT: {{arith.divf|math.exp|@tau|loops.dt}}
// CHECK: %twice = arith.mulf %gain, %gain
// CHECK: loops.neurons
// CHECK: math.fma %r, %decay, %twice
// The kernel of constants stands in front of the loop over steps.
// KERNEL-LABEL: func.func @cells_constants
// KERNEL: math.exp
// KERNEL-LABEL: func.func @cells_update
// KERNEL-NOT: {{arith.divf|math.exp}}
// KERNEL-LABEL: func.func @step_range
// KERNEL: call @cells_constants
// KERNEL: scf.for
// KERNEL: func.call @cells_update

// -----

// What a task sets, what each neuron has for itself, and the time are others in each step or neuron.
net.population @changes size 3 kind rate {
  declarations {
    eq.variable @a : f64 global parameter
    eq.variable @b : f64 local parameter
    eq.variable @r : f64 local variable
  }
}
loops.step {
  loops.phase neurons {
    loops.task global of @changes {
      %one = arith.constant 1.0 : f64
      loops.once {
        %a = loops.load @a of own : f64
        %next = arith.addf %a, %one : f64
        loops.store %next, @a of own : f64
      }
    }
    loops.task update of @changes {
      %a = loops.load @a of own : f64
      %dt = loops.dt : f64
      %s = arith.divf %dt, %a : f64
      %now = loops.now
      %number = arith.sitofp %now : i64 to f64
      %time = math.sqrt %number : f64
      loops.neurons (%i: index) {
        %b = loops.load @b[%i] of own : f64
        %q = arith.divf %dt, %b : f64
        %t = arith.addf %q, %s : f64
        %u = arith.addf %t, %time : f64
        loops.store %u, @r[%i] of own : f64
      }
    }
  }
}
// CHECK-LABEL: net.population @changes
// CHECK-NOT: global constant
// CHECK: loops.task update of @changes
// CHECK: arith.divf %dt, %a
// CHECK: math.sqrt
// CHECK: arith.divf %dt, %b
// KERNEL-LABEL: func.func @step_range
// KERNEL-NOT: constants

// -----

// The same value of several tasks is one variable; loads of all regions move in front of the loops.
// Whole numbers are kept, too; a truth value is not: what it is made of is.
// RUN: uniform-first
net.population @source size 3 kind spike {
  declarations {
    eq.variable @v : f64 local variable
  }
}
net.projection @onto from @source to @source ["exc"] kind spike pattern sparse attributes {delays = "one"} {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @x : f64 postsynaptic variable
    eq.variable @w : f64 local variable
  }
}
loops.step {
  loops.phase learning {
    loops.task learn of @onto {
      loops.posts (%post: index) {
        %tau = loops.load @tau of own : f64
        %dt = loops.dt : f64
        %s = arith.divf %dt, %tau : f64
        %steps = arith.fptosi %s : f64 to i32
        %zero = arith.constant 0.0 : f64
        %many = arith.cmpf ogt, %s, %zero : f64
        %x = loops.load @x[%post] of own : f64
        %whole = arith.sitofp %steps : i32 to f64
        %y = arith.select %many, %x, %zero : f64
        %z = arith.addf %y, %whole : f64
        loops.store %z, @x[%post] of own : f64
      }
    }
    loops.task post of @onto {
      loops.fired (%post: index) {
        %tau = loops.load @tau of own : f64
        %dt = loops.dt : f64
        %s = arith.divf %dt, %tau : f64
        %half = arith.constant 0.5 : f64
        %few = arith.cmpf olt, %s, %half : f64
        %t = arith.select %few, %s, %half : f64
        loops.store %t, @x[%post] of own : f64
      }
    }
  }
}
// CHECK-LABEL: net.projection @onto
// CHECK: eq.variable @"$constant0" : f64 global constant
// CHECK-NEXT: eq.variable @"$constant1" : f64 global constant
// CHECK-NEXT: eq.variable @"$constant2" : f64 global constant
// CHECK-NOT: constant3
// CHECK: loops.task constants of @onto
// CHECK-COUNT-1: arith.divf
// CHECK-NOT: arith.divf
// CHECK: %t = arith.select
// CHECK-NEXT: loops.store %t, @"$constant2" of own
// CHECK: loops.task learn of @onto {
// CHECK-NEXT: %s = loops.load @"$constant0" of own
// CHECK-NEXT: %whole = loops.load @"$constant1" of own
// CHECK-NEXT: loops.posts
// CHECK-NOT: arith.fptosi
// CHECK: arith.cmpf ogt, %s
// CHECK: loops.task post of @onto {
// CHECK-NEXT: %t = loops.load @"$constant2" of own
// CHECK-NEXT: loops.fired
// CHECK-NOT: arith.select
