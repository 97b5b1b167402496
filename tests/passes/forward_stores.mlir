// forward-stores lets values go through registers, not through memory, inside one iteration.
// RUN: forward-stores

// A read of what was just stored is the stored value; a store that is overwritten goes.
func.func @forwarded(%v: memref<?xf64>, %x: f64, %i: index) -> f64 {
  memref.store %x, %v[%i] : memref<?xf64>
  %y = memref.load %v[%i] : memref<?xf64>
  %z = arith.addf %y, %y : f64
  memref.store %z, %v[%i] : memref<?xf64>
  return %y : f64
}
// CHECK-LABEL: func.func @forwarded(
// CHECK-NEXT: %z = arith.addf %x, %x
// CHECK-NEXT: memref.store %z, %v[%i]
// CHECK-NEXT: return %x
// EXEC: forwarded([1.0], 2.0, 0) == 2.0 -> [4.0]

// -----

// A second read of an element is the first one.
func.func @read_twice(%v: memref<?xf64>, %i: index) -> f64 {
  %x = memref.load %v[%i] : memref<?xf64>
  %y = memref.load %v[%i] : memref<?xf64>
  %z = arith.addf %x, %y : f64
  return %z : f64
}
// CHECK-LABEL: func.func @read_twice(
// CHECK-COUNT-1: memref.load
// CHECK: arith.addf %x, %x
// EXEC: read_twice([3.0], 0) == 6.0

// -----

// Two indices may be one element: the read between the stores needs the first, and nothing is known
// of it afterwards.
func.func @may_be_equal(%v: memref<?xf64>, %i: index, %j: index, %x: f64, %y: f64) -> (f64, f64) {
  memref.store %x, %v[%i] : memref<?xf64>
  %a = memref.load %v[%j] : memref<?xf64>
  memref.store %y, %v[%i] : memref<?xf64>
  %b = memref.load %v[%j] : memref<?xf64>
  return %a, %b : f64, f64
}
// CHECK-LABEL: func.func @may_be_equal(
// CHECK-COUNT-2: memref.store
// CHECK: %b = memref.load
// EXEC: may_be_equal([0.0, 5.0], 0, 0, 1.0, 2.0) == (1.0, 2.0) -> [2.0, 5.0]
// EXEC: may_be_equal([0.0, 5.0], 0, 1, 1.0, 2.0) == (5.0, 5.0) -> [2.0, 5.0]

// -----

// Two different constants are two elements.
func.func @certainly_apart(%v: memref<?xf64>, %x: f64, %y: f64) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%zero] : memref<?xf64>
  memref.store %y, %v[%one] : memref<?xf64>
  %a = memref.load %v[%zero] : memref<?xf64>
  memref.store %y, %v[%zero] : memref<?xf64>
  return %a : f64
}
// CHECK-LABEL: func.func @certainly_apart(
// CHECK-NOT: memref.load
// CHECK: memref.store %y, %v[%one]
// CHECK-NEXT: memref.store %y, %v[%zero]
// CHECK-NEXT: return %x
// EXEC: certainly_apart([0.0, 0.0], 1.0, 2.0) == 1.0 -> [2.0, 2.0]

// -----

// Another index may be any of the two: it hides both.
func.func @hidden(%v: memref<?xf64>, %i: index, %x: f64, %y: f64) -> (f64, f64) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%zero] : memref<?xf64>
  memref.store %x, %v[%one] : memref<?xf64>
  memref.store %y, %v[%i] : memref<?xf64>
  %a = memref.load %v[%zero] : memref<?xf64>
  %b = memref.load %v[%one] : memref<?xf64>
  return %a, %b : f64, f64
}
// CHECK-LABEL: func.func @hidden(
// CHECK-COUNT-3: memref.store
// CHECK-COUNT-2: memref.load
// EXEC: hidden([0.0, 0.0], 1, 1.0, 2.0) == (1.0, 2.0)

// -----

// What a branch may write is not known after it; before it stored values may be read in it.
func.func @branch_writes(%v: memref<?xf64>, %w: memref<?xf64>, %c: i1, %i: index, %x: f64, %y: f64) -> f64 {
  memref.store %x, %v[%i] : memref<?xf64>
  scf.if %c {
    %a = memref.load %v[%i] : memref<?xf64>
    memref.store %a, %w[%i] : memref<?xf64>
    memref.store %y, %v[%i] : memref<?xf64>
  }
  %b = memref.load %v[%i] : memref<?xf64>
  memref.store %y, %v[%i] : memref<?xf64>
  return %b : f64
}
// CHECK-LABEL: func.func @branch_writes(
// CHECK: memref.store %x, %v[%i]
// CHECK: scf.if
// CHECK-NEXT: memref.store %x, %w[%i]
// CHECK-NEXT: memref.store %y, %v[%i]
// CHECK: %b = memref.load
// EXEC: branch_writes([0.0], [0.0], true, 0, 1.0, 2.0) == 2.0 -> [2.0], [1.0]
// EXEC: branch_writes([0.0], [0.0], false, 0, 1.0, 2.0) == 1.0 -> [2.0], [0.0]

