// place-launches cuts a program at its barriers: what lies between two of them is a launch.
// RUN: place-launches

// Two launches in each step. Arithmetic and constants are where they are wanted; a launch takes
// numbers of steps and the buffers that it uses.
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
  memref.store %new, %a.r[%step] : memref<?xf64>
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
    %next = arith.addi %step, %one : index
    %slot = arith.subi %next, %t0 : index
    func.call @a_update(%thread, %threads, %slot, %a.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    // expected-remark@below {{@a_update writes a.r, which @j_transmit reads}}
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}
// CHECK-NOT: ranvier_barrier
// CHECK: func.func @launch0(
// CHECK-NEXT: %thread: index, %threads: index, %step: index, %a.r: memref<?xf64>, %a.sum: memref<?xf64>) attributes {ranvier.launch = {items = 1 : i64}} {
// CHECK-NEXT: call @j_transmit(%thread, %threads, %step, %a.r, %a.sum)
// CHECK-NEXT: return
// CHECK: func.func @launch1(
// CHECK-NEXT: %thread: index, %threads: index, %t0: index, %step: index
// CHECK: %one = arith.constant 1
// CHECK-NEXT: %next = arith.addi %step, %one
// CHECK-NEXT: %slot = arith.subi %next, %t0
// CHECK-NEXT: call @a_update(%thread, %threads, %slot, %a.r, %a.sum)
// CHECK-LABEL: func.func @step_range(
// CHECK-NEXT: %thread
// CHECK: %one = arith.constant 1
// CHECK-NEXT: scf.for %step = %t0 to %t1 step %one {
// CHECK-NEXT: call @launch0(%thread, %threads, %step, %a.r, %a.sum)
// CHECK-NEXT: call @launch1(%thread, %threads, %t0, %step, %a.r, %a.sum)
// CHECK-NEXT: }
// EXEC: step_range(0, 1, 5, 7, [0] * 16, [1.0, 2.0, 3.0], [0.0]) -> [0] * 16, [1.0, 2.0, 2.0], [1.0]

// -----

