// cse computes equal things once.
// RUN: cse

func.func @equal_products(%x: f64, %y: f64) -> f64 {
  %a = arith.mulf %x, %y : f64
  %b = arith.mulf %x, %y : f64
  %sum = arith.addf %a, %b : f64
  return %sum : f64
}
// CHECK-LABEL: func.func @equal_products(
// CHECK: %a = arith.mulf %x, %y
// CHECK-NEXT: arith.addf %a, %a
// EXEC: equal_products(3.0, 2.0) == 12.0

// -----

// Operands in another order are another computation, unless canonicalize has sorted them.
func.func @other_order(%x: f64, %y: f64) -> f64 {
  %a = arith.subf %x, %y : f64
  %b = arith.subf %y, %x : f64
  %product = arith.mulf %a, %b : f64
  return %product : f64
}
// CHECK-LABEL: func.func @other_order(
// CHECK-COUNT-2: arith.subf
// EXEC: other_order(3.0, 2.0) == -1.0

// -----

// Constants are equal bit by bit: 0.0 is not -0.0, and 0 : i64 is not 0 : index.
func.func @two_zeros() -> (f64, f64) {
  %plus = arith.constant 0.0 : f64
  %minus = arith.constant -0.0 : f64
  return %plus, %minus : f64, f64
}
// CHECK-LABEL: func.func @two_zeros(
// CHECK: return %plus, %minus
// EXEC: two_zeros() == (0.0, -0.0)

// -----

// The properties of an operation belong to it: these comparisons differ.
func.func @other_predicate(%x: f64, %y: f64) -> (i1, i1) {
  %greater = arith.cmpf ogt, %x, %y : f64
  %less = arith.cmpf olt, %x, %y : f64
  return %greater, %less : i1, i1
}
// CHECK-LABEL: func.func @other_predicate(
// CHECK: return %greater, %less
// EXEC: other_predicate(2.0, 1.0) == (true, false)

// -----

// Two reads of an element are one, as long as nothing is written in between.
func.func @reads(%v: memref<?xf64>, %w: memref<?xf64>) -> f64 {
  %zero = arith.constant 0 : index
  %a = memref.load %v[%zero] : memref<?xf64>
  %b = memref.load %v[%zero] : memref<?xf64>
  %sum = arith.addf %a, %b : f64
  memref.store %sum, %v[%zero] : memref<?xf64>
  %c = memref.load %v[%zero] : memref<?xf64>
  return %c : f64
}
// CHECK-LABEL: func.func @reads(
// CHECK: arith.addf %a, %a
// CHECK: memref.store
// CHECK-NEXT: %c = memref.load
// EXEC: reads([2.0], [0.0]) == 4.0 -> [4.0], [0.0]

// -----

// A write inside a branch is a write, too.
func.func @write_in_branch(%v: memref<?xf64>, %c: i1, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  %a = memref.load %v[%zero] : memref<?xf64>
  scf.if %c {
    memref.store %x, %v[%zero] : memref<?xf64>
  }
  %b = memref.load %v[%zero] : memref<?xf64>
  %difference = arith.subf %b, %a : f64
  return %difference : f64
}
// CHECK-LABEL: func.func @write_in_branch(
// CHECK-COUNT-2: memref.load
// EXEC: write_in_branch([1.0], true, 5.0) == 4.0
// EXEC: write_in_branch([1.0], false, 5.0) == 0.0

// -----

// What an outer block computed serves the blocks inside; what one branch computed not the other.
func.func @dominance(%c: i1, %x: f64, %y: f64) -> f64 {
  %outer = arith.addf %x, %y : f64
  %chosen = scf.if %c -> (f64) {
    %again = arith.addf %x, %y : f64
    %one = arith.mulf %again, %y : f64
    scf.yield %one : f64
  } else {
    %other = arith.mulf %outer, %y : f64
    scf.yield %other : f64
  }
  return %chosen : f64
}
// CHECK-LABEL: func.func @dominance(
// CHECK: %outer = arith.addf
// CHECK-NOT: arith.addf
// CHECK: %one = arith.mulf %outer, %y
// CHECK: %other = arith.mulf %outer, %y
// EXEC: dominance(true, 1.0, 2.0) == 6.0
// EXEC: dominance(false, 1.0, 2.0) == 6.0

// -----

// Random numbers are functions of their counters: one draw, unless the stream is another.
func.func @random(%seed: i64, %step: i64, %id: i64) -> f64 {
  %a = rng.uniform %seed, %step, %id stream 1 : (i64, i64, i64) -> f64
  %b = rng.uniform %seed, %step, %id stream 1 : (i64, i64, i64) -> f64
  %c = rng.uniform %seed, %step, %id stream 2 : (i64, i64, i64) -> f64
  %zero = arith.subf %a, %b : f64
  %sum = arith.addf %zero, %c : f64
  return %sum : f64
}
// CHECK-LABEL: func.func @random(
// CHECK-COUNT-2: rng.uniform
// CHECK: arith.subf %a, %a

// -----

// The location of what stays tells of what it replaces.
// RUN: cse --locations
func.func @locations(%x: f64) -> f64 {
  %a = arith.mulf %x, %x : f64 loc("model.py":3:4)
  %b = arith.mulf %x, %x : f64 loc("model.py":5:6)
  %sum = arith.addf %a, %b : f64
  return %sum : f64
}
// CHECK-LABEL: func.func @locations(
// CHECK: arith.mulf{{.*}} loc(fused<"cse">["model.py":3:4, "model.py":5:6])