// -----

// What one branch stored, the other does not know; nor is it known after both.
func.func @two_branches(%v: memref<?xf64>, %c: i1, %i: index, %x: f64, %y: f64) -> f64 {
  %chosen = scf.if %c -> (f64) {
    memref.store %x, %v[%i] : memref<?xf64>
    %a = memref.load %v[%i] : memref<?xf64>
    scf.yield %a : f64
  } else {
    %b = memref.load %v[%i] : memref<?xf64>
    memref.store %y, %v[%i] : memref<?xf64>
    scf.yield %b : f64
  }
  %after = memref.load %v[%i] : memref<?xf64>
  %sum = arith.addf %chosen, %after : f64
  return %sum : f64
}
// CHECK-LABEL: func.func @two_branches(
// CHECK: memref.store %x, %v[%i]
// CHECK-NEXT: scf.yield %x
// CHECK: %b = memref.load
// CHECK: %after = memref.load
// EXEC: two_branches([8.0], true, 0, 1.0, 2.0) == 2.0
// EXEC: two_branches([8.0], false, 0, 1.0, 2.0) == 10.0

// -----

// The second iteration reads what the first stored: what is known before a loop that writes the
// buffer is not known in it, nor after it.
func.func @loop(%v: memref<?xf64>, %n: index, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%zero] : memref<?xf64>
  scf.for %k = %zero to %n step %one {
    %a = memref.load %v[%zero] : memref<?xf64>
    %b = arith.addf %a, %a : f64
    memref.store %b, %v[%zero] : memref<?xf64>
  }
  %after = memref.load %v[%zero] : memref<?xf64>
  return %after : f64
}
// CHECK-LABEL: func.func @loop(
// CHECK: memref.store %x, %v[%zero]
// CHECK: %a = memref.load
// CHECK: %after = memref.load
// EXEC: loop([0.0], 3, 1.0) == 8.0
// EXEC: loop([0.0], 0, 1.0) == 1.0

// -----

// A store before a loop that may not run is not overwritten by the store in it.
func.func @loop_may_not_run(%v: memref<?xf64>, %n: index, %x: f64, %y: f64) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%zero] : memref<?xf64>
  scf.for %k = %zero to %n step %one {
    memref.store %y, %v[%zero] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @loop_may_not_run(
// CHECK: memref.store %x,
// CHECK: memref.store %y,
// EXEC: loop_may_not_run([0.0], 0, 1.0, 2.0) -> [1.0]
// EXEC: loop_may_not_run([0.0], 2, 1.0, 2.0) -> [2.0]

// -----

// The other buffer of a loop is none of its business: what is known of it stays known.
func.func @other_buffer(%v: memref<?xf64>, %w: memref<?xf64>, %n: index, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%zero] : memref<?xf64>
  scf.for %k = %zero to %n step %one {
    %a = memref.load %v[%zero] : memref<?xf64>
    memref.store %a, %w[%k] : memref<?xf64>
  }
  %after = memref.load %v[%zero] : memref<?xf64>
  return %after : f64
}
// CHECK-LABEL: func.func @other_buffer(
// CHECK-NOT: memref.load
// CHECK: memref.store %x, %w[%k]
// CHECK: return %x
// EXEC: other_buffer([0.0], [0.0, 0.0], 2, 3.0) == 3.0 -> [3.0], [3.0, 3.0]

// -----

// A call may read and write everything.
func.func @increment(%v: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1.0 : f64
  %a = memref.load %v[%zero] : memref<?xf64>
  %b = arith.addf %a, %one : f64
  memref.store %b, %v[%zero] : memref<?xf64>
  return
}
func.func @call(%v: memref<?xf64>, %x: f64) -> f64 {
  %zero = arith.constant 0 : index
  memref.store %x, %v[%zero] : memref<?xf64>
  call @increment(%v) : (memref<?xf64>) -> ()
  %after = memref.load %v[%zero] : memref<?xf64>
  memref.store %x, %v[%zero] : memref<?xf64>
  return %after : f64
}
// CHECK-LABEL: func.func @call(
// CHECK: memref.store
// CHECK-NEXT: call
// CHECK-NEXT: %after = memref.load
// CHECK-NEXT: memref.store
// EXEC: call([0.0], 4.0) == 5.0 -> [4.0]

// -----

// A vector reads several elements: the store before it is needed.
func.func @vector_reads(%v: memref<?xf64>, %x: f64, %y: f64) -> vector<2xf64> {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%one] : memref<?xf64>
  %both = vector.load %v[%zero] : memref<?xf64>, vector<2xf64>
  memref.store %y, %v[%one] : memref<?xf64>
  return %both : vector<2xf64>
}
// CHECK-LABEL: func.func @vector_reads(
// CHECK: memref.store %x, %v[%one]
// CHECK-NEXT: vector.load
// CHECK-NEXT: memref.store %y, %v[%one]
// EXEC: vector_reads([5.0, 0.0], 1.0, 2.0) == ([5.0, 1.0],) -> [5.0, 2.0]

