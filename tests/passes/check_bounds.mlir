// check-bounds tests indices before they are used; what lies outside is noted and not touched.
// RUN: check-bounds

"func.func"() <{function_type = (index, index, index, memref<?xf64>, memref<?xi32>) -> (), sym_name = "scalars"}> ({
^bb0(%thread: index, %threads: index, %i: index, %a: memref<?xf64>, %b: memref<?xi32>):
  %x = "memref.load"(%a, %i) : (memref<?xf64>, index) -> f64
  %n = "memref.load"(%b, %i) : (memref<?xi32>, index) -> i32
  "memref.store"(%x, %a, %threads) : (f64, memref<?xf64>, index) -> ()
  "memref.prefetch"(%b, %i) <{isDataCache = true, isWrite = false, localityHint = 3 : i32}> : (memref<?xi32>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {}, {ranvier.buffer = {owner = "p", name = "a", role = "attribute", extent = "neurons"}}, {ranvier.buffer = {owner = "p", name = "b", role = "attribute", extent = "neurons"}}], function_type = (index, index, index, index, memref<?xf64>, memref<?xi32>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %a: memref<?xf64>, %b: memref<?xi32>):
  "func.call"(%thread, %threads, %t0, %a, %b) <{callee = @scalars}> : (index, index, index, memref<?xf64>, memref<?xi32>) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "scalars"
// CHECK: %[[S:.*]] = "memref.load"(%$sizes, %a.place)
// CHECK: %size = "arith.index_cast"(%[[S]])
// CHECK: %inside = "arith.cmpi"(%i, %size) <{predicate = 6 : i64}>
// CHECK: "scf.if"(%inside) ({
// CHECK-NEXT: "memref.load"(%a, %i)
// CHECK: "func.call"(%thread, %{{.*}}, %i, %a.place, %$faults) <{callee = @ranvier_out_of_bounds}> {ranvier.access = "memref.load"}
// CHECK: "memref.prefetch"(%b, %i)
// CHECK-LABEL: sym_name = "step_range"
// CHECK: "func.call"(%thread, %threads, %t0, %a, %b, %$sizes, %$faults, %{{.*}}, %{{.*}}) <{callee = @scalars}>

// -----

// Vectors lie inside as a whole; of gathers the lanes that are wanted; a table has the rows that it lists.
"func.func"() <{function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "lanes"}> ({
^bb0(%thread: index, %threads: index, %i: index, %a: memref<?xf64>, %b: memref<?xf64>):
  %two = "vector.load"(%a, %i) : (memref<?xf64>, index) -> vector<2xf64>
  %ranks = "arith.constant"() <{value = dense<[0, 9]> : vector<2xi32>}> : () -> vector<2xi32>
  %mask = "arith.constant"() <{value = dense<[true, false]> : vector<2xi1>}> : () -> vector<2xi1>
  %there = "vector.gather"(%b, %threads, %ranks, %mask, %two) : (memref<?xf64>, index, vector<2xi32>, vector<2xi1>, vector<2xf64>) -> vector<2xf64>
  "vector.store"(%there, %a, %i) : (vector<2xf64>, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {}, {ranvier.buffer = {owner = "p", name = "a", role = "attribute", extent = "neurons"}}, {ranvier.buffer = {owner = ["p", "q"], name = "b", role = "attribute", extent = "neurons"}}], function_type = (index, index, index, index, memref<?xf64>, memref<?xmemref<?xf64>>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %a: memref<?xf64>, %b: memref<?xmemref<?xf64>>):
  %row = "memref.load"(%b, %t1) : (memref<?xmemref<?xf64>>, index) -> memref<?xf64>
  "func.call"(%thread, %threads, %t0, %a, %row) <{callee = @lanes}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "lanes"
// CHECK: %limit = "arith.maxsi"
// CHECK: %inside = "arith.cmpi"(%i, %limit)
// CHECK: "scf.if"(%inside) ({
// CHECK-NEXT: "vector.load"(%a, %i)
// CHECK: %outside = "arith.andi"(%mask
// CHECK-LABEL: sym_name = "step_range"
// CHECK: "arith.cmpi"(%t1, %
