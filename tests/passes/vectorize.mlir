// vectorize computes several neurons at once: a parallel loop becomes a loop over vectors.
// RUN: vectorize{bytes=64}

// As many lanes as there is room for: 8 doubles are 64 bytes.
func.func @doubles(%v: memref<?xf64>, %k: f64, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.mulf %x, %k : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @doubles(
// CHECK: %[[STEP:.*]] = arith.constant 8 : index
// CHECK: %[[K:.*]] = vector.broadcast %k
// CHECK: scf.for %{{.*}} = %low to %high step %[[STEP]]
// CHECK: %x = vector.load %v[%i] : memref<?xf64>, vector<8xf64>
// CHECK-NEXT: %y = arith.mulf %x, %[[K]]
// CHECK-NEXT: vector.store %y, %v[%i]
// EXEC: doubles(list(range(32)), 2.0, 0, 16) -> [2.0 * i for i in range(16)] + list(range(16, 32))

// -----

// 16 floats of 32 bits are 64 bytes, too.
func.func @floats(%v: memref<?xf32>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %v[%i] : memref<?xf32>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @floats(
// CHECK: vector.load {{.*}} : memref<?xf32>, vector<16xf32>
// EXEC: floats(list(range(16)), 0, 16) -> list(range(0, 32, 2))

// -----

// Fewer bytes, fewer lanes.
// RUN: vectorize{bytes=32}
func.func @narrow(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @narrow(
// CHECK: vector<4xf64>
// EXEC: narrow(list(range(16)), 0, 16) -> list(range(0, 32, 2))

// -----

// A value that all lanes share stays a scalar; computed inside, it is computed as a scalar there.
func.func @uniform(%v: memref<?xf64>, %tau: memref<?xf64>, %low: index, %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %t = memref.load %tau[%zero] : memref<?xf64>
    %k = arith.addf %t, %t : f64
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.mulf %x, %k : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @uniform(
// CHECK: %t = memref.load %tau[%zero]
// CHECK: %k = arith.addf %t, %t : f64
// CHECK: vector.broadcast %k
// EXEC: uniform([1.0] * 16, [2.0], 0, 16) -> [4.0] * 16, [2.0]

// -----

// The number of a neuron as a value: the first lane and a vector that counts up.
func.func @counting(%v: memref<?xf64>, %offset: index, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %n = arith.addi %i, %offset : index
    %m = arith.index_cast %n : index to i64
    %x = arith.sitofp %m : i64 to f64
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @counting(
// CHECK: dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xindex>
// CHECK: arith.addi %i, %offset
// EXEC: counting([0.0] * 16, 100, 0, 16) -> list(range(100, 116))

// -----

// Consecutive elements stay consecutive some elements further.
func.func @shifted(%v: memref<?xf64>, %w: memref<?xf64>, %offset: index, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %n = arith.addi %offset, %i : index
    %x = memref.load %v[%n] : memref<?xf64>
    memref.store %x, %w[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @shifted(
// CHECK: %x = vector.load
// EXEC: shifted(list(range(20)), [0.0] * 16, 4, 0, 16) -> list(range(20)), list(range(4, 20))

// -----

// A choice per lane, and one for all lanes.
func.func @choices(%v: memref<?xf64>, %c: i1, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %limit = arith.constant 7.5 : f64
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    %hit = arith.cmpf ogt, %x, %limit : f64
    %chosen = arith.select %hit, %limit, %y : f64
    %again = arith.select %c, %chosen, %x : f64
    memref.store %again, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @choices(
// CHECK: %hit = arith.cmpf {{.*}} : vector<8xf64>
// CHECK: arith.select %hit, {{.*}} : vector<8xi1>, vector<8xf64>
// CHECK: arith.select %c, {{.*}} : vector<8xf64>
// EXEC: choices(list(range(16)), true, 0, 16) -> [0, 2, 4, 6, 8, 10, 12, 14] + [7.5] * 8
// EXEC: choices(list(range(16)), false, 0, 16) -> list(range(16))

// -----

// A branch that all lanes take together.
func.func @uniform_branch(%v: memref<?xf64>, %c: i1, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    scf.if %c {
      %y = arith.addf %x, %x : f64
      memref.store %y, %v[%i] : memref<?xf64>
    }
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @uniform_branch(
// CHECK: scf.if %c
// CHECK: vector.store
// EXEC: uniform_branch([1.0] * 16, true, 0, 16) -> [2.0] * 16
// EXEC: uniform_branch([1.0] * 16, false, 0, 16) -> [1.0] * 16

// -----

// A vector made inside a branch is not there after it.
func.func @counting_in_branch(%v: memref<?xf64>, %w: memref<?xf64>, %c: i1, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    scf.if %c {
      %a = arith.index_cast %i : index to i64
      %x = arith.sitofp %a : i64 to f64
      memref.store %x, %v[%i] : memref<?xf64>
    }
    %b = arith.index_cast %i : index to i64
    %y = arith.sitofp %b : i64 to f64
    memref.store %y, %w[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @counting_in_branch(
// CHECK: scf.if
// CHECK: vector.store {{.*}}, %v[%i]
// CHECK: vector.store {{.*}}, %w[%i]
// EXEC: counting_in_branch([0.0] * 16, [0.0] * 16, false, 0, 16) -> [0.0] * 16, list(range(16))
// EXEC: counting_in_branch([0.0] * 16, [0.0] * 16, true, 0, 16) -> list(range(16)), list(range(16))

// -----

// An inner loop that all lanes run equally often: a sum per lane.
func.func @inner_loop(%v: memref<?xf64>, %w: memref<?xf64>, %n: index, %low: index, %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %nothing = arith.constant 0.0 : f64
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %s = scf.for %j = %zero to %n step %one iter_args(%t = %nothing) -> (f64) {
      %k = memref.load %w[%j] : memref<?xf64>
      %p = arith.mulf %x, %k : f64
      %u = arith.addf %t, %p : f64
      scf.yield %u : f64
    }
    memref.store %s, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @inner_loop(
// CHECK: scf.for
// CHECK: scf.for %j = %zero to %n step %one iter_args({{.*}}) -> (vector<8xf64>) {
// CHECK: %k = memref.load %w[%j]
// EXEC: inner_loop([2.0] * 16, [1.0, 2.0, 3.0], 3, 0, 16) -> [12.0] * 16, [1.0, 2.0, 3.0]
// EXEC: inner_loop([2.0] * 16, [1.0, 2.0, 3.0], 0, 0, 16) -> [0.0] * 16, [1.0, 2.0, 3.0]

// -----

// Spikes: the list takes the whole vector of hits.
func.func @spikes(
    %v: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>, %size: index, %low: index,
    %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %limit = arith.constant 2.5 : f64
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %hit = arith.cmpf ogt, %x, %limit : f64
    syn.append %hit, %i to %list[%zero] count %count[%zero] below %size : i1, memref<?xi32>, memref<?xi64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @spikes(
// CHECK: syn.append %hit, %i to {{.*}} : vector<16xi1>,
// EXEC: spikes(list(range(16)), [0] * 16, [0], 5, 0, 16) -> list(range(16)), [3, 4] + [0] * 14, [2]

// -----

// A loop over one block takes the whole block at once.
func.func @one_block(%v: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  scf.for %i = %zero to %four step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 4 : i64}
  return
}
// CHECK-LABEL: func.func @one_block(
// CHECK: vector<4xf64>
// EXEC: one_block([1.0] * 5) -> [2.0] * 4 + [1.0]

// -----

// Many blocks between known bounds are a loop over vectors.
func.func @known_bounds(%v: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %high = arith.constant 64 : index
  scf.for %i = %zero to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @known_bounds(
// CHECK: vector<8xf64>
// EXEC: known_bounds([1.0] * 65) -> [2.0] * 64 + [1.0]

// -----

// A loop that never runs.
func.func @no_iteration(%v: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %zero step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// EXEC: no_iteration([1.0] * 16) -> [1.0] * 16

// -----

// Every other neuron is not a neighbour.
func.func @other_step(%v: memref<?xf64>, %low: index, %high: index) {
  %two = arith.constant 2 : index
  // expected-remark@below {{its step is not 1}}
  scf.for %i = %low to %high step %two {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @other_step(
// CHECK: memref.load
// EXEC: other_step([1.0] * 16, 0, 16) -> [2.0, 1.0] * 8

// -----

// Bounds that are no multiples of the lanes would need a remainder.
func.func @small_blocks(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{its bounds are no multiples of 8}}
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 4 : i64}
  return
}
// CHECK-LABEL: func.func @small_blocks(
// CHECK: memref.load
// EXEC: small_blocks([1.0] * 4, 0, 4) -> [1.0] * 4

// -----

func.func @scattered_read(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %fifteen = arith.constant 15 : index
  %half = arith.constant 0.5 : f64
  scf.for %i = %low to %high step %one {
    %k = arith.subi %fifteen, %i : index
    %x = memref.load %v[%k] : memref<?xf64>
    %y = arith.mulf %x, %half : f64
    memref.store %y, %w[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// Every lane reads an element of its own.
// CHECK-LABEL: func.func @scattered_read(
// CHECK: %[[K:.*]] = arith.subi
// CHECK: vector.gather %v[%{{.*}}] [%[[K]]], %{{.*}}, %{{.*}}
// EXEC: scattered_read(list(range(16)), [0.0] * 16, 0, 16) -> list(range(16)), [(15 - i) / 2 for i in range(16)]

// -----

func.func @scattered_write(%v: memref<?xf64>, %list: memref<?xi64>, %x: f64, %low: index, %high: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{it touches scattered elements}}
  scf.for %i = %low to %high step %one {
    %k = memref.load %list[%i] : memref<?xi64>
    %n = arith.index_cast %k : i64 to index
    memref.store %x, %v[%n] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// A refused loop leaves nothing behind.
// CHECK-LABEL: func.func @scattered_write(
// CHECK: memref.store
// CHECK-NOT: vector.store

// -----

func.func @one_element(%v: memref<?xf64>, %low: index, %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  // expected-remark@below {{all lanes write one element}}
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    memref.store %x, %v[%zero] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @one_element(
// CHECK: memref.load

// -----

func.func @shared_and_written(%v: memref<?xf64>, %low: index, %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  // expected-remark@below {{all lanes share an element that the loop writes}}
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%zero] : memref<?xf64>
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @shared_and_written(
// CHECK: memref.load

// -----

func.func @lanes_branch(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %limit = arith.constant 2.5 : f64
  // expected-remark@below {{lanes would take different branches}}
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %hit = arith.cmpf ogt, %x, %limit : f64
    scf.if %hit {
      memref.store %limit, %v[%i] : memref<?xf64>
    }
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @lanes_branch(
// CHECK-NOT: vector
// EXEC: lanes_branch(list(range(16)), 0, 16) -> [0.0, 1.0, 2.0] + [2.5] * 13

// -----

func.func @lanes_loop(%v: memref<?xf64>, %rows: memref<?xi64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{lanes would loop differently often}}
  scf.for %i = %low to %high step %one {
    %r = memref.load %rows[%i] : memref<?xi64>
    %n = arith.index_cast %r : i64 to index
    scf.for %j = %low to %n step %one {
      %x = memref.load %v[%j] : memref<?xf64>
      memref.store %x, %v[%j] : memref<?xf64>
    }
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @lanes_loop(
// CHECK-NOT: vector

// -----

func.func @carries(%v: memref<?xf64>, %x: f64, %low: index, %high: index) -> f64 {
  %one = arith.constant 1 : index
  // expected-remark@below {{it carries values from iteration to iteration}}
  %sum = scf.for %i = %low to %high step %one iter_args(%s = %x) -> (f64) {
    %y = memref.load %v[%i] : memref<?xf64>
    %t = arith.addf %s, %y : f64
    scf.yield %t : f64
  } {parallel = 16 : i64}
  return %sum : f64
}
// CHECK-LABEL: func.func @carries(
// CHECK-NOT: vector
// EXEC: carries([1.0] * 16, 0.0, 0, 16) == 16.0

// -----

func.func @effect(%v: memref<?xf64>) {
  return
}
func.func @calls(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{it calls a function}}
  scf.for %i = %low to %high step %one {
    func.call @effect(%v) : (memref<?xf64>) -> ()
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @calls(
// CHECK: call

// -----

func.func @other_neurons(
    %v: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>, %size: index, %low: index,
    %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %fifteen = arith.constant 15 : index
  %limit = arith.constant 2.5 : f64
  // expected-remark@below {{it appends something other than its own neurons}}
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %hit = arith.cmpf ogt, %x, %limit : f64
    %other = arith.subi %fifteen, %i : index
    syn.append %hit, %other to %list[%zero] count %count[%zero] below %size : i1, memref<?xi32>, memref<?xi64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @other_neurons(
// CHECK: syn.append {{.*}} : i1, memref<?xi32>

// -----

func.func @no_vector_form(%v: memref<?xf64>, %low: index, %high: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  // expected-remark@below {{'vector.load' has no vector form}}
  scf.for %i = %low to %high step %one {
    %x = vector.load %v[%zero] : memref<?xf64>, vector<2xf64>
    vector.store %x, %v[%zero] : memref<?xf64>, vector<2xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @no_vector_form(
// CHECK: vector.load

// -----

// A loop without the promise of independent iterations is left alone.
func.func @not_parallel(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @not_parallel(
// CHECK-NOT: vector
// EXEC: not_parallel([1.0] * 16, 0, 16) -> [2.0] * 16

// -----

// A vector of one number is no vector.
// RUN: vectorize{bytes=8}
func.func @few_bytes(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{8 bytes hold less than two of its numbers}}
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @few_bytes(
// CHECK-NOT: vector
// EXEC: few_bytes([1.0] * 16, 0, 16) -> [2.0] * 16

// -----

// Numbers that are only stored as f32 do not decide: 8 lanes of f64 compute.
func.func @stored(%w: memref<?xf32>, %v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %narrow = memref.load %w[%i] : memref<?xf32>
    %x = arith.extf %narrow : f32 to f64
    %y = arith.mulf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @stored(
// CHECK: %narrow = vector.load %w[%i] : memref<?xf32>, vector<8xf32>
// CHECK-NEXT: %x = arith.extf %narrow : vector<8xf32> to vector<8xf64>
// EXEC: stored([3.0] * 16, [0.0] * 16, 0, 16) -> _, [9.0] * 16

// -----

// Where both widths are computed with, the narrower decides: f64 takes two registers then.
func.func @both(%v: memref<?xf32>, %n: memref<?xi32>, %dt: f64, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf32>
    %wide = arith.extf %x : f32 to f64
    %steps = arith.divf %wide, %dt : f64
    %count = arith.fptosi %steps : f64 to i32
    memref.store %count, %n[%i] : memref<?xi32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %v[%i] : memref<?xf32>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @both(
// CHECK: %x = vector.load %v[%i] : memref<?xf32>, vector<16xf32>
// CHECK: %steps = arith.divf {{.*}} : vector<16xf64>
// EXEC: both([3.0] * 16, [0] * 16, 0.5, 0, 16) -> [6.0] * 16, [6] * 16

// -----

// Bits of consecutive neurons are read together; a loop over one block of 64 has as many lanes.
func.func @counts(%bits: memref<?xi8>, %out: memref<?xi16>, %row: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %group = arith.constant 64 : index
  scf.for %lane = %zero to %group step %one {
    %at = arith.addi %row, %lane : index
    %bit = syn.connected %bits[%at] : memref<?xi8> -> i1
    %count = arith.extui %bit : i1 to i16
    memref.store %count, %out[%lane] : memref<?xi16>
  } {parallel = 64 : i64}
  return
}
// CHECK-LABEL: func.func @counts(
// CHECK: syn.connected{{.*}}vector<64xi1>
// CHECK: vector.store{{.*}}vector<64xi16>
// EXEC: counts([0] * 8 + [5] * 8, [9] * 64, 64) -> [0] * 8 + [5] * 8, [1, 0, 1, 0, 0, 0, 0, 0] * 8

// -----

// What a loop may carry is the largest of some integers: lanes are compared at its end.
func.func @largest(%x: memref<?xi32>, %y: memref<?xi32>, %low: index, %high: index, %least: i32) -> i32 {
  %one = arith.constant 1 : index
  %most = scf.for %i = %low to %high step %one iter_args(%so_far = %least) -> (i32) {
    %here = memref.load %x[%i] : memref<?xi32>
    %twice = arith.addi %here, %here : i32
    memref.store %twice, %y[%i] : memref<?xi32>
    %larger = arith.maxsi %so_far, %twice : i32
    scf.yield %larger : i32
  } {parallel = 16 : i64}
  return %most : i32
}
// CHECK-LABEL: func.func @largest(
// CHECK: vector.broadcast %least
// CHECK: arith.maxsi{{.*}}vector<8xi32>
// CHECK: vector.reduction{{.*}}maxsi
// EXEC: largest([3, -5, 7, 1] * 8, [0] * 32, 0, 32, 4) == 14
// EXEC: largest([3, -5, 7, 1] * 8, [0] * 32, 0, 32, 99) == 99
// EXEC: largest([3] * 16, [0] * 16, 16, 16, 4) == 4

// -----

// What lanes of a GPU do together has no vector form.
func.func @votes(%v: memref<?xi32>, %yes: i1, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %all = arith.constant -1 : i32
  // expected-remark@below {{'nvvm.vote.sync' has no vector form}}
  scf.for %i = %low to %high step %one {
    %ballot = nvvm.vote.sync ballot %all, %yes -> i32
    memref.store %ballot, %v[%i] : memref<?xi32>
  } {parallel = 16 : i64}
  // expected-remark@below {{'memref.atomic_rmw' has no vector form}}
  scf.for %i = %low to %high step %one {
    %old = memref.atomic_rmw addi %all, %v[%i] : (i32, memref<?xi32>) -> i32
  } {parallel = 16 : i64}
  // expected-remark@below {{'syn.mark' has no vector form}}
  scf.for %i = %low to %high step %one {
    syn.mark %yes, %i to %v[%low] : i1, memref<?xi32>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @votes(
// CHECK-NOT: vector
// EXEC: votes([5] * 16, true, 0, 16) -> [65535] + [0] * 15