// -----

// Spike lists count what they append: the second read is another one.
func.func @spikes(%list: memref<?xi32>, %count: memref<?xi64>, %hit: i1, %limit: index) -> (i64, i64) {
  %zero = arith.constant 0 : index
  %a = memref.load %count[%zero] : memref<?xi64>
  syn.append %hit, %zero to %list[%zero] count %count[%zero] below %limit : i1, memref<?xi32>, memref<?xi64>
  %b = memref.load %count[%zero] : memref<?xi64>
  return %a, %b : i64, i64
}
// CHECK-LABEL: func.func @spikes(
// CHECK-COUNT-2: memref.load
// EXEC: spikes([0, 0], [0], true, 5) == (0, 1)

// -----

// In tasks of the level of loops: reads of variables are shared until somebody writes them; what a
// loop over neurons writes is read again in front of the next iteration's reads.
// RUN: cse
net.population @cells size 3 kind spike {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @v : f64 local variable
  }
}
loops.step {
  loops.phase neurons {
    loops.task update of @cells {
      loops.neurons (%i: index) {
        %v = loops.load @v[%i] of own : f64
        %tau = loops.load @tau of own : f64
        %a = arith.divf %v, %tau : f64
        loops.store %a, @v[%i] of own : f64
        %tau_again = loops.load @tau of own : f64
        %v_again = loops.load @v[%i] of own : f64
        %hit = arith.cmpf ogt, %v_again, %tau_again : f64
        loops.append %i if %hit : i1
        %v_last = loops.load @v[%i] of own : f64
        loops.store %v_last, @v[%i] of own : f64
      }
    }
  }
}
// CHECK: %v = loops.load @v[%i]
// CHECK-NEXT: %tau = loops.load @tau
// CHECK: loops.store %a, @v[%i]
// CHECK-NEXT: %v_again = loops.load @v[%i]
// CHECK-NEXT: %hit = arith.cmpf ogt, %v_again, %tau : f64
// CHECK-NEXT: loops.append %i if %hit
// CHECK-NEXT: loops.store %v_again, @v[%i]

// -----

// The number of a lane is one number; atomic operations are not shared, and end what is known.
func.func @lanes(%v: memref<?xi32>, %i: index, %x: i32) -> (index, i32, i32) {
  %a = gpu.lane_id
  %b = gpu.lane_id
  %sum = arith.addi %a, %b : index
  %one = memref.atomic_rmw addi %x, %v[%i] : (i32, memref<?xi32>) -> i32
  %two = memref.atomic_rmw addi %x, %v[%i] : (i32, memref<?xi32>) -> i32
  %before = memref.load %v[%i] : memref<?xi32>
  %three = memref.atomic_rmw ori %x, %v[%i] : (i32, memref<?xi32>) -> i32
  %after = memref.load %v[%i] : memref<?xi32>
  %both = arith.addi %before, %after : i32
  return %sum, %two, %both : index, i32, i32
}
// CHECK-LABEL: func.func @lanes(
// CHECK: %a = gpu.lane_id
// CHECK-NEXT: arith.addi %a, %a
// CHECK-COUNT-2: memref.atomic_rmw addi
// CHECK: memref.load
// CHECK: memref.atomic_rmw ori
// CHECK: memref.load
// EXEC: lanes([1, 2], 1, 8) == (0, 10, 44) -> [1, 26]

// -----

// Behind a barrier of lanes, reads may give what other lanes wrote.
func.func @barrier(%v: memref<?xi32>, %i: index, %all: i32) -> i32 {
  %x = memref.load %v[%i] : memref<?xi32>
  nvvm.bar.warp.sync %all : i32
  %y = memref.load %v[%i] : memref<?xi32>
  nvvm.bar.warp.sync %all : i32
  %sum = arith.addi %x, %y : i32
  return %sum : i32
}
// CHECK-LABEL: func.func @barrier(
// CHECK-COUNT-2: memref.load
// EXEC: barrier([1, 2], 1, -1) == 4 -> [1, 2]

// -----

// Two buffers of a block are two, and behind a barrier of the block reads are read again.
func.func @blocks(%x: f64, %i: index) -> f64 {
  %a = memref.alloc() : memref<4xf64, 3>
  %b = memref.alloc() : memref<4xf64, 3>
  %me = gpu.thread_id x
  %other = gpu.thread_id x
  memref.store %x, %a[%me] : memref<4xf64, 3>
  %two = arith.addf %x, %x : f64
  memref.store %two, %b[%me] : memref<4xf64, 3>
  %y = memref.load %a[%i] : memref<4xf64, 3>
  gpu.barrier
  %z = memref.load %a[%i] : memref<4xf64, 3>
  %w = memref.load %b[%other] : memref<4xf64, 3>
  %s = arith.addf %y, %z : f64
  %t = arith.addf %s, %w : f64
  return %t : f64
}
// CHECK-LABEL: func.func @blocks(
// CHECK-COUNT-2: memref.alloc
// CHECK-COUNT-1: gpu.thread_id
// CHECK-NOT: gpu.thread_id
// CHECK: memref.load %a[%i]
// CHECK: gpu.barrier
// CHECK: memref.load %a[%i]
// EXEC: blocks(3.0, 0) == 12.0
