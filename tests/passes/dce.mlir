// dce removes what nobody uses, users before what they use.
// RUN: dce

// A chain of unused computations goes as a whole, an unused read with it.
"func.func"() <{function_type = (memref<?xf64>, f64) -> f64, sym_name = "unused_chain"}> ({
^bb0(%v: memref<?xf64>, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %read = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %sum = "arith.addf"(%read, %x) : (f64, f64) -> f64
  %product = "arith.mulf"(%sum, %x) : (f64, f64) -> f64
  "func.return"(%x) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "unused_chain"
// CHECK-NEXT: ^bb0
// CHECK-NEXT: "func.return"(%x)
// EXEC: unused_chain([1.0], 2.0) == 2.0 -> [1.0]

// -----

// Writes stay, and all they need.
"func.func"() <{function_type = (memref<?xf64>, f64) -> (), sym_name = "writes_stay"}> ({
^bb0(%v: memref<?xf64>, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %sum = "arith.addf"(%x, %x) : (f64, f64) -> f64
  "memref.store"(%sum, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "writes_stay"
// CHECK: "arith.constant"
// CHECK: "arith.addf"
// CHECK: "memref.store"
// EXEC: writes_stay([1.0], 2.0) -> [4.0]

// -----

// A loop and a branch that do nothing go, also one inside the other.
"func.func"() <{function_type = (index, i1, f64) -> f64, sym_name = "empty_regions"}> ({
^bb0(%n: index, %c: i1, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    "scf.if"(%c) ({
      %unused = "arith.mulf"(%x, %x) : (f64, f64) -> f64
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"(%x) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "empty_regions"
// CHECK-NOT: scf.
// CHECK-NOT: arith.
// CHECK: "func.return"(%x)
// EXEC: empty_regions(3, true, 2.0) == 2.0

// -----

// A branch that writes stays; what is unused in it goes.
"func.func"() <{function_type = (memref<?xf64>, i1, f64) -> (), sym_name = "branch_writes"}> ({
^bb0(%v: memref<?xf64>, %c: i1, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  "scf.if"(%c) ({
    %unused = "arith.mulf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }, {
  }) : (i1) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "branch_writes"
// CHECK: "scf.if"
// CHECK-NOT: arith.mulf
// CHECK: "memref.store"
// EXEC: branch_writes([0.0], true, 2.0) -> [2.0]
// EXEC: branch_writes([0.0], false, 2.0) -> [0.0]

// -----

// A call may do anything: it stays although nobody uses its result.
"func.func"() <{function_type = (memref<?xf64>) -> f64, sym_name = "writes"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %x = "arith.constant"() <{value = 5.0 : f64}> : () -> f64
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%x) : (f64) -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "calls"}> ({
^bb0(%v: memref<?xf64>):
  %unused = "func.call"(%v) <{callee = @writes}> : (memref<?xf64>) -> f64
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "calls"
// CHECK: "func.call"
// EXEC: calls([1.0]) -> [5.0]
