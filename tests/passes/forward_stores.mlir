// forward-stores lets values go through registers, not through memory, inside one iteration.
// RUN: forward-stores

// A read of what was just stored is the stored value; a store that is overwritten goes.
"func.func"() <{function_type = (memref<?xf64>, f64, index) -> f64, sym_name = "forwarded"}> ({
^bb0(%v: memref<?xf64>, %x: f64, %i: index):
  "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
  %y = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  %z = "arith.addf"(%y, %y) : (f64, f64) -> f64
  "memref.store"(%z, %v, %i) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%y) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "forwarded"
// CHECK-NEXT: ^bb0
// CHECK-NEXT: %z = "arith.addf"(%x, %x)
// CHECK-NEXT: "memref.store"(%z, %v, %i)
// CHECK-NEXT: "func.return"(%x)
// EXEC: forwarded([1.0], 2.0, 0) == 2.0 -> [4.0]

// -----

// A second read of an element is the first one.
"func.func"() <{function_type = (memref<?xf64>, index) -> f64, sym_name = "read_twice"}> ({
^bb0(%v: memref<?xf64>, %i: index):
  %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  %y = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  %z = "arith.addf"(%x, %y) : (f64, f64) -> f64
  "func.return"(%z) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "read_twice"
// CHECK-COUNT-1: "memref.load"
// CHECK: "arith.addf"(%x, %x)
// EXEC: read_twice([3.0], 0) == 6.0

// -----

// Two indices may be one element: the read between the stores needs the first, and nothing is known
// of it afterwards.
"func.func"() <{function_type = (memref<?xf64>, index, index, f64, f64) -> (f64, f64), sym_name = "may_be_equal"}> ({
^bb0(%v: memref<?xf64>, %i: index, %j: index, %x: f64, %y: f64):
  "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
  %a = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
  "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
  %b = "memref.load"(%v, %j) : (memref<?xf64>, index) -> f64
  "func.return"(%a, %b) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "may_be_equal"
// CHECK-COUNT-2: "memref.store"
// CHECK: %b = "memref.load"
// EXEC: may_be_equal([0.0, 5.0], 0, 0, 1.0, 2.0) == (1.0, 2.0) -> [2.0, 5.0]
// EXEC: may_be_equal([0.0, 5.0], 0, 1, 1.0, 2.0) == (5.0, 5.0) -> [2.0, 5.0]

// -----

// Two different constants are two elements.
"func.func"() <{function_type = (memref<?xf64>, f64, f64) -> f64, sym_name = "certainly_apart"}> ({
^bb0(%v: memref<?xf64>, %x: f64, %y: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "memref.store"(%y, %v, %one) : (f64, memref<?xf64>, index) -> ()
  %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  "memref.store"(%y, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%a) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "certainly_apart"
// CHECK-NOT: "memref.load"
// CHECK: "memref.store"(%y, %v, %one)
// CHECK-NEXT: "memref.store"(%y, %v, %zero)
// CHECK-NEXT: "func.return"(%x)
// EXEC: certainly_apart([0.0, 0.0], 1.0, 2.0) == 1.0 -> [2.0, 2.0]

// -----

// Another index may be any of the two: it hides both.
"func.func"() <{function_type = (memref<?xf64>, index, f64, f64) -> (f64, f64), sym_name = "hidden"}> ({
^bb0(%v: memref<?xf64>, %i: index, %x: f64, %y: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "memref.store"(%x, %v, %one) : (f64, memref<?xf64>, index) -> ()
  "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
  %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %b = "memref.load"(%v, %one) : (memref<?xf64>, index) -> f64
  "func.return"(%a, %b) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "hidden"
// CHECK-COUNT-3: "memref.store"
// CHECK-COUNT-2: "memref.load"
// EXEC: hidden([0.0, 0.0], 1, 1.0, 2.0) == (1.0, 2.0)

// -----

// What a branch may write is not known after it; before it stored values may be read in it.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, i1, index, f64, f64) -> f64, sym_name = "branch_writes"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %c: i1, %i: index, %x: f64, %y: f64):
  "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
  "scf.if"(%c) ({
    %a = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%a, %w, %i) : (f64, memref<?xf64>, index) -> ()
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }, {
  }) : (i1) -> ()
  %b = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%b) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "branch_writes"
// CHECK: "memref.store"(%x, %v, %i)
// CHECK: "scf.if"
// CHECK-NEXT: "memref.store"(%x, %w, %i)
// CHECK-NEXT: "memref.store"(%y, %v, %i)
// CHECK: %b = "memref.load"
// EXEC: branch_writes([0.0], [0.0], true, 0, 1.0, 2.0) == 2.0 -> [2.0], [1.0]
// EXEC: branch_writes([0.0], [0.0], false, 0, 1.0, 2.0) == 1.0 -> [2.0], [0.0]

// -----

// What one branch stored, the other does not know; nor is it known after both.
"func.func"() <{function_type = (memref<?xf64>, i1, index, f64, f64) -> f64, sym_name = "two_branches"}> ({
^bb0(%v: memref<?xf64>, %c: i1, %i: index, %x: f64, %y: f64):
  %chosen = "scf.if"(%c) ({
    "memref.store"(%x, %v, %i) : (f64, memref<?xf64>, index) -> ()
    %a = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    "scf.yield"(%a) : (f64) -> ()
  }, {
    %b = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%y, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"(%b) : (f64) -> ()
  }) : (i1) -> f64
  %after = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
  %sum = "arith.addf"(%chosen, %after) : (f64, f64) -> f64
  "func.return"(%sum) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "two_branches"
// CHECK: "memref.store"(%x, %v, %i)
// CHECK-NEXT: "scf.yield"(%x)
// CHECK: %b = "memref.load"
// CHECK: %after = "memref.load"
// EXEC: two_branches([8.0], true, 0, 1.0, 2.0) == 2.0
// EXEC: two_branches([8.0], false, 0, 1.0, 2.0) == 10.0

// -----

// The second iteration reads what the first stored: what is known before a loop that writes the
// buffer is not known in it, nor after it.
"func.func"() <{function_type = (memref<?xf64>, index, f64) -> f64, sym_name = "loop"}> ({
^bb0(%v: memref<?xf64>, %n: index, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%k: index):
    %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
    %b = "arith.addf"(%a, %a) : (f64, f64) -> f64
    "memref.store"(%b, %v, %zero) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  %after = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  "func.return"(%after) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "loop"
// CHECK: "memref.store"(%x, %v, %zero)
// CHECK: %a = "memref.load"
// CHECK: %after = "memref.load"
// EXEC: loop([0.0], 3, 1.0) == 8.0
// EXEC: loop([0.0], 0, 1.0) == 1.0

// -----

// A store before a loop that may not run is not overwritten by the store in it.
"func.func"() <{function_type = (memref<?xf64>, index, f64, f64) -> (), sym_name = "loop_may_not_run"}> ({
^bb0(%v: memref<?xf64>, %n: index, %x: f64, %y: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%k: index):
    "memref.store"(%y, %v, %zero) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "loop_may_not_run"
// CHECK: "memref.store"(%x
// CHECK: "memref.store"(%y
// EXEC: loop_may_not_run([0.0], 0, 1.0, 2.0) -> [1.0]
// EXEC: loop_may_not_run([0.0], 2, 1.0, 2.0) -> [2.0]

// -----

// The other buffer of a loop is none of its business: what is known of it stays known.
"func.func"() <{function_type = (memref<?xf64>, memref<?xf64>, index, f64) -> f64, sym_name = "other_buffer"}> ({
^bb0(%v: memref<?xf64>, %w: memref<?xf64>, %n: index, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "scf.for"(%zero, %n, %one) ({
  ^bb0(%k: index):
    %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
    "memref.store"(%a, %w, %k) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  %after = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  "func.return"(%after) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "other_buffer"
// CHECK-NOT: "memref.load"
// CHECK: "memref.store"(%x, %w, %k)
// CHECK: "func.return"(%x)
// EXEC: other_buffer([0.0], [0.0, 0.0], 2, 3.0) == 3.0 -> [3.0], [3.0, 3.0]

// -----

// A call may read and write everything.
"func.func"() <{function_type = (memref<?xf64>) -> (), sym_name = "increment"}> ({
^bb0(%v: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  %a = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  %b = "arith.addf"(%a, %one) : (f64, f64) -> f64
  "memref.store"(%b, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (memref<?xf64>, f64) -> f64, sym_name = "call"}> ({
^bb0(%v: memref<?xf64>, %x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.call"(%v) <{callee = @increment}> : (memref<?xf64>) -> ()
  %after = "memref.load"(%v, %zero) : (memref<?xf64>, index) -> f64
  "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%after) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "call"
// CHECK: "memref.store"
// CHECK-NEXT: "func.call"
// CHECK-NEXT: %after = "memref.load"
// CHECK-NEXT: "memref.store"
// EXEC: call([0.0], 4.0) == 5.0 -> [4.0]

// -----

// A vector reads several elements: the store before it is needed.
"func.func"() <{function_type = (memref<?xf64>, f64, f64) -> vector<2xf64>, sym_name = "vector_reads"}> ({
^bb0(%v: memref<?xf64>, %x: f64, %y: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %one) : (f64, memref<?xf64>, index) -> ()
  %both = "vector.load"(%v, %zero) : (memref<?xf64>, index) -> vector<2xf64>
  "memref.store"(%y, %v, %one) : (f64, memref<?xf64>, index) -> ()
  "func.return"(%both) : (vector<2xf64>) -> ()
}) : () -> ()
// CHECK-LABEL: "vector_reads"
// CHECK: "memref.store"(%x, %v, %one)
// CHECK-NEXT: "vector.load"
// CHECK-NEXT: "memref.store"(%y, %v, %one)
// EXEC: vector_reads([5.0, 0.0], 1.0, 2.0) == ([5.0, 1.0],) -> [5.0, 2.0]

// -----

// A vector writes several elements: none of them is known any more.
"func.func"() <{function_type = (memref<?xf64>, f64, vector<2xf64>) -> f64, sym_name = "vector_writes"}> ({
^bb0(%v: memref<?xf64>, %x: f64, %both: vector<2xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "memref.store"(%x, %v, %one) : (f64, memref<?xf64>, index) -> ()
  "vector.store"(%both, %v, %zero) : (vector<2xf64>, memref<?xf64>, index) -> ()
  %after = "memref.load"(%v, %one) : (memref<?xf64>, index) -> f64
  "func.return"(%after) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "vector_writes"
// CHECK: %after = "memref.load"
// EXEC: vector_writes([0.0, 0.0], 1.0, [5.0, 6.0]) == 6.0 -> [5.0, 6.0]

// -----

// Spike lists count what they append.
"func.func"() <{function_type = (memref<?xi32>, memref<?xi64>, i1, index) -> i64, sym_name = "spikes"}> ({
^bb0(%list: memref<?xi32>, %count: memref<?xi64>, %hit: i1, %limit: index):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %nothing = "arith.constant"() <{value = 0 : i64}> : () -> i64
  "memref.store"(%nothing, %count, %zero) : (i64, memref<?xi64>, index) -> ()
  "syn.append"(%hit, %zero, %list, %zero, %count, %zero, %limit) : (i1, index, memref<?xi32>, index, memref<?xi64>, index, index) -> ()
  %after = "memref.load"(%count, %zero) : (memref<?xi64>, index) -> i64
  "memref.store"(%nothing, %count, %zero) : (i64, memref<?xi64>, index) -> ()
  "func.return"(%after) : (i64) -> ()
}) : () -> ()
// CHECK-LABEL: "spikes"
// CHECK: "memref.store"
// CHECK: "syn.append"
// CHECK-NEXT: %after = "memref.load"
// EXEC: spikes([0, 0], [3], true, 5) == 1 -> [0, 0], [0]