// Threads of a launch are worth having for every neuron of the largest population, in whole blocks:
// of a projection onto it, too. What the first thread does alone wants one. Kernels are named.
module attributes {ranvier.declarations = {
    populations = [{name = "a", size = 100, of = 0}, {name = "b", size = 70, of = 0}],
    projections = [{name = "j", pre = "b", post = "a", kind = "rate", layout = "by_post", of = 1}],
    monitors = [], variables = [[], []]}} {
  func.func private @ranvier_barrier(memref<?xi64>, index)
  func.func @b_update(
      %thread: index, %threads: index,
      %dt: memref<?xf64> {ranvier.buffer = {name = "dt", role = "control", extent = "one"}},
      %b.r: memref<?xf64> {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", reach = "own"}}) {
    %zero = arith.constant 0 : index
    %x = memref.load %dt[%zero] : memref<?xf64>
    memref.store %x, %b.r[%thread] : memref<?xf64>
    return
  }
  func.func @j_learn(
      %thread: index, %threads: index,
      %j.w: memref<?xf64> {ranvier.buffer = {owner = "j", name = "w", role = "attribute", extent = "synapses"}}) {
    %x = memref.load %j.w[%thread] : memref<?xf64>
    memref.store %x, %j.w[%thread] : memref<?xf64>
    return
  }
  func.func @b_global(
      %thread: index, %threads: index,
      %b.r: memref<?xf64> {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", reach = "first"}}) {
    %zero = arith.constant 0 : index
    %x = memref.load %b.r[%zero] : memref<?xf64>
    memref.store %x, %b.r[%thread] : memref<?xf64>
    return
  }
  func.func @step_range(
      %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
      %dt: memref<?xf64>, %b.r: memref<?xf64>, %j.w: memref<?xf64>) {
    func.call @b_update(%thread, %threads, %dt, %b.r) : (index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @b_update(%thread, %threads, %dt, %b.r) : (index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @j_learn(%thread, %threads, %j.w) : (index, index, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @b_global(%thread, %threads, %b.r) : (index, index, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    return
  }
}
// CHECK: @launch0(
// CHECK: %b.r: memref<?xf64>{{.*}}ranvier.launch = {items = 80 : i64, holds = ["b_update"]}
// CHECK: @launch1(
// CHECK: %j.w: memref<?xf64>) attributes {ranvier.launch = {items = 112 : i64, holds = ["b_update", "j_learn"]}
// CHECK: @launch2({{.*}}ranvier.launch = {items = 1 : i64, holds = ["b_global"]}

// -----

// A kernel may say itself how many threads it wants. A branch that is all of a stretch, or that has
// barriers inside, is left to the host; a loop without barriers is not.
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @work(%thread: index, %threads: index, %x: index, %r: memref<?xi64>) attributes {ranvier.items = 12345 : i64} {
  %zero = arith.constant 0 : index
  %old = memref.load %r[%zero] : memref<?xi64>
  %more = arith.index_cast %x : index to i64
  %ten = arith.constant 10 : i64
  %shifted = arith.muli %old, %ten : i64
  %new = arith.addi %shifted, %more : i64
  memref.store %new, %r[%zero] : memref<?xi64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %barrier: memref<?xi64>, %r: memref<?xi64>) {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  scf.for %begin = %t0 to %t1 step %two {
    %end = arith.addi %begin, %two : index
    %whole = arith.cmpi ule, %end, %t1 : index
    scf.if %whole {
      func.call @work(%thread, %threads, %end, %r) : (index, index, index, memref<?xi64>) -> ()
    } else {
      scf.for %step = %begin to %t1 step %one {
        func.call @work(%thread, %threads, %step, %r) : (index, index, index, memref<?xi64>) -> ()
      }
    }
    func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @work(%thread, %threads, %one, %r) : (index, index, index, memref<?xi64>) -> ()
    scf.if %whole {
      func.call @work(%thread, %threads, %two, %r) : (index, index, index, memref<?xi64>) -> ()
    }
  }
  return
}
// CHECK: func.func @launch0({{.*}}%begin: index, %r: memref<?xi64>) attributes {ranvier.launch = {items = 12345 : i64}}
// CHECK: func.func @launch1({{.*}}%t1: index, %begin: index
// CHECK: scf.for %step = %begin to %t1
// CHECK: func.func @launch2(
// CHECK: scf.if
// CHECK-LABEL: func.func @step_range(
// CHECK: scf.for %begin
// CHECK: scf.if %whole {
// CHECK-NEXT: call @launch0(
// CHECK-NEXT: } else {
// CHECK-NEXT: call @launch1(
// CHECK-NEXT: }
// CHECK-NEXT: call @launch2(
// CHECK-NEXT: }
// CHECK-NEXT: return
// EXEC: step_range(0, 1, 4, 7, [0], [0]) -> [0], [61261]

// -----

// The address of a buffer in a table is looked up where it is wanted.
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @work(%thread: index, %threads: index, %r: memref<?xf64>) {
  %one = arith.constant 1.0 : f64
  memref.store %one, %r[%thread] : memref<?xf64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %barrier: memref<?xi64>,
    %rows: memref<?xmemref<?xf64>>) {
  %zero = arith.constant 0 : index
  %r = memref.load %rows[%zero] : memref<?xmemref<?xf64>>
  func.call @work(%thread, %threads, %r) : (index, index, memref<?xf64>) -> ()
  func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
  func.call @work(%thread, %threads, %r) : (index, index, memref<?xf64>) -> ()
  return
}
// CHECK: func.func @launch0(
// CHECK-SAME: %thread: index, %threads: index, %rows: memref<?xmemref<?xf64>>)
// CHECK: %r = memref.load %rows[%zero]
// CHECK: func.func @launch1(
// CHECK: %r = memref.load %rows[%zero]
// CHECK-LABEL: func.func @step_range(
// CHECK-NOT: memref.load

// -----

// The host sees no memory: neither bounds around a barrier nor values behind it may depend on it.
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %barrier: memref<?xi64>) {
  %one = arith.constant 1 : index
  %loaded = memref.load %barrier[%one] : memref<?xi64>
  %between = arith.index_cast %loaded : i64 to index
  // expected-error@below {{a barrier depends on memory, which the host does not see}}
  scf.for %step = %t0 to %t1 step %between {
    func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
  }
  return
}

// -----

func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @work(%thread: index, %threads: index, %x: i64) {
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %barrier: memref<?xi64>) {
  // expected-error@below {{what is read in front of a barrier is used behind it}}
  %x = memref.load %barrier[%t0] : memref<?xi64>
  func.call @ranvier_barrier(%barrier, %threads) : (memref<?xi64>, index) -> ()
  func.call @work(%thread, %threads, %x) : (index, index, i64) -> ()
  return
}
