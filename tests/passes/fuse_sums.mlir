// fuse-sums joins kernels of sums that are one loop over the neurons with the update that reads them.
// RUN: fuse-sums

// The kernels change places: a.r is read before it changes. Nobody else touches the sums.
// USE: update_of_sums
// USE: doubled_rates
#b_r = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}
#b_sum = {owner = "b", name = "sum", item = "exc", role = "input", extent = "neurons", of = "a", reach = "own"}
func.func @b_update(
    %thread: index, %threads: index, %step: index,
    %sums: memref<?xf64> {ranvier.buffer = #b_sum},
    %r: memref<?xf64> {ranvier.buffer = #b_r}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %s = memref.load %sums[%i] : memref<?xf64>
    %old = memref.load %r[%i] : memref<?xf64>
    %new = arith.addf %old, %s : f64
    memref.store %new, %r[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %b.r: memref<?xf64>, %a.sum: memref<?xf64>, %b.sum: memref<?xf64>, %a.r: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_transmit(%thread, %threads, %step, %b.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @b_update(%thread, %threads, %step, %b.sum, %b.r) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @a_update(%thread, %threads, %step, %a.sum, %a.r) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-NOT: func.func @j_transmit(
// CHECK-LABEL: func.func @a_step(
// CHECK-NEXT: %thread: index, %threads: index, %step: index, %last: index,
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: func.func @a_update(
// CHECK-LABEL: func.func @step_range(
// CHECK: %last = arith.subi %t1, %{{.*}}
// CHECK: call @a_step(%thread, %threads, %step, %last, {{.*}})
// CHECK: call @b_update(
// EXEC: step_range(0, 1, 0, 2, [0] * 16, [1.0] * 16, [0.0] * 16, [1.0] * 16, [0.0] * 16) -> _, [3.0] * 16, [4.0] * 16, _, [6.0] * 16

// -----

// A ring is handed over twice: what is older is read, what is new is written. Two kernels of sums
// go with the update; another kernel looks at the sums, so that they have to be stored.
#a_past_past = {owner = "a", name = "past", item = "r", role = "ring", extent = "neurons", reach = "past"}
#a_sum = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}
#b_r = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}
#a_r = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}
#a_past_own = {owner = "a", name = "past", item = "r", role = "ring", extent = "neurons", reach = "own"}
#a_seen = {owner = "a", name = "seen", role = "attribute", extent = "neurons", reach = "own"}
func.func private @ranvier_barrier(memref<?xi64>, index)
func.func @j_transmit(
    %thread: index, %threads: index, %step: index,
    %w: memref<?xf64> {ranvier.buffer = #a_past_past},
    %sums: memref<?xf64> {ranvier.buffer = #a_sum}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %r = memref.load %w[%i] : memref<?xf64>
    %two = arith.addf %r, %r : f64
    memref.store %two, %sums[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
func.func @k_transmit(
    %thread: index, %threads: index, %step: index,
    %v: memref<?xf64> {ranvier.buffer = #b_r},
    %sums: memref<?xf64> {ranvier.buffer = #a_sum}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %r = memref.load %v[%i] : memref<?xf64>
    %before = memref.load %sums[%i] : memref<?xf64>
    %after = arith.addf %before, %r : f64
    memref.store %after, %sums[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
func.func @a_update(
    %thread: index, %threads: index, %step: index,
    %sums: memref<?xf64> {ranvier.buffer = #a_sum},
    %r: memref<?xf64> {ranvier.buffer = #a_r},
    %past: memref<?xf64> {ranvier.buffer = #a_past_own}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %s = memref.load %sums[%i] : memref<?xf64>
    %old = memref.load %r[%i] : memref<?xf64>
    %new = arith.addf %old, %s : f64
    memref.store %new, %r[%i] : memref<?xf64>
    memref.store %new, %past[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
func.func @a_look(
    %thread: index, %threads: index, %step: index,
    %sums: memref<?xf64> {ranvier.buffer = #a_sum},
    %seen: memref<?xf64> {ranvier.buffer = #a_seen}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %s = memref.load %sums[%i] : memref<?xf64>
    memref.store %s, %seen[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %a.r.past: memref<?xf64>, %a.sum: memref<?xf64>, %b.r: memref<?xf64>, %a.r: memref<?xf64>,
    %a.seen: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_transmit(%thread, %threads, %step, %a.r.past, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @k_transmit(%thread, %threads, %step, %b.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @a_update(%thread, %threads, %step, %a.sum, %a.r, %a.r.past) : (index, index, index, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @a_look(%thread, %threads, %step, %a.sum, %a.seen) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-LABEL: func.func @a_step(
// CHECK-NOT: wanted
// CHECK-LABEL: func.func @step_range(
// CHECK: call @a_step(%thread, %threads, %step, %last, %a.r.past, %a.sum, %b.r, %a.r, %a.r.past)
// CHECK-NEXT: call @ranvier_barrier(

// -----

// Only what nobody else touches is marked; kernels of one kind share what was made of them.
// USE: update_of_sums
// USE: doubled_rates
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %b.r: memref<?xf64>, %a.sum: memref<?xf64>, %a.r: memref<?xf64>, %c.sum: memref<?xf64>,
    %c.r: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_transmit(%thread, %threads, %step, %b.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @j_transmit(%thread, %threads, %step, %b.r, %c.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @a_update(%thread, %threads, %step, %a.sum, %a.r) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @a_update(%thread, %threads, %step, %c.sum, %c.r) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-LABEL: func.func @a_step(
// CHECK: memref<?xf64> {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own", wanted = "last"}}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @a_step({{.*}}, %b.r, %a.sum, %a.r)
// CHECK-NEXT: call @a_step({{.*}}, %b.r, %c.sum, %c.r)
// EXEC: step_range(0, 1, 0, 2, [0] * 16, [1.0] * 16, [0.0] * 16, [0.0] * 16, [0.0] * 16, [1.0] * 16) -> _, _, [2.0] * 16, [4.0] * 16, [2.0] * 16, [5.0] * 16

// -----

// A sum over many synapses keeps its kernel, and so does what comes in front of it.
// USE: update_of_sums
#a_sum = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}
#b_r = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}
// expected-remark@below {{a kernel of its own for sums left as it is: other kernels have to run in between}}
func.func @a_clear(
    %thread: index, %threads: index, %step: index,
    %sums: memref<?xf64> {ranvier.buffer = #a_sum}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  %none = arith.constant 0.0 : f64
  scf.for %i = %zero to %end step %one {
    memref.store %none, %sums[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// expected-remark@below {{a kernel of its own for sums left as it is: taking them is more than one loop over the neurons}}
func.func @k_transmit(
    %thread: index, %threads: index, %step: index,
    %v: memref<?xf64> {ranvier.buffer = #b_r},
    %sums: memref<?xf64> {ranvier.buffer = #a_sum}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %r = memref.load %v[%i] : memref<?xf64>
    %before = memref.load %sums[%i] : memref<?xf64>
    %after = arith.addf %before, %r : f64
    memref.store %after, %sums[%i] : memref<?xf64>
  }
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %a.sum: memref<?xf64>, %b.r: memref<?xf64>, %a.r: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @a_clear(%thread, %threads, %step, %a.sum) : (index, index, index, memref<?xf64>) -> ()
    func.call @k_transmit(%thread, %threads, %step, %b.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @a_update(%thread, %threads, %step, %a.sum, %a.r) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @a_clear(
// CHECK-NEXT: call @k_transmit(
// CHECK-NEXT: call @a_update(

// -----

// Threads meet in between.
// USE: update_of_sums
#b_r = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a"}
#a_sum = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}
// expected-remark@below {{a kernel of its own for sums left as it is: threads wait for one another before neurons read them}}
func.func @j_transmit(
    %thread: index, %threads: index, %step: index,
    %w: memref<?xf64> {ranvier.buffer = #b_r},
    %sums: memref<?xf64> {ranvier.buffer = #a_sum}) {
  %zero = arith.constant 0 : index
  %end = arith.constant 16 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %end step %one {
    %r = memref.load %w[%i] : memref<?xf64>
    %two = arith.addf %r, %r : f64
    memref.store %two, %sums[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>,
    %b.r: memref<?xf64>, %a.sum: memref<?xf64>, %a.r: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %step = %t0 to %t1 step %one {
    func.call @j_transmit(%thread, %threads, %step, %b.r, %a.sum) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    func.call @ranvier_barrier(%net.barrier, %threads) : (memref<?xi64>, index) -> ()
    func.call @a_update(%thread, %threads, %step, %a.sum, %a.r) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @j_transmit(
// CHECK: call @a_update(
