// cse computes equal things once.
// RUN: cse

"func.func"() <{function_type = (f64, f64) -> f64, sym_name = "equal_products"}> ({
^bb0(%x: f64, %y: f64):
  %a = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %b = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %sum = "arith.addf"(%a, %b) : (f64, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "equal_products"
// CHECK: %a = "arith.mulf"(%x, %y)
// CHECK-NEXT: "arith.addf"(%a, %a)
// EXEC: equal_products(3.0, 2.0) == 12.0

// -----

// Operands in another order are another computation, unless canonicalize has sorted them.
"func.func"() <{function_type = (f64, f64) -> f64, sym_name = "other_order"}> ({
^bb0(%x: f64, %y: f64):
  %a = "arith.subf"(%x, %y) : (f64, f64) -> f64
  %b = "arith.subf"(%y, %x) : (f64, f64) -> f64
  %product = "arith.mulf"(%a, %b) : (f64, f64) -> f64
  "func.return"(%product) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "other_order"
// CHECK-COUNT-2: "arith.subf"
// EXEC: other_order(3.0, 2.0) == -1.0

// -----

// Constants are equal bit by bit: 0.0 is not -0.0, and 0 : i64 is not 0 : index.
"func.func"() <{function_type = () -> (f64, f64), sym_name = "two_zeros"}> ({
  %plus = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
  %minus = "arith.constant"() <{value = -0.0 : f64}> : () -> f64
  "func.return"(%plus, %minus) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "two_zeros"
// CHECK: "func.return"(%plus, %minus)
// EXEC: two_zeros() == (0.0, -0.0)

// -----

// The properties of an operation belong to it: these comparisons differ.
"func.func"() <{function_type = (f64, f64) -> (i1, i1), sym_name = "other_predicate"}> ({
^bb0(%x: f64, %y: f64):
  %greater = "arith.cmpf"(%x, %y) <{predicate = 2 : i64}> : (f64, f64) -> i1
  %less = "arith.cmpf"(%x, %y) <{predicate = 4 : i64}> : (f64, f64) -> i1
  "func.return"(%greater, %less) : (i1, i1) -> ()
}) : () -> ()
// CHECK-LABEL: "other_predicate"
// CHECK: "func.return"(%greater, %less)
// EXEC: other_predicate(2.0, 1.0) == (true, false)

// -----

// Two reads of an element are one, as long as nothing is written in between.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>) -> f64, sym_name = "reads"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %b = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %sum = "arith.addf"(%a, %b) : (f64, f64) -> f64
  "memref.store"(%sum, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  %c = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  "func.return"(%c) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "reads"
// CHECK: "arith.addf"(%a, %a)
// CHECK: "memref.store"
// CHECK-NEXT: %c = "memref.load"
// EXEC: reads([2.0], [0.0]) == 4.0 -> [4.0], [0.0]

// -----

// A write inside a branch is a write, too.
"func.func"() <{function_type = (memref<?xf64>, i1, f64) -> f64, sym_name = "write_in_branch"}> ({
^bb0(%v: memref<?xf64>, %c: i1, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  "scf.if"(%c) ({
    "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }, {
  }) : (i1) -> ()
  %b = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %difference = "arith.subf"(%b, %a) : (f64, f64) -> f64
  "func.return"(%difference) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "write_in_branch"
// CHECK-COUNT-2: "memref.load"
// EXEC: write_in_branch([1.0], true, 5.0) == 4.0
// EXEC: write_in_branch([1.0], false, 5.0) == 0.0

// -----

// What an outer block computed serves the blocks inside; what one branch computed not the other.
"func.func"() <{function_type = (i1, f64, f64) -> f64, sym_name = "dominance"}> ({
^bb0(%c: i1, %x: f64, %y: f64):
  %outer = "arith.addf"(%x, %y) : (f64, f64) -> f64
  %chosen = "scf.if"(%c) ({
    %again = "arith.addf"(%x, %y) : (f64, f64) -> f64
    %one = "arith.mulf"(%again, %y) : (f64, f64) -> f64
    "scf.yield"(%one) : (f64) -> ()
  }, {
    %other = "arith.mulf"(%outer, %y) : (f64, f64) -> f64
    "scf.yield"(%other) : (f64) -> ()
  }) : (i1) -> f64
  "func.return"(%chosen) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "dominance"
// CHECK: %outer = "arith.addf"
// CHECK-NOT: arith.addf
// CHECK: %one = "arith.mulf"(%outer, %y)
// CHECK: %other = "arith.mulf"(%outer, %y)
// EXEC: dominance(true, 1.0, 2.0) == 6.0
// EXEC: dominance(false, 1.0, 2.0) == 6.0

// -----

// Random numbers are functions of their counters: one draw, unless the stream is another.
"func.func"() <{function_type = (i64, i64, i64) -> f64, sym_name = "random"}> ({
^bb0(%seed: i64, %step: i64, %id: i64):
  %a = "rng.uniform"(%seed, %step, %id) <{stream = 1 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  %b = "rng.uniform"(%seed, %step, %id) <{stream = 1 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  %c = "rng.uniform"(%seed, %step, %id) <{stream = 2 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  %zero = "arith.subf"(%a, %b) : (f64, f64) -> f64
  %sum = "arith.addf"(%zero, %c) : (f64, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "random"
// CHECK-COUNT-2: rng.uniform
// CHECK: "arith.subf"(%a, %a)

// -----

// The location of what stays tells of what it replaces.
// RUN: cse --locations
"func.func"() <{function_type = (f64) -> f64, sym_name = "locations"}> ({
^bb0(%x: f64):
  %a = "arith.mulf"(%x, %x) : (f64, f64) -> f64 loc("model.py":3:4)
  %b = "arith.mulf"(%x, %x) : (f64, f64) -> f64 loc("model.py":5:6)
  %sum = "arith.addf"(%a, %b) : (f64, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "locations"
// CHECK: "arith.mulf"{{.*}} loc(fused<"cse">["model.py":3:4, "model.py":5:6])

// -----

// Spike lists count what they append: the second read is another one.
"func.func"() <{function_type = (memref<?xi32>, memref<?xi64>, i1, index) -> (i64, i64), sym_name = "spikes"}> ({
^bb0(%list: memref<?xi32>, %count: memref<?xi64>, %hit: i1, %limit: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %a = "memref.load"(%count, %zero) : (memref<?xi64>, index) -> i64
  "syn.append"(%hit, %zero, %list, %zero, %count, %zero, %limit) : (i1, index, memref<?xi32>, index, memref<?xi64>, index, index) -> ()
  %b = "memref.load"(%count, %zero) : (memref<?xi64>, index) -> i64
  "func.return"(%a, %b) : (i64, i64) -> ()
}) : () -> ()
// CHECK-LABEL: "spikes"
// CHECK-COUNT-2: "memref.load"
// EXEC: spikes([0, 0], [0], true, 5) == (0, 1)
