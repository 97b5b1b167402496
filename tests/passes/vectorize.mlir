// vectorize computes several neurons at once: a parallel loop becomes a loop over vectors.
// RUN: vectorize{bytes=64}

// As many lanes as there is room for: 8 doubles are 64 bytes.
"func.func"() <{function_type = (memref<?xf64>, f64, index, index) -> (), sym_name = "doubles"}> ({
^bb0(%v: memref<?xf64>, %k: f64, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.mulf"(%x, %k) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "doubles"
// CHECK: %[[STEP:.*]] = "arith.constant"() <{value = 8 : index}>
// CHECK: %[[K:.*]] = "vector.broadcast"(%k)
// CHECK: "scf.for"(%low, %high, %[[STEP]])
// CHECK: %x = "vector.load"(%v, %i) : (memref<?xf64>, index) -> vector<8xf64>
// CHECK-NEXT: %y = "arith.mulf"(%x, %[[K]])
// CHECK-NEXT: "vector.store"(%y, %v, %i)
// EXEC: doubles(list(range(32)), 2.0, 0, 16) -> [2.0 * i for i in range(16)] + list(range(16, 32))

// -----

// 16 floats of 32 bits are 64 bytes, too.
"func.func"() <{function_type = (memref<?xf32>, index, index) -> (), sym_name = "floats"}> ({
^bb0(%v: memref<?xf32>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf32>, index) -> f32
    %y = "arith.addf"(%x, %x) : (f32, f32) -> f32
    "memref.store"(%y, %v, %i) : (f32, memref<?xf32>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "floats"
// CHECK: "vector.load"{{.*}} -> vector<16xf32>
// EXEC: floats(list(range(16)), 0, 16) -> list(range(0, 32, 2))

// -----

// Fewer bytes, fewer lanes.
// RUN: vectorize{bytes=32}
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "narrow"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "narrow"
// CHECK: vector<4xf64>
// EXEC: narrow(list(range(16)), 0, 16) -> list(range(0, 32, 2))

// -----

// A value that all lanes share stays a scalar; computed inside, it is computed as a scalar there.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "uniform"}> ({
^bb0(%v: memref<?xf64>, %tau: memref<?xf64>, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %t = "memref.load"(%tau, %zero) : (memref<?xf64>, index) -> f64
    %k = "arith.addf"(%t, %t) : (f64, f64) -> f64
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.mulf"(%x, %k) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "uniform"
// CHECK: %t = "memref.load"(%tau, %zero)
// CHECK: %k = "arith.addf"(%t, %t) : (f64, f64) -> f64
// CHECK: "vector.broadcast"(%k)
// EXEC: uniform([1.0] * 16, [2.0], 0, 16) -> [4.0] * 16, [2.0]

// -----

// The number of a neuron as a value: the first lane and a vector that counts up.
"func.func"() <{function_type = (memref<?xf64>, index, index, index) -> (), sym_name = "counting"}> ({
^bb0(%v: memref<?xf64>, %offset: index, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %n = "arith.addi"(%i, %offset) : (index, index) -> index
    %m = "arith.index_cast"(%n) : (index) -> i64
    %x = "arith.sitofp"(%m) : (i64) -> f64
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "counting"
// CHECK: dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xindex>
// CHECK: "arith.addi"(%i, %offset)
// EXEC: counting([0.0] * 16, 100, 0, 16) -> list(range(100, 116))

// -----

// Consecutive elements stay consecutive some elements further.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index, index) -> (), sym_name = "shifted"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %offset: index, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %n = "arith.addi"(%offset, %i) : (index, index) -> index
    %x = "memref.load"(%v, %n) : (memref<?xf64>, index) -> f64
    "memref.store"(%x, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "shifted"
// CHECK: %x = "vector.load"
// EXEC: shifted(list(range(20)), [0.0] * 16, 4, 0, 16) -> list(range(20)), list(range(4, 20))

// -----

// A choice per lane, and one for all lanes.
"func.func"() <{function_type = (memref<?xf64>, i1, index, index) -> (), sym_name = "choices"}> ({
^bb0(%v: memref<?xf64>, %c: i1, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %limit = "arith.constant"() <{value = 7.5 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    %hit = "arith.cmpf"(%x, %limit) <{predicate = 2 : i64}> : (f64, f64) -> i1
    %chosen = "arith.select"(%hit, %limit, %y) : (i1, f64, f64) -> f64
    %again = "arith.select"(%c, %chosen, %x) : (i1, f64, f64) -> f64
    "memref.store"(%again, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "choices"
// CHECK: %hit = "arith.cmpf"{{.*}} -> vector<8xi1>
// CHECK: "arith.select"(%hit,{{.*}}) : (vector<8xi1>, vector<8xf64>, vector<8xf64>)
// CHECK: "arith.select"(%c,{{.*}}) : (i1, vector<8xf64>, vector<8xf64>)
// EXEC: choices(list(range(16)), true, 0, 16) -> [0, 2, 4, 6, 8, 10, 12, 14] + [7.5] * 8
// EXEC: choices(list(range(16)), false, 0, 16) -> list(range(16))

// -----

// A branch that all lanes take together.
"func.func"() <{function_type = (memref<?xf64>, i1, index, index) -> (), sym_name = "uniform_branch"}> ({
^bb0(%v: memref<?xf64>, %c: i1, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    "scf.if"(%c) ({
      %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
      "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "uniform_branch"
// CHECK: "scf.if"(%c)
// CHECK: "vector.store"
// EXEC: uniform_branch([1.0] * 16, true, 0, 16) -> [2.0] * 16
// EXEC: uniform_branch([1.0] * 16, false, 0, 16) -> [1.0] * 16

// -----

// A vector made inside a branch is not there after it.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, i1, index, index) -> (), sym_name = "counting_in_branch"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %c: i1, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    "scf.if"(%c) ({
      %a = "arith.index_cast"(%i) : (index) -> i64
      %x = "arith.sitofp"(%a) : (i64) -> f64
      "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    %b = "arith.index_cast"(%i) : (index) -> i64
    %y = "arith.sitofp"(%b) : (i64) -> f64
    "memref.store"(%y, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "counting_in_branch"
// CHECK: "scf.if"
// EXEC: counting_in_branch([0.0] * 16, [0.0] * 16, false, 0, 16) -> [0.0] * 16, list(range(16))
// EXEC: counting_in_branch([0.0] * 16, [0.0] * 16, true, 0, 16) -> list(range(16)), list(range(16))

// -----

// An inner loop that all lanes run equally often: a sum per lane.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index, index) -> (), sym_name = "inner_loop"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %n: index, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %nothing = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %s = "scf.for"(%zero, %n, %one, %nothing) ({
    ^bb0(%j: index, %t: f64):
      %k = "memref.load"(%w, %j) : (memref<?xf64>, index) -> f64
      %p = "arith.mulf"(%x, %k) : (f64, f64) -> f64
      %u = "arith.addf"(%t, %p) : (f64, f64) -> f64
      "scf.yield"(%u) : (f64) -> ()
    }) : (index, index, index, f64) -> f64
    "memref.store"(%s, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "inner_loop"
// CHECK: "scf.for"
// CHECK: "scf.for"(%zero, %n, %one,
// CHECK: %k = "memref.load"(%w, %j)
// CHECK: : (index, index, index, vector<8xf64>) -> vector<8xf64>
// EXEC: inner_loop([2.0] * 16, [1.0, 2.0, 3.0], 3, 0, 16) -> [12.0] * 16, [1.0, 2.0, 3.0]
// EXEC: inner_loop([2.0] * 16, [1.0, 2.0, 3.0], 0, 0, 16) -> [0.0] * 16, [1.0, 2.0, 3.0]

// -----

// Spikes: the list takes the whole vector of hits.
"func.func"() <{function_type = (memref<?xf64>, memref<?xi32>, memref<?xi64>, index, index, index) -> (), sym_name = "spikes"}> ({
^bb0(%v: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>, %size: index, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %limit = "arith.constant"() <{value = 2.5 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %hit = "arith.cmpf"(%x, %limit) <{predicate = 2 : i64}> : (f64, f64) -> i1
    "syn.append"(%hit, %i, %list, %zero, %count, %zero, %size) : (i1, index, memref<?xi32>, index, memref<?xi64>, index, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "spikes"
// CHECK: "syn.append"(%hit, %i,{{.*}} : (vector<16xi1>,
// EXEC: spikes(list(range(16)), [0] * 16, [0], 5, 0, 16) -> list(range(16)), [3, 4] + [0] * 14, [2]

// -----

// A loop over one block takes the whole block at once.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "one_block"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %four = "arith.constant"() <{value = 4 : index}> : () -> index
  "scf.for"(%zero, %four, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 4 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "one_block"
// CHECK: vector<4xf64>
// EXEC: one_block([1.0] * 5) -> [2.0] * 4 + [1.0]

// -----

// Many blocks between known bounds are a loop over vectors.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "known_bounds"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %high = "arith.constant"() <{value = 64 : index}> : () -> index
  "scf.for"(%zero, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "known_bounds"
// CHECK: vector<8xf64>
// EXEC: known_bounds([1.0] * 65) -> [2.0] * 64 + [1.0]

// -----

// A loop that never runs.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "no_iteration"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %zero, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// EXEC: no_iteration([1.0] * 16) -> [1.0] * 16

// -----

// Every other neuron is not a neighbour.
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "other_step"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %two = "arith.constant"() <{value = 2 : index}> : () -> index
  // expected-remark@below {{its step is not 1}}
  "scf.for"(%low, %high, %two) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "other_step"
// CHECK: "memref.load"
// EXEC: other_step([1.0] * 16, 0, 16) -> [2.0, 1.0] * 8

// -----

// Bounds that are no multiples of the lanes would need a remainder.
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "small_blocks"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{its bounds are no multiples of 8}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 4 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "small_blocks"
// CHECK: "memref.load"
// EXEC: small_blocks([1.0] * 4, 0, 4) -> [1.0] * 4

// -----

"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "scattered_read"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %fifteen = "arith.constant"() <{value = 15 : index}> : () -> index
  %half = "arith.constant"() <{value = 0.5 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %k = "arith.subi"(%fifteen, %i) : (index, index) -> index
    %x = "memref.load"(%v, %k) : (memref<?xf64>, index) -> f64
    %y = "arith.mulf"(%x, %half) : (f64, f64) -> f64
    "memref.store"(%y, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// Every lane reads an element of its own.
// CHECK-LABEL: "scattered_read"
// CHECK: %[[K:.*]] = "arith.subi"
// CHECK: "vector.gather"(%v, %{{.*}}, %[[K]], %{{.*}}, %{{.*}})
// EXEC: scattered_read(list(range(16)), [0.0] * 16, 0, 16) -> list(range(16)), [(15 - i) / 2 for i in range(16)]

// -----

"func.func"() <{function_type = (memref<?xf64>, memref<?xi64>, f64, index, index) -> (), sym_name = "scattered_write"}> ({
^bb0(%v: memref<?xf64>, %list: memref<?xi64>, %x: f64, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{it touches scattered elements}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %k = "memref.load"(%list, %i) : (memref<?xi64>, index) -> i64
    %n = "arith.index_cast"(%k) : (i64) -> index
    "memref.store"(%x, %v, %n) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// A refused loop leaves nothing behind.
// CHECK-LABEL: "scattered_write"
// CHECK: "memref.store"
// CHECK-NOT: "vector.store"

// -----

"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "one_element"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{all lanes write one element}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "one_element"
// CHECK: "memref.load"

// -----

"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "shared_and_written"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{all lanes share an element that the loop writes}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "shared_and_written"
// CHECK: "memref.load"

// -----

"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "lanes_branch"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %limit = "arith.constant"() <{value = 2.5 : f64}> : () -> f64
  // expected-remark@below {{lanes would take different branches}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %hit = "arith.cmpf"(%x, %limit) <{predicate = 2 : i64}> : (f64, f64) -> i1
    "scf.if"(%hit) ({
      "memref.store"(%limit, %v, %i) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "lanes_branch"
// CHECK-NOT: vector
// EXEC: lanes_branch(list(range(16)), 0, 16) -> [0.0, 1.0, 2.0] + [2.5] * 13

// -----

"func.func"() <{function_type = (memref<?xf64>, memref<?xi64>, index, index) -> (), sym_name = "lanes_loop"}> ({
^bb0(%v: memref<?xf64>, %rows: memref<?xi64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{lanes would loop differently often}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%rows, %i) : (memref<?xi64>, index) -> i64
    %n = "arith.index_cast"(%r) : (i64) -> index
    "scf.for"(%low, %n, %one) ({
    ^bb0(%j: index):
      %x = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
      "memref.store"(%x, %v, %j) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "lanes_loop"
// CHECK-NOT: vector

// -----

"func.func"() <{function_type = (memref<?xf64>, f64, index, index) -> f64, sym_name = "carries"}> ({
^bb0(%v: memref<?xf64>, %x: f64, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{it carries values from iteration to iteration}}
  %sum = "scf.for"(%low, %high, %one, %x) ({
  ^bb0(%i: index, %s: f64):
    %y = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %t = "arith.addf"(%s, %y) : (f64, f64) -> f64
    "scf.yield"(%t) : (f64) -> ()
  }) {parallel = 16 : i64} : (index, index, index, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "carries"
// CHECK-NOT: vector
// EXEC: carries([1.0] * 16, 0.0, 0, 16) == 16.0

// -----

"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "effect"}> ({
^bb0(%v: memref<?xf64>):
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "calls"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{it calls a function}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    "func.call"(%v) <{callee = @effect}> : (memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "calls"
// CHECK: "func.call"

// -----

"func.func"() <{function_type = (memref<?xf64>, memref<?xi32>, memref<?xi64>, index, index, index) -> (), sym_name = "other_neurons"}> ({
^bb0(%v: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>, %size: index, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %fifteen = "arith.constant"() <{value = 15 : index}> : () -> index
  %limit = "arith.constant"() <{value = 2.5 : f64}> : () -> f64
  // expected-remark@below {{it appends something other than its own neurons}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %hit = "arith.cmpf"(%x, %limit) <{predicate = 2 : i64}> : (f64, f64) -> i1
    %other = "arith.subi"(%fifteen, %i) : (index, index) -> index
    "syn.append"(%hit, %other, %list, %zero, %count, %zero, %size) : (i1, index, memref<?xi32>, index, memref<?xi64>, index, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "other_neurons"
// CHECK: (i1, index, memref<?xi32>

// -----

"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "no_vector_form"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{'vector.load' has no vector form}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "vector.load"(%v, %zero) : (memref<?xf64>, index) -> vector<2xf64>
    "vector.store"(%x, %v, %zero) : (vector<2xf64>, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "no_vector_form"
// CHECK: "vector.load"

// -----

// A loop without the promise of independent iterations is left alone.
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "not_parallel"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "not_parallel"
// CHECK-NOT: vector
// EXEC: not_parallel([1.0] * 16, 0, 16) -> [2.0] * 16

// -----

// A vector of one number is no vector.
// RUN: vectorize{bytes=8}
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "few_bytes"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{8 bytes hold less than two of its numbers}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "few_bytes"
// CHECK-NOT: vector
// EXEC: few_bytes([1.0] * 16, 0, 16) -> [2.0] * 16

// -----

// Numbers that are only stored as f32 do not decide: 8 lanes of f64 compute.
"func.func"() <{function_type = (memref<?xf32>, memref<?xf64>, index, index) -> (), sym_name = "stored"}> ({
^bb0(%w: memref<?xf32>, %v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %narrow = "memref.load"(%w, %i) : (memref<?xf32>, index) -> f32
    %x = "arith.extf"(%narrow) : (f32) -> f64
    %y = "arith.mulf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "stored"
// CHECK: %narrow = "vector.load"(%w, %i) : (memref<?xf32>, index) -> vector<8xf32>
// CHECK-NEXT: %x = "arith.extf"(%narrow) : (vector<8xf32>) -> vector<8xf64>
// EXEC: stored([3.0] * 16, [0.0] * 16, 0, 16) -> _, [9.0] * 16

// -----

// Where both widths are computed with, the narrower decides: f64 takes two registers then.
"func.func"() <{function_type = (memref<?xf32>, memref<?xi32>, f64, index, index) -> (), sym_name = "both"}> ({
^bb0(%v: memref<?xf32>, %n: memref<?xi32>, %dt: f64, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf32>, index) -> f32
    %wide = "arith.extf"(%x) : (f32) -> f64
    %steps = "arith.divf"(%wide, %dt) : (f64, f64) -> f64
    %count = "arith.fptosi"(%steps) : (f64) -> i32
    "memref.store"(%count, %n, %i) : (i32, memref<?xi32>, index) -> ()
    %y = "arith.addf"(%x, %x) : (f32, f32) -> f32
    "memref.store"(%y, %v, %i) : (f32, memref<?xf32>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "both"
// CHECK: %x = "vector.load"(%v, %i) : (memref<?xf32>, index) -> vector<16xf32>
// CHECK: %steps = "arith.divf"({{.*}}) : (vector<16xf64>, vector<16xf64>) -> vector<16xf64>
// EXEC: both([3.0] * 16, [0] * 16, 0.5, 0, 16) -> [6.0] * 16, [6] * 16

// -----

// Bits of consecutive neurons are read together; a loop over one block of 64 has as many lanes.
"func.func"() <{function_type = (memref<?xi8>, memref<?xi16>, index) -> (), sym_name = "counts"}> ({
^bb0(%bits: memref<?xi8>, %out: memref<?xi16>, %row: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %group = "arith.constant"() <{value = 64 : index}> : () -> index
  "scf.for"(%zero, %group, %one) ({
  ^bb0(%lane: index):
    %at = "arith.addi"(%row, %lane) : (index, index) -> index
    %bit = "syn.connected"(%bits, %at) : (memref<?xi8>, index) -> i1
    %count = "arith.extui"(%bit) : (i1) -> i16
    "memref.store"(%count, %out, %lane) : (i16, memref<?xi16>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 64 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "counts"
// CHECK: "syn.connected"{{.*}}vector<64xi1>
// CHECK: "vector.store"{{.*}}vector<64xi16>
// EXEC: counts([0] * 8 + [5] * 8, [9] * 64, 64) -> [0] * 8 + [5] * 8, [1, 0, 1, 0, 0, 0, 0, 0] * 8

// -----

// What a loop may carry is the largest of some integers: lanes are compared at its end.
"func.func"() <{function_type = (memref<?xi32>, memref<?xi32>, index, index, i32) -> (i32), sym_name = "largest"}> ({
^bb0(%x: memref<?xi32>, %y: memref<?xi32>, %low: index, %high: index, %least: i32):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %most = "scf.for"(%low, %high, %one, %least) ({
  ^bb0(%i: index, %so_far: i32):
    %here = "memref.load"(%x, %i) : (memref<?xi32>, index) -> i32
    %twice = "arith.addi"(%here, %here) : (i32, i32) -> i32
    "memref.store"(%twice, %y, %i) : (i32, memref<?xi32>, index) -> ()
    %larger = "arith.maxsi"(%so_far, %twice) : (i32, i32) -> i32
    "scf.yield"(%larger) : (i32) -> ()
  }) {parallel = 16 : i64} : (index, index, index, i32) -> i32
  "func.return"(%most) : (i32) -> ()
}) : () -> ()
// CHECK-LABEL: "largest"
// CHECK: "vector.broadcast"(%least)
// CHECK: "arith.maxsi"{{.*}}vector<8xi32>
// CHECK: "vector.reduction"{{.*}}maxsi
// EXEC: largest([3, -5, 7, 1] * 8, [0] * 32, 0, 32, 4) == 14
// EXEC: largest([3, -5, 7, 1] * 8, [0] * 32, 0, 32, 99) == 99
// EXEC: largest([3] * 16, [0] * 16, 16, 16, 4) == 4
