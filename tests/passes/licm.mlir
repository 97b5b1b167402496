// licm computes in front of a loop what is the same in all its iterations.
// RUN: licm

// A parameter is read once, and what is computed of it alone is computed once.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index) -> (), sym_name = "parameter"}> ({
^bb0(%v: memref<?xf64>, %tau: memref<?xf64>, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %dt = "arith.constant"() <{value = 0.5 : f64}> : () -> f64
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    %t = "memref.load"(%tau, %zero) : (memref<?xf64>, index) -> f64
    %k = "arith.divf"(%dt, %t) : (f64, f64) -> f64
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %y = "arith.mulf"(%x, %k) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "parameter"
// CHECK: %t = "memref.load"(%tau, %zero)
// CHECK-NEXT: %k = "arith.divf"(%dt, %t)
// CHECK-NEXT: "scf.for"
// CHECK: %x = "memref.load"(%v, %i)
// EXEC: parameter([1.0, 2.0], [4.0], 2) -> [0.125, 0.25], [4.0]
// EXEC: parameter([1.0], [4.0], 0) -> [1.0], [4.0]

// -----

// A loop that writes the buffer reads it anew in every iteration.
"func.func"() <{function_type = (memref<?xf64>, index) -> (), sym_name = "written"}> ({
^bb0(%v: memref<?xf64>, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    // expected-remark@below {{the read of %v in the loop over %i left as it is: the loop writes it}}
    %x = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "written"
// CHECK: "scf.for"
// CHECK: "memref.load"
// EXEC: written([1.0, 0.0, 0.0], 3) -> [2.0, 4.0, 4.0]

// -----

// The write may hide in a branch ...
"func.func"() <{function_type = (memref<?xf64>, i1, index) -> (), sym_name = "written_in_branch"}> ({
^bb0(%v: memref<?xf64>, %c: i1, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    // expected-remark@below {{the loop writes it}}
    %x = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "scf.if"(%c) ({
      "memref.store"(%y, %v, %zero) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "written_in_branch"
// CHECK: "scf.for"
// CHECK: "memref.load"
// EXEC: written_in_branch([1.0], true, 3) -> [8.0]

// -----

// ... or in a function.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "doubles"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %x = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
  "memref.store"(%y, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index) -> (), sym_name = "written_by_call"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
    "memref.store"(%x, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "func.call"(%v) <{callee = @doubles}> : (memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "written_by_call"
// CHECK: "scf.for"
// CHECK: %x = "memref.load"
// EXEC: written_by_call([1.0], [0.0, 0.0, 0.0], 3) -> [8.0], [1.0, 2.0, 4.0]

// -----

// A branch that is not taken reads nothing: reads and writes in it stay in it.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, i1, index) -> (), sym_name = "branch"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %c: i1, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    "scf.if"(%c) ({
      %x = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
      "memref.store"(%x, %w, %i) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "branch"
// CHECK: "scf.for"
// CHECK: "scf.if"
// CHECK: "memref.load"
// EXEC: branch([7.0], [0.0, 0.0], true, 2) -> [7.0], [7.0, 7.0]
// EXEC: branch([], [0.0, 0.0], false, 2) -> [], [0.0, 0.0]

// -----

// An integer division may trap: it moves only where its divisor is a known number, not zero.
"func.func"() <{function_type = (memref<?xi64>, i64, i64, index) -> (), sym_name = "division"}> ({
^bb0(%v: memref<?xi64>, %a: i64, %b: i64, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %three = "arith.constant"() <{value = 3 : i64}> : () -> i64
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    %safe = "arith.divsi"(%a, %three) : (i64, i64) -> i64
    %unsafe = "arith.divsi"(%a, %b) : (i64, i64) -> i64
    %sum = "arith.addi"(%safe, %unsafe) : (i64, i64) -> i64
    "memref.store"(%sum, %v, %i) : (i64, memref<?xi64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "division"
// CHECK: %safe = "arith.divsi"
// CHECK-NEXT: "scf.for"
// CHECK: %unsafe = "arith.divsi"
// EXEC: division([0, 0], 12, 2, 2) -> [10, 10]
// EXEC: division([0], 12, 0, 0) -> [0]

// -----

// The most negative number divided by -1 has no quotient either: it traps on some machines.
"func.func"() <{function_type = (memref<?xi64>, i64, index) -> (), sym_name = "overflow"}> ({
^bb0(%v: memref<?xi64>, %a: i64, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %minus = "arith.constant"() <{value = -1 : i64}> : () -> i64
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    %q = "arith.divsi"(%a, %minus) : (i64, i64) -> i64
    "memref.store"(%q, %v, %i) : (i64, memref<?xi64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "overflow"
// CHECK: "scf.for"
// CHECK: "arith.divsi"
// EXEC: overflow([5], -9223372036854775808, 0) -> [5]

// -----

// A loop that does not run reads nothing: an element that need not exist is not read before it.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index) -> (), sym_name = "may_not_exist"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %five = "arith.constant"() <{value = 5 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    %x = "memref.load"(%v, %five) : (memref<?xf64>, index) -> f64
    "memref.store"(%x, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "may_not_exist"
// CHECK: "scf.for"
// CHECK: "memref.load"
// EXEC: may_not_exist([1.0], [2.0], 0) -> [1.0], [2.0]

// -----

// From the inner loop to the outer one, and out of it.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index) -> (), sym_name = "nested"}> ({
^bb0(%v: memref<?xf64>, %tau: memref<?xf64>, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    "scf.for"(%zero, %n, %one) ({
    ^bb0(%j: index):
      %t = "memref.load"(%tau, %zero) : (memref<?xf64>, index) -> f64
      %row = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
      %y = "arith.mulf"(%row, %t) : (f64, f64) -> f64
      "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (index, index, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "nested"
// CHECK: %t = "memref.load"
// CHECK: "scf.for"
// CHECK: "scf.for"
// CHECK: %row = "memref.load"(%v, %i)
// EXEC: nested([1.0, 1.0], [3.0], 2) -> [9.0, 9.0], [3.0]

// -----

// Values that the loop carries change.
"func.func"() <{function_type = (f64, index) -> f64, sym_name = "carried"}> ({
^bb0(%x: f64, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %sum = "scf.for"(%zero, %n, %one, %x) ({
  ^bb0(%i: index, %s: f64):
    %d = "arith.addf"(%s, %s) : (f64, f64) -> f64
    "scf.yield"(%d) : (f64) -> ()
  }) : (index, index, index, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "carried"
// CHECK: "scf.for"
// CHECK: "arith.addf"
// EXEC: carried(1.0, 3) == 8.0
// EXEC: carried(1.0, 0) == 1.0

// -----

// Spike lists count what they append: the length is another one in every iteration.
"func.func"() <{function_type = (memref<?xi32>, memref<?xi64>, memref<?xi64>, i1, index, index) -> (), sym_name = "spikes"}> ({
^bb0(%list: memref<?xi32>, %count: memref<?xi64>, %out: memref<?xi64>, %hit: i1, %limit: index, %n: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%i: index):
    // expected-remark@below {{the read of %count in the loop over %i left as it is: the loop writes it}}
    %c = "memref.load"(%count, %zero) : (memref<?xi64>, index) -> i64
    "memref.store"(%c, %out, %i) : (i64, memref<?xi64>, index) -> ()
    "syn.append"(%hit, %i, %list, %zero, %count, %zero, %limit) : (i1, index, memref<?xi32>, index, memref<?xi64>, index, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// EXEC: spikes([0, 0, 0], [0], [9, 9, 9], true, 5, 3) -> [0, 1, 2], [3], [0, 1, 2]
