// place-barriers drops barriers that keep nothing apart, and lets threads meet once in several steps
// where only slots of rings cross between them.
// RUN: place-barriers

// Both kernels touch their own neurons only: no barrier is needed.
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @a_update(
    %thread: index, %threads: index, %step: index,
    %a.r: memref<?xf64> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
  %r = memref.load %a.r[%thread] : memref<?xf64>
  %new = arith.addf %r, %r : f64
  memref.store %new, %a.r[%thread] : memref<?xf64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %a.r: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @a_update(%thread, %threads, %step, %a.r) : (index, index, index, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @a_update(%thread, %threads, %step, %a.r) : (index, index, index, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}
// CHECK-LABEL: func.func @step_range(
// CHECK-NOT: call @ranvier_barrier(
// EXEC: step_range(0, 1, 0, 2, [0] * 16, [1.0]) -> [0] * 16, [16.0]

// -----

// The first kernel reads neurons of all threads, the second writes its own: each waits for the other.
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @j_transmit(
    %thread: index, %threads: index, %step: index,
    %a.r: memref<?xf64> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}) {
  %zero = arith.constant 0 : index
  %r = memref.load %a.r[%zero] : memref<?xf64>
  memref.store %r, %a.sum[%thread] : memref<?xf64>
  return
}
func.func @a_update(
    %thread: index, %threads: index, %step: index,
    %a.r: memref<?xf64> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}) {
  %sum = memref.load %a.sum[%thread] : memref<?xf64>
  %new = arith.addf %sum, %sum : f64
  memref.store %new, %a.r[%thread] : memref<?xf64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %a.r: memref<?xf64>, %a.sum: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_transmit(%thread, %threads, %step, %a.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    // expected-remark@below {{@a_update writes a.r, which @j_transmit reads}}
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @a_update(%thread, %threads, %step, %a.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    // expected-remark@below {{@a_update writes a.r, which @j_transmit reads}}
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @j_transmit(
// CHECK-NEXT: call @ranvier_barrier(
// CHECK-NEXT: call @a_update(
// CHECK-NEXT: call @ranvier_barrier(

// -----

// The first kernel reads earlier slots of a ring, the second writes the slot of this step: they may
// run at the same time, and threads meet once in as many steps as the run time says.
// RUN: place-barriers --check-prefix=RARE
// RUN: place-barriers{intervals=false} --check-prefix=EACH
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @j_transmit(
    %thread: index, %threads: index, %step: index,
    %a.past: memref<?xf64> {ranvier.buffer = {owner = "a", name = "past", role = "ring", extent = "past", reach = "past"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}) {
  %three = arith.constant 3 : index
  %before = arith.addi %step, %three : index
  %four = arith.constant 4 : index
  %slot = arith.remui %before, %four : index
  %r = memref.load %a.past[%slot] : memref<?xf64>
  memref.store %r, %a.sum[%thread] : memref<?xf64>
  return
}
func.func @a_update(
    %thread: index, %threads: index, %step: index,
    %a.past: memref<?xf64> {ranvier.buffer = {owner = "a", name = "past", role = "ring", extent = "past", reach = "own"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}) {
  %four = arith.constant 4 : index
  %slot = arith.remui %step, %four : index
  %sum = memref.load %a.sum[%thread] : memref<?xf64>
  %new = arith.addf %sum, %sum : f64
  memref.store %new, %a.past[%slot] : memref<?xf64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index,
    %net.barrier: memref<?xi64> {ranvier.buffer = {name = "barrier", role = "scratch", extent = "workers"}},
    %a.past: memref<?xf64> {ranvier.buffer = {owner = "a", name = "past", role = "ring", extent = "past"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons"}}) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_transmit(%thread, %threads, %step, %a.past, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @a_update(%thread, %threads, %step, %a.past, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}
// RARE-LABEL: func.func @step_range(
// RARE: %interval = arith.select %alone,
// RARE: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %interval {
// RARE: arith.minsi {{.*}}, %interval
// RARE-NEXT: %end = arith.addi
// RARE-NEXT: scf.for %{{.*}} = %{{.*}} to %end
// RARE: call @j_transmit(
// RARE-NEXT: call @a_update(
// RARE-NEXT: }
// RARE: call @ranvier_barrier(
// RARE-NOT: call @ranvier_barrier(
// EACH-LABEL: func.func @step_range(
// EACH: call @j_transmit(
// EACH-NEXT: call @a_update(
// EACH-NEXT: call @ranvier_barrier(
// EACH-NEXT: }

// -----

// What is counted by all threads at any place is read behind a barrier, and counted again behind one.
// Votes touch no memory.
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @j_count(
    %thread: index, %threads: index, %step: index,
    %a.n: memref<?xi32> {ranvier.buffer = {owner = "a", name = "n", role = "input", extent = "neurons"}}) {
  %yes = arith.constant true
  %all = arith.constant -1 : i32
  %one = nvvm.vote.sync ballot %all, %yes -> i32
  %zero = arith.constant 0 : index
  %old = memref.atomic_rmw addi %one, %a.n[%zero] : (i32, memref<?xi32>) -> i32
  return
}
func.func @a_update(
    %thread: index, %threads: index, %step: index,
    %a.n: memref<?xi32> {ranvier.buffer = {owner = "a", name = "n", role = "input", extent = "neurons", reach = "own"}},
    %a.r: memref<?xi32> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
  %n = memref.load %a.n[%thread] : memref<?xi32>
  %yes = arith.constant true
  %all = arith.constant -1 : i32
  %one = nvvm.vote.sync ballot %all, %yes -> i32
  memref.store %n, %a.r[%thread] : memref<?xi32>
  return
}
func.func @b_update(
    %thread: index, %threads: index, %step: index,
    %a.r: memref<?xi32> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
  %n = memref.load %a.r[%thread] : memref<?xi32>
  %yes = arith.constant true
  %all = arith.constant -1 : i32
  %one = nvvm.vote.sync ballot %all, %yes -> i32
  %more = arith.addi %n, %one : i32
  memref.store %more, %a.r[%thread] : memref<?xi32>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %a.n: memref<?xi32>, %a.r: memref<?xi32>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_count(%thread, %threads, %step, %a.n) : (index, index, index, memref<?xi32>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @a_update(%thread, %threads, %step, %a.n, %a.r) : (index, index, index, memref<?xi32>, memref<?xi32>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @b_update(%thread, %threads, %step, %a.r) : (index, index, index, memref<?xi32>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @j_count(
// CHECK-NEXT: call @ranvier_barrier(
// CHECK-NEXT: call @a_update(
// CHECK-NEXT: call @b_update(
// CHECK-NEXT: call @ranvier_barrier(
// EXEC: step_range(0, 1, 0, 3, [0] * 16, [0], [0]) -> _, [3], [4]
