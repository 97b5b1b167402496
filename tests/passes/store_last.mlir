// store-last stores in the last step of a run what nobody reads before.
// RUN: store-last

"func.func"() <{arg_attrs = [{}, {}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own", wanted = "last"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons"}}], function_type = (index, index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "put_off"}> ({
^bb0(%thread: index, %threads: index, %step: index, %last: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 2 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %old) : (f64, f64) -> f64
    "memref.store"(%new, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "put_off"
// CHECK: %is_last = "arith.cmpi"(%step, %last)
// CHECK: "scf.if"(%is_last) ({
// CHECK-NEXT: "memref.store"(%new, %sums, %i)
// CHECK: "memref.store"(%new, %r, %i)
// EXEC: put_off(0, 1, 3, 3, [9.0, 9.0], [1.0, 2.0]) -> [2.0, 4.0], [2.0, 4.0]
// EXEC: put_off(0, 1, 4, 4, [9.0, 9.0], [1.0, 2.0]) -> [2.0, 4.0], [2.0, 4.0]

// -----

// The kernel itself reads what it has stored.
"func.func"() <{arg_attrs = [{}, {}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own", wanted = "last"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons"}}], function_type = (index, index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "read"}> ({
^bb0(%thread: index, %threads: index, %step: index, %last: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 2 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%old, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    // expected-remark@below {{storing %sums left as it is: the kernel reads it}}
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%s, %old) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "read"
// CHECK-NOT: scf.if
// EXEC: read(0, 1, 0, 3, [9.0, 9.0], [1.0, 2.0]) -> [1.0, 2.0], [2.0, 4.0]

// -----

// It only reads what others have stored.
"func.func"() <{arg_attrs = [{}, {}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own", wanted = "last"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons"}}], function_type = (index, index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "look"}> ({
^bb0(%thread: index, %threads: index, %step: index, %last: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 2 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%s, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "look"
// CHECK-NOT: scf.if
// EXEC: look(0, 1, 0, 3, [9.0, 8.0], [1.0, 2.0]) -> [9.0, 8.0], [9.0, 8.0]
