// licm computes in front of a loop what is the same in all its iterations.
// RUN: licm

// A parameter is read once, and what is computed of it alone is computed once.
func.func @parameter(%v: memref<?xf64>, %tau: memref<?xf64>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %dt = arith.constant 0.5 : f64
  scf.for %i = %zero to %n step %one {
    %t = memref.load %tau[%zero] : memref<?xf64>
    %k = arith.divf %dt, %t : f64
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.mulf %x, %k : f64
    memref.store %y, %v[%i] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @parameter(
// CHECK: %t = memref.load %tau[%zero]
// CHECK-NEXT: %k = arith.divf %dt, %t
// CHECK-NEXT: scf.for
// CHECK: %x = memref.load %v[%i]
// EXEC: parameter([1.0, 2.0], [4.0], 2) -> [0.125, 0.25], [4.0]
// EXEC: parameter([1.0], [4.0], 0) -> [1.0], [4.0]

// -----

// A loop that writes the buffer reads it anew in every iteration.
func.func @written(%v: memref<?xf64>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    // expected-remark@below {{the read of %v in the loop over %i left as it is: the loop writes it}}
    %x = memref.load %v[%zero] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @written(
// CHECK: scf.for
// CHECK: memref.load
// EXEC: written([1.0, 0.0, 0.0], 3) -> [2.0, 4.0, 4.0]

// -----

// The write may hide in a branch ...
func.func @written_in_branch(%v: memref<?xf64>, %c: i1, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    // expected-remark@below {{the loop writes it}}
    %x = memref.load %v[%zero] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    scf.if %c {
      memref.store %y, %v[%zero] : memref<?xf64>
    }
  }
  return
}
// CHECK-LABEL: func.func @written_in_branch(
// CHECK: scf.for
// CHECK: memref.load
// EXEC: written_in_branch([1.0], true, 3) -> [8.0]

// -----

// ... or in a function.
func.func @doubles(%v: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %x = memref.load %v[%zero] : memref<?xf64>
  %y = arith.addf %x, %x : f64
  memref.store %y, %v[%zero] : memref<?xf64>
  return
}
func.func @written_by_call(%v: memref<?xf64>, %w: memref<?xf64>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    %x = memref.load %v[%zero] : memref<?xf64>
    memref.store %x, %w[%i] : memref<?xf64>
    func.call @doubles(%v) : (memref<?xf64>) -> ()
  }
  return
}
// CHECK-LABEL: func.func @written_by_call(
// CHECK: scf.for
// CHECK: %x = memref.load
// EXEC: written_by_call([1.0], [0.0, 0.0, 0.0], 3) -> [8.0], [1.0, 2.0, 4.0]

// -----

// A branch that is not taken reads nothing: reads and writes in it stay in it.
func.func @branch(%v: memref<?xf64>, %w: memref<?xf64>, %c: i1, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    scf.if %c {
      %x = memref.load %v[%zero] : memref<?xf64>
      memref.store %x, %w[%i] : memref<?xf64>
    }
  }
  return
}
// CHECK-LABEL: func.func @branch(
// CHECK: scf.for
// CHECK: scf.if
// CHECK: memref.load
// EXEC: branch([7.0], [0.0, 0.0], true, 2) -> [7.0], [7.0, 7.0]
// EXEC: branch([], [0.0, 0.0], false, 2) -> [], [0.0, 0.0]

// -----

// An integer division may trap: it moves only where its divisor is a known number, not zero.
func.func @division(%v: memref<?xi64>, %a: i64, %b: i64, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : i64
  scf.for %i = %zero to %n step %one {
    %safe = arith.divsi %a, %three : i64
    %unsafe = arith.divsi %a, %b : i64
    %sum = arith.addi %safe, %unsafe : i64
    memref.store %sum, %v[%i] : memref<?xi64>
  }
  return
}
// CHECK-LABEL: func.func @division(
// CHECK: %safe = arith.divsi
// CHECK-NEXT: scf.for
// CHECK: %unsafe = arith.divsi
// EXEC: division([0, 0], 12, 2, 2) -> [10, 10]
// EXEC: division([0], 12, 0, 0) -> [0]

// -----

// The most negative number divided by -1 has no quotient either: it traps on some machines.
func.func @overflow(%v: memref<?xi64>, %a: i64, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %minus = arith.constant -1 : i64
  scf.for %i = %zero to %n step %one {
    %q = arith.divsi %a, %minus : i64
    memref.store %q, %v[%i] : memref<?xi64>
  }
  return
}
// CHECK-LABEL: func.func @overflow(
// CHECK: scf.for
// CHECK: arith.divsi
// EXEC: overflow([5], -9223372036854775808, 0) -> [5]

// -----

// A loop that does not run reads nothing: an element that need not exist is not read before it.
func.func @may_not_exist(%v: memref<?xf64>, %w: memref<?xf64>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %five = arith.constant 5 : index
  scf.for %i = %zero to %n step %one {
    %x = memref.load %v[%five] : memref<?xf64>
    memref.store %x, %w[%i] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @may_not_exist(
// CHECK: scf.for
// CHECK: memref.load
// EXEC: may_not_exist([1.0], [2.0], 0) -> [1.0], [2.0]

// -----

// From the inner loop to the outer one, and out of it.
func.func @nested(%v: memref<?xf64>, %tau: memref<?xf64>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    scf.for %j = %zero to %n step %one {
      %t = memref.load %tau[%zero] : memref<?xf64>
      %row = memref.load %v[%i] : memref<?xf64>
      %y = arith.mulf %row, %t : f64
      memref.store %y, %v[%i] : memref<?xf64>
    }
  }
  return
}
// CHECK-LABEL: func.func @nested(
// CHECK: %t = memref.load
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %row = memref.load %v[%i]
// EXEC: nested([1.0, 1.0], [3.0], 2) -> [9.0, 9.0], [3.0]

// -----

// Values that the loop carries change.
func.func @carried(%x: f64, %n: index) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %sum = scf.for %i = %zero to %n step %one iter_args(%s = %x) -> (f64) {
    %d = arith.addf %s, %s : f64
    scf.yield %d : f64
  }
  return %sum : f64
}
// CHECK-LABEL: func.func @carried(
// CHECK: scf.for
// CHECK: arith.addf
// EXEC: carried(1.0, 3) == 8.0
// EXEC: carried(1.0, 0) == 1.0

// -----

// Spike lists count what they append: the length is another one in every iteration.
func.func @spikes(
    %list: memref<?xi32>, %count: memref<?xi64>, %out: memref<?xi64>, %hit: i1, %limit: index,
    %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    // expected-remark@below {{the read of %count in the loop over %i left as it is: the loop writes it}}
    %c = memref.load %count[%zero] : memref<?xi64>
    memref.store %c, %out[%i] : memref<?xi64>
    syn.append %hit, %i to %list[%zero] count %count[%zero] below %limit : i1, memref<?xi32>, memref<?xi64>
  }
  return
}
// EXEC: spikes([0, 0, 0], [0], [9, 9, 9], true, 5, 3) -> [0, 1, 2], [3], [0, 1, 2]

// -----

// In tasks of the level of loops: what is the same for all neurons is computed once; what the loop
// writes, and what belongs to a neuron, stays. A value of the pre neuron is read once for its row.
// RUN: licm
net.population @cells size 3 kind spike {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @v : f64 local variable
  }
}
net.projection @proj from @cells to @cells ["exc"] kind spike pattern sparse {
  declarations {
    eq.variable @x : f64 presynaptic variable
    eq.variable @w : f64 local variable
    eq.variable @A : f64 global parameter
  }
}
loops.step {
  loops.phase transmission {
    loops.task transmit of @proj {
      loops.arriving (%pre: index, %delay: index) {
        loops.row %pre delay %delay (%synapse: index, %post: index) {
          %A = loops.load @A of own : f64
          %x = loops.load @x[%pre] of own : f64
          %change = arith.mulf %A, %x : f64
          %w = loops.load @w[%synapse] of own : f64
          %new = arith.addf %w, %change : f64
          loops.store %new, @w[%synapse] of own : f64
        }
      }
    }
  }
  loops.phase neurons {
    loops.task update of @cells {
      loops.neurons (%i: index) {
        %v = loops.load @v[%i] of own : f64
        %tau = loops.load @tau of own : f64
        %dt = loops.dt : f64
        %k = arith.divf %dt, %tau : f64
        %u = arith.mulf %v, %k : f64
        loops.store %u, @v[%i] of own : f64
      }
    }
  }
}
// CHECK: loops.task transmit of @proj {
// CHECK-NEXT: %A = loops.load @A of own
// CHECK-NEXT: loops.arriving (%pre: index, %delay: index) {
// CHECK-NEXT: %x = loops.load @x[%pre] of own
// CHECK-NEXT: %change = arith.mulf %A, %x
// CHECK-NEXT: loops.row %pre delay %delay
// CHECK-NEXT: %w = loops.load @w[%synapse]
// CHECK: loops.task update of @cells {
// CHECK-NEXT: %tau = loops.load @tau of own
// CHECK-NEXT: %dt = loops.dt
// CHECK-NEXT: %k = arith.divf %dt, %tau
// CHECK-NEXT: loops.neurons (%i: index) {
// CHECK-NEXT: %v = loops.load @v[%i]

// -----

// The number of the lane is the same in all iterations. Votes stay where the lanes meet, and a
// buffer that is changed by atomic operations is read in the loop.
func.func @lanes(%v: memref<?xi32>, %n: index, %yes: i1, %all: i32) -> i32 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %none = arith.constant 0 : i32
  %sum = scf.for %j = %zero to %n step %one iter_args(%s = %none) -> (i32) {
    %lane = gpu.lane_id
    %vote = nvvm.vote.sync ballot %all, %yes -> i32
    %x = memref.load %v[%zero] : memref<?xi32>
    %old = memref.atomic_rmw addi %vote, %v[%lane] : (i32, memref<?xi32>) -> i32
    %more = arith.addi %s, %x : i32
    scf.yield %more : i32
  }
  return %sum : i32
}
// CHECK-LABEL: func.func @lanes(
// CHECK: gpu.lane_id
// CHECK: scf.for
// CHECK: nvvm.vote.sync
// CHECK: memref.load
// CHECK: memref.atomic_rmw
// EXEC: lanes([3], 4, true, -1) == 18 -> [7]

// -----

// A loop with a barrier of lanes reads what others write in every iteration.
func.func @barrier(%v: memref<?xi32>, %n: index, %all: i32) -> i32 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %none = arith.constant 0 : i32
  %sum = scf.for %j = %zero to %n step %one iter_args(%s = %none) -> (i32) {
    %x = memref.load %v[%zero] : memref<?xi32>
    nvvm.bar.warp.sync %all : i32
    %more = arith.addi %s, %x : i32
    scf.yield %more : i32
  }
  return %sum : i32
}
// CHECK-LABEL: func.func @barrier(
// CHECK: scf.for
// CHECK-NEXT: memref.load
// CHECK-NEXT: nvvm.bar.warp.sync
// EXEC: barrier([3], 4, -1) == 12 -> [3]
