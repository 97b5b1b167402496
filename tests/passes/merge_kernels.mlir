// merge-kernels lets kernels of the same structure share one function; names do not count.
// RUN: merge-kernels

"func.func"() <{function_type = (memref<?xf64>, index) -> (), sym_name = "pop0_update"}> ({
^bb0(%v: memref<?xf64>, %i: index):
  %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
  "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, index) -> (), sym_name = "pop1_update"}> ({
^bb0(%u: memref<?xf64>, %n: index):
  %old = "memref.load"(%u, %n) : (memref<?xf64>, index) -> f64
  %new = "arith.addf"(%old, %old) : (f64, f64) -> f64
  "memref.store"(%new, %u, %n) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, index) -> (), sym_name = "pop2_update"}> ({
^bb0(%v: memref<?xf64>, %i: index):
  %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  %y = "arith.mulf"(%x, %x) : (f64, f64) -> f64
  "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index) -> (), sym_name = "f"}> ({
^bb0(%a: memref<?xf64>, %b: memref<?xf64>, %i: index):
  "func.call"(%a, %i) <{callee = @pop0_update}> : (memref<?xf64>, index) -> ()
  "func.call"(%b, %i) <{callee = @pop1_update}> : (memref<?xf64>, index) -> ()
  "func.call"(%b, %i) <{callee = @pop2_update}> : (memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK: sym_name = "pop0_update"
// CHECK-NOT: sym_name = "pop1_update"
// CHECK: sym_name = "pop2_update"
// CHECK: "func.call"(%a, %i) <{callee = @pop0_update}>
// CHECK-NEXT: "func.call"(%b, %i) <{callee = @pop0_update}>
// CHECK-NEXT: "func.call"(%b, %i) <{callee = @pop2_update}>
// EXEC: f([1.0, 2.0], [3.0, 4.0], 1) -> [1.0, 4.0], [3.0, 64.0]

// -----

// Another constant is another function, and so is an operand in another place.
// RUN: merge-kernels
"func.func"() <{function_type = (f64, f64) -> f64, sym_name = "one"}> ({
^bb0(%x: f64, %y: f64):
  %z = "arith.subf"(%x, %y) : (f64, f64) -> f64
  "func.return"(%z) : (f64) -> ()
}) : () -> ()
"func.func"() <{function_type = (f64, f64) -> f64, sym_name = "swapped"}> ({
^bb0(%x: f64, %y: f64):
  %z = "arith.subf"(%y, %x) : (f64, f64) -> f64
  "func.return"(%z) : (f64) -> ()
}) : () -> ()
// CHECK: sym_name = "one"
// CHECK: sym_name = "swapped"
// EXEC: one(3.0, 1.0) == 2.0
// EXEC: swapped(3.0, 1.0) == -2.0
