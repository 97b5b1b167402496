// spread-kernels turns the numbers of threads, so that populations get threads of their own.
// RUN: spread-kernels

// A table of populations, and one population more: each is turned by the items of all before. The
// second kernel for a population stays on the threads of the first.
func.func @a_update(%thread: index, %threads: index,
    %a.r: memref<?xf64> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
  %x = memref.load %a.r[%thread] : memref<?xf64>
  %y = arith.addf %x, %x : f64
  memref.store %y, %a.r[%thread] : memref<?xf64>
  return
}
func.func @launch0(%thread: index, %threads: index,
    %e.r: memref<?xf64> {ranvier.buffer = {owner = "e", name = "r", role = "attribute", extent = "neurons"}},
    %rows: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["a", "b", "c", "d"], name = "r", role = "attribute", extent = "neurons"}}) attributes {ranvier.launch = {items = 40 : i64}} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  func.call @a_update(%thread, %threads, %e.r) : (index, index, memref<?xf64>) -> ()
  scf.for %row = %zero to %four step %one {
    %r = memref.load %rows[%row] : memref<?xmemref<?xf64>>
    func.call @a_update(%thread, %threads, %r) : (index, index, memref<?xf64>) -> ()
  }
  func.call @a_update(%thread, %threads, %e.r) : (index, index, memref<?xf64>) -> ()
  %c = memref.load %rows[%two] : memref<?xmemref<?xf64>>
  func.call @a_update(%thread, %threads, %c) : (index, index, memref<?xf64>) -> ()
  return
}
func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index,
    %e.r: memref<?xf64>, %rows: memref<?xmemref<?xf64>>) {
  func.call @launch0(%thread, %threads, %e.r, %rows) : (index, index, memref<?xf64>, memref<?xmemref<?xf64>>) -> ()
  return
}
// CHECK-LABEL: func.func @launch0(
// CHECK: ranvier.launch = {items = 320 : i64}
// CHECK: %[[FAR:.*]] = arith.constant 256 : index
// CHECK: %[[MOVED:.*]] = arith.addi %thread, %[[FAR]]
// CHECK: %spread = arith.remui %[[MOVED]], %threads
// CHECK-NEXT: call @a_update(%spread, %threads, %e.r)
// CHECK: scf.for %row
// CHECK: %[[EACH:.*]] = arith.constant 64 : index
// CHECK: %[[TURN:.*]] = arith.muli %row, %[[EACH]]
// CHECK: %[[THERE:.*]] = arith.addi %thread, %[[TURN]]
// CHECK: %spread_1 = arith.remui %[[THERE]], %threads
// CHECK-NEXT: call @a_update(%spread_1, %threads, %r)
// CHECK: %[[SAME:.*]] = arith.constant 256 : index
// CHECK: call @a_update(%spread_2, %threads, %e.r)
// CHECK: %[[THIRD:.*]] = arith.constant 128 : index
// CHECK: call @a_update(%spread_3, %threads, %

// -----

// Two projections add to one population: all of it stays on the same threads, in order. One kernel
// alone is nothing to turn.
func.func @j_transmit(%thread: index, %threads: index,
    %j.w: memref<?xf64> {ranvier.buffer = {owner = "j", name = "w", role = "attribute", extent = "neurons", reach = "own"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}) {
  %x = memref.load %j.w[%thread] : memref<?xf64>
  memref.store %x, %a.sum[%thread] : memref<?xf64>
  return
}
func.func @launch0(%thread: index, %threads: index,
    %w: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["j", "k", "l", "m"], name = "w", role = "attribute", extent = "neurons"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons"}}) attributes {ranvier.launch = {items = 32 : i64}} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %row = %zero to %four step %one {
    %r = memref.load %w[%row] : memref<?xmemref<?xf64>>
    func.call @j_transmit(%thread, %threads, %r, %a.sum) : (index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-LABEL: func.func @launch0(
// CHECK: items = 32 : i64
// CHECK-NOT: remui

// -----

// Rows that share what they write in no regular way.
func.func @j_transmit(%thread: index, %threads: index,
    %j.w: memref<?xf64> {ranvier.buffer = {owner = "j", name = "w", role = "attribute", extent = "neurons", reach = "own"}},
    %a.sum: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}) {
  %x = memref.load %j.w[%thread] : memref<?xf64>
  memref.store %x, %a.sum[%thread] : memref<?xf64>
  return
}
// expected-remark@below {{populations of @j_transmit share what they write}}
func.func @launch0(%thread: index, %threads: index,
    %w: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["j", "k", "l", "m"], name = "w", role = "attribute", extent = "neurons"}},
    %sums: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["a", "b", "b", "a"], name = "sum", role = "input", extent = "neurons"}}) attributes {ranvier.launch = {items = 32 : i64}} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %row = %zero to %four step %one {
    %r = memref.load %w[%row] : memref<?xmemref<?xf64>>
    %sum = memref.load %sums[%row] : memref<?xmemref<?xf64>>
    func.call @j_transmit(%thread, %threads, %r, %sum) : (index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-NOT: remui

// -----

// Kernels that know of blocks are left alone.
func.func @a_update(%thread: index, %threads: index,
    %a.r: memref<?xf64> {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
  gpu.barrier
  %x = memref.load %a.r[%thread] : memref<?xf64>
  memref.store %x, %a.r[%thread] : memref<?xf64>
  return
}
// expected-remark@below {{@a_update has rows or threads that nothing is known of}}
func.func @launch0(%thread: index, %threads: index,
    %rows: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["a", "b", "c", "d"], name = "r", role = "attribute", extent = "neurons"}}) attributes {ranvier.launch = {items = 32 : i64}} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %row = %zero to %four step %one {
    %r = memref.load %rows[%row] : memref<?xmemref<?xf64>>
    func.call @a_update(%thread, %threads, %r) : (index, index, memref<?xf64>) -> ()
  }
  return
}
// CHECK-NOT: remui