// -----

// A vector writes several elements: none of them is known any more.
func.func @vector_writes(%v: memref<?xf64>, %x: f64, %both: vector<2xf64>) -> f64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  memref.store %x, %v[%one] : memref<?xf64>
  vector.store %both, %v[%zero] : memref<?xf64>, vector<2xf64>
  %after = memref.load %v[%one] : memref<?xf64>
  return %after : f64
}
// CHECK-LABEL: func.func @vector_writes(
// CHECK: %after = memref.load
// EXEC: vector_writes([0.0, 0.0], 1.0, [5.0, 6.0]) == 6.0 -> [5.0, 6.0]

// -----

// Spike lists count what they append.
func.func @spikes(%list: memref<?xi32>, %count: memref<?xi64>, %hit: i1, %limit: index) -> i64 {
  %zero = arith.constant 0 : index
  %nothing = arith.constant 0 : i64
  memref.store %nothing, %count[%zero] : memref<?xi64>
  syn.append %hit, %zero to %list[%zero] count %count[%zero] below %limit : i1, memref<?xi32>, memref<?xi64>
  %after = memref.load %count[%zero] : memref<?xi64>
  memref.store %nothing, %count[%zero] : memref<?xi64>
  return %after : i64
}
// CHECK-LABEL: func.func @spikes(
// CHECK: memref.store
// CHECK: syn.append
// CHECK-NEXT: %after = memref.load
// EXEC: spikes([0, 0], [3], true, 5) == 1 -> [0, 0], [0]

// -----

// In tasks of the level of loops: @v is stored as it is computed, so that a store says what the next
// load gives; @kept is rounded to single precision, which nobody sees before it is loaded again. A
// pre neuron may be the post neuron: a store to one makes what was read of the other unknown.
// RUN: forward-stores
net.population @cells size 3 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
net.projection @proj from @cells to @cells ["exc"] kind rate pattern sparse {
  declarations {
    eq.variable @v : f64 local variable
    eq.variable @kept : f64 local variable {stored = f32}
  }
}
loops.step {
  loops.phase learning {
    loops.task learn of @proj {
      loops.posts (%post: index) {
        loops.dendrite %post (%synapse: index, %pre: index) {
          %before = loops.load @r[%pre] of pre : f64
          loops.store %before, @v[%synapse] of own : f64
          loops.store %before, @kept[%synapse] of own : f64
          %v = loops.load @v[%synapse] of own : f64
          %kept = loops.load @kept[%synapse] of own : f64
          %sum = arith.addf %v, %kept : f64
          loops.add %sum, @r[%post] of post : f64
          %after = loops.load @r[%pre] of pre : f64
          loops.store %after, @v[%synapse] of own : f64
          loops.yield
        }
      }
    }
  }
}
// CHECK: %before = loops.load @r[%pre] of pre
// CHECK-NEXT: loops.store %before, @kept[%synapse]
// CHECK-NEXT: %kept = loops.load @kept[%synapse]
// CHECK-NEXT: %sum = arith.addf %before, %kept
// CHECK-NEXT: loops.add %sum, @r[%post]
// CHECK-NEXT: %after = loops.load @r[%pre] of pre
// CHECK-NEXT: loops.store %after, @v[%synapse]

// -----

// An atomic operation reads what was stored, and changes it.
func.func @atomic(%v: memref<?xi32>, %i: index, %x: i32) -> (i32, i32) {
  memref.store %x, %v[%i] : memref<?xi32>
  %old = memref.atomic_rmw addi %x, %v[%i] : (i32, memref<?xi32>) -> i32
  %new = memref.load %v[%i] : memref<?xi32>
  memref.store %old, %v[%i] : memref<?xi32>
  return %old, %new : i32, i32
}
// CHECK-LABEL: func.func @atomic(
// CHECK: memref.store %x
// CHECK: memref.atomic_rmw
// CHECK: %new = memref.load
// CHECK: memref.store %old
// EXEC: atomic([1, 2], 1, 7) == (7, 14) -> [1, 7]

// -----

// Behind a barrier of lanes an element may hold what another lane stored, and all see what is stored
// in front of it.
func.func @barrier(%v: memref<?xi32>, %i: index, %x: i32, %all: i32) -> i32 {
  memref.store %x, %v[%i] : memref<?xi32>
  nvvm.bar.warp.sync %all : i32
  %y = memref.load %v[%i] : memref<?xi32>
  memref.store %all, %v[%i] : memref<?xi32>
  return %y : i32
}
// CHECK-LABEL: func.func @barrier(
// CHECK: memref.store %x
// CHECK-NEXT: nvvm.bar.warp.sync %all : i32
// CHECK-NEXT: %y = memref.load
// CHECK-NEXT: memref.store %all
// EXEC: barrier([1, 2], 1, 7, -1) == 7 -> [1, -1]
