// dce removes what nobody uses, users before what they use.
// RUN: dce

// A chain of unused computations goes as a whole, an unused read with it.
func.func @unused_chain(%v: memref<?xf64>, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  %read = memref.load %v[%zero] : memref<?xf64>
  %sum = arith.addf %read, %x : f64
  %product = arith.mulf %sum, %x : f64
  return %x : f64
}
// CHECK-LABEL: func.func @unused_chain(
// CHECK-NEXT: return %x
// EXEC: unused_chain([1.0], 2.0) == 2.0 -> [1.0]

// -----

// Writes stay, and all they need.
func.func @writes_stay(%v: memref<?xf64>, %x: f64) {
  %zero = arith.constant 0 : index
  %sum = arith.addf %x, %x : f64
  memref.store %sum, %v[%zero] : memref<?xf64>
  return
}
// CHECK-LABEL: func.func @writes_stay(
// CHECK: arith.constant
// CHECK: arith.addf
// CHECK: memref.store
// EXEC: writes_stay([1.0], 2.0) -> [4.0]

// -----

// A loop and a branch that do nothing go, also one inside the other.
func.func @empty_regions(%n: index, %c: i1, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    scf.if %c {
      %unused = arith.mulf %x, %x : f64
    }
  }
  return %x : f64
}
// CHECK-LABEL: func.func @empty_regions(
// CHECK-NOT: scf.
// CHECK-NOT: arith.
// CHECK: return %x
// EXEC: empty_regions(3, true, 2.0) == 2.0

// -----

// A branch that writes stays; what is unused in it goes.
func.func @branch_writes(%v: memref<?xf64>, %c: i1, %x: f64) {
  %zero = arith.constant 0 : index
  scf.if %c {
    %unused = arith.mulf %x, %x : f64
    memref.store %x, %v[%zero] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @branch_writes(
// CHECK: scf.if
// CHECK-NOT: arith.mulf
// CHECK: memref.store
// EXEC: branch_writes([0.0], true, 2.0) -> [2.0]
// EXEC: branch_writes([0.0], false, 2.0) -> [0.0]

// -----

// A call may do anything: it stays although nobody uses its result.
func.func @writes(%v: memref<?xf64>) -> f64 {
  %zero = arith.constant 0 : index
  %x = arith.constant 5.0 : f64
  memref.store %x, %v[%zero] : memref<?xf64>
  return %x : f64
}
func.func @calls(%v: memref<?xf64>) {
  %unused = call @writes(%v) : (memref<?xf64>) -> f64
  return
}
// CHECK-LABEL: func.func @calls(
// CHECK: call
// EXEC: calls([1.0]) -> [5.0]

// -----

// In tasks of the level of loops: a read that nobody uses goes, and so does a loop without effect.
// RUN: dce
net.population @cells size 3 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
loops.step {
  loops.phase neurons {
    loops.task update of @cells {
      loops.neurons (%i: index) {
        %unused = loops.load @r[%i] of own : f64
        %sum = loops.sum exc[%i] : f64
      }
      loops.neurons (%i: index) {
        %r = loops.load @r[%i] of own : f64
        loops.store_past @r[%i]
      }
    }
  }
}
// CHECK: loops.task update of @cells {
// CHECK-NEXT: loops.neurons (%i: index) {
// CHECK-NEXT: loops.store_past @r[%i]
// CHECK-NEXT: }
// CHECK-NEXT: }

// -----

// An atomic operation stays without users, in a loop as well; a vote does not.
func.func @atomic(%v: memref<?xi32>, %i: index, %x: i32, %yes: i1) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %old = memref.atomic_rmw maxs %x, %v[%i] : (i32, memref<?xi32>) -> i32
  scf.for %j = %zero to %i step %one {
    %older = memref.atomic_rmw addi %x, %v[%j] : (i32, memref<?xi32>) -> i32
  }
  %any = nvvm.vote.sync any %x, %yes -> i1
  %lane = gpu.lane_id
  return
}
// CHECK-LABEL: func.func @atomic(
// CHECK: memref.atomic_rmw maxs
// CHECK: scf.for
// CHECK-NEXT: memref.atomic_rmw addi
// CHECK-NOT: nvvm
// CHECK-NOT: gpu
// CHECK: return
// EXEC: atomic([1, 2, 3], 2, 5, true) -> [6, 7, 5]
