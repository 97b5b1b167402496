// fuse-loops merges neighbouring parallel loops over the same neurons.
// RUN: fuse-loops

// The second loop reads what the first wrote, at the same neuron: one loop does both.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "fused"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %z = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    "memref.store"(%z, %w, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "fused"
// CHECK-COUNT-1: "scf.for"
// CHECK: "memref.store"(%y, %v, %i)
// CHECK-NEXT: %z = "memref.load"(%v, %i)
// CHECK-NEXT: "memref.store"(%z, %w, %i)
// CHECK-NOT: "scf.for"
// CHECK: {parallel = 16 : i64}
// EXEC: fused([1.0] * 16, [0.0] * 16, 0, 16) -> [2.0] * 16, [2.0] * 16

// -----

// What stands between the loops moves in front of the first.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "between"}> ({
^bb0(%v: memref<?xf64>, %k: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  %a = "memref.load"(%k, %zero) : (memref<?xf64>, index) -> f64
  %b = "arith.mulf"(%a, %a) : (f64, f64) -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %z = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    %u = "arith.mulf"(%z, %b) : (f64, f64) -> f64
    "memref.store"(%u, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "between"
// CHECK: %b = "arith.mulf"(%a, %a)
// CHECK-NEXT: "scf.for"
// CHECK-NOT: "scf.for"
// CHECK: "func.return"
// EXEC: between([1.0] * 16, [3.0], 0, 16) -> [18.0] * 16, [3.0]

// -----

// It does not move if the first loop writes what it reads ...
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "between_reads"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  // expected-remark@below {{'memref.load' between the loops cannot move in front of them}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %z = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    %u = "arith.mulf"(%z, %a) : (f64, f64) -> f64
    "memref.store"(%u, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "between_reads"
// CHECK-COUNT-2: "scf.for"
// EXEC: between_reads([1.0] * 16, 0, 16) -> [4.0] * 16

// -----

// ... or reads what it writes.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "between_writes"}> ({
^bb0(%v: memref<?xf64>, %k: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %a = "memref.load"(%k, %zero) : (memref<?xf64>, index) -> f64
    "memref.store"(%a, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  %seven = "arith.constant"() <{value = 7.0 : f64}> : () -> f64
  "memref.store"(%seven, %k, %zero) : (f64, memref<?xf64>, index) -> ()
  // expected-remark@below {{'memref.store' between the loops cannot move in front of them}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %z = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    %u = "arith.addf"(%z, %z) : (f64, f64) -> f64
    "memref.store"(%u, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "between_writes"
// CHECK-COUNT-2: "scf.for"
// EXEC: between_writes([0.0] * 16, [2.0], 0, 16) -> [4.0] * 16, [7.0]

// -----

// A call between the loops may do anything.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "anything"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %seven = "arith.constant"() <{value = 7.0 : f64}> : () -> f64
  "memref.store"(%seven, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "call_between"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.call"(%v) <{callee = @anything}> : (memref<?xf64>) -> ()
  // expected-remark@below {{'func.call' between the loops cannot move in front of them}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %x2 = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    %y2 = "arith.addf"(%x2, %x2) : (f64, f64) -> f64
    "memref.store"(%y2, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// EXEC: call_between([1.0] * 16, 0, 16) -> [14.0] + [4.0] * 15

// -----

// Other neurons: other bounds, another step.
"func.func"() <{function_type = (memref<?xf64>, index, index, index) -> (), sym_name = "other_bounds"}> ({
^bb0(%v: memref<?xf64>, %low: index, %middle: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  %y = "arith.constant"() <{value = 2.0 : f64}> : () -> f64
  "scf.for"(%low, %middle, %one) ({
  ^bb0(%i: index):
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  // expected-remark@below {{its bounds differ from those of the loop before}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    "memref.store"(%y, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "other_bounds"
// CHECK-COUNT-2: "scf.for"
// EXEC: other_bounds([0.0] * 32, 0, 16, 32) -> [2.0] * 32

// -----

// The second loop reads another neuron than its own: it has to wait for the whole first loop.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "other_element"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  %fifteen = "arith.constant"() <{value = 15 : index}> : () -> index
  // expected-remark@below {{%v is shared at other elements than [i]}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %k = "arith.subi"(%fifteen, %j) : (index, index) -> index
    %z = "memref.load"(%v, %k) : (memref<?xf64>, index) -> f64
    "memref.store"(%z, %w, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "other_element"
// CHECK-COUNT-2: "scf.for"
// EXEC: other_element([0.0] * 16, [0.0] * 16, 0, 16) -> [1.0] * 16, [1.0] * 16

// -----

// The same for a sum over all neurons of the first loop ...
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "sum"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  %nothing = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  // expected-remark@below {{%v is shared at other elements than [i]}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %s = "scf.for"(%low, %high, %one, %nothing) ({
    ^bb0(%k: index, %t: f64):
      %z = "memref.load"(%v, %k) : (memref<?xf64>, index) -> f64
      %r = "arith.addf"(%t, %z) : (f64, f64) -> f64
      "scf.yield"(%r) : (f64) -> ()
    }) : (index, index, index, f64) -> f64
    "memref.store"(%s, %w, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "sum"
// CHECK: "scf.for"
// CHECK: }) {parallel
// CHECK: "scf.for"
// EXEC: sum([0.0] * 16, [0.0] * 16, 0, 16) -> [1.0] * 16, [16.0] * 16

// -----

// ... and where the first loop reads other neurons and the second writes them.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "writes_what_others_read"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %fifteen = "arith.constant"() <{value = 15 : index}> : () -> index
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %k = "arith.subi"(%fifteen, %i) : (index, index) -> index
    %z = "memref.load"(%v, %k) : (memref<?xf64>, index) -> f64
    "memref.store"(%z, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  // expected-remark@below {{%v is shared at other elements than [i]}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    "memref.store"(%x, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "writes_what_others_read"
// CHECK-COUNT-2: "scf.for"
// EXEC: writes_what_others_read([0.0] * 16, [5.0] * 16, 0, 16) -> [1.0] * 16, [0.0] * 16

// -----

// A call in a loop may touch anything.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "effect"}> ({
^bb0(%v: memref<?xf64>):
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "call_inside"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  // expected-remark@below {{it calls a function}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    "func.call"(%v) <{callee = @effect}> : (memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  // expected-remark@below {{the loop before calls a function}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%k: index):
    "memref.store"(%x, %v, %k) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// EXEC: call_inside([0.0] * 16, 0, 16) -> [1.0] * 16

// -----

// Three loops: what the first two touch together counts for the third.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "three"}> ({
^bb0(%a: memref<?xf64>, %b: memref<?xf64>, %c: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %fifteen = "arith.constant"() <{value = 15 : index}> : () -> index
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%a, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %a, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %y2 = "memref.load"(%a, %j) : (memref<?xf64>, index) -> f64
    "memref.store"(%y2, %b, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  // expected-remark@below {{%b is shared at other elements than [i]}}
  "scf.for"(%low, %high, %one) ({
  ^bb0(%k: index):
    %m = "arith.subi"(%fifteen, %k) : (index, index) -> index
    %z = "memref.load"(%b, %m) : (memref<?xf64>, index) -> f64
    "memref.store"(%z, %c, %k) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "three"
// CHECK-COUNT-2: "scf.for"
// EXEC: three([1.0] * 16, [0.0] * 16, [0.0] * 16, 0, 16) -> [2.0] * 16, [2.0] * 16, [2.0] * 16

// -----

// Loops that carry values from iteration to iteration stay as they are.
"func.func"() <{function_type = (memref<?xf64>, index, index, f64) -> (f64, f64), sym_name = "carried"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index, %x: f64):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %first = "scf.for"(%low, %high, %one, %x) ({
  ^bb0(%i: index, %s: f64):
    %y = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %t = "arith.addf"(%s, %y) : (f64, f64) -> f64
    "scf.yield"(%t) : (f64) -> ()
  }) {parallel = 16 : i64} : (index, index, index, f64) -> f64
  // expected-remark@below {{it carries values from iteration to iteration}}
  %second = "scf.for"(%low, %high, %one, %x) ({
  ^bb0(%j: index, %s: f64):
    %y2 = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    %t2 = "arith.subf"(%s, %y2) : (f64, f64) -> f64
    "scf.yield"(%t2) : (f64) -> ()
  }) {parallel = 16 : i64} : (index, index, index, f64) -> f64
  "func.return"(%first, %second) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "carried"
// CHECK-COUNT-2: "scf.for"
// EXEC: carried([1.0] * 16, 0, 16, 2.0) == (18.0, -14.0)

// -----

// A loop without the promise of independent iterations is left alone.
"func.func"() <{function_type = (memref<?xf64>, index, index) -> (), sym_name = "not_parallel"}> ({
^bb0(%v: memref<?xf64>, %low: index, %high: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  "scf.for"(%low, %high, %one) ({
  ^bb0(%i: index):
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "scf.for"(%low, %high, %one) ({
  ^bb0(%j: index):
    %z = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
    "memref.store"(%z, %v, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "not_parallel"
// CHECK-COUNT-2: "scf.for"
// EXEC: not_parallel([0.0] * 4, 0, 4) -> [1.0] * 4
