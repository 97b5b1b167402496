// place-barriers drops barriers that keep nothing apart, and lets threads meet once in several steps
// where only slots of rings cross between them.
// RUN: place-barriers

// Both kernels touch their own neurons only: no barrier is needed.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %a.r: memref<?xf64>):
  %r = "memref.load"(%a.r, %thread) : (memref<?xf64>, index) -> f64
  %new = "arith.addf"(%r, %r) : (f64, f64) -> f64
  "memref.store"(%new, %a.r, %thread) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %a.r: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %a.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>) -> ()
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "func.call"(%thread, %threads, %step, %a.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>) -> ()
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "step_range"
// CHECK-NOT: callee = @ranvier_barrier
// EXEC: step_range(0, 1, 0, 2, [0] * 16, [1.0]) -> [0] * 16, [16.0]

// -----

// The first kernel reads neurons of all threads, the second writes its own: each waits for the other.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons"}}, {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "j_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %a.r: memref<?xf64>, %a.sum: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %r = "memref.load"(%a.r, %zero) : (memref<?xf64>, index) -> f64
  "memref.store"(%r, %a.sum, %thread) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %a.r: memref<?xf64>, %a.sum: memref<?xf64>):
  %sum = "memref.load"(%a.sum, %thread) : (memref<?xf64>, index) -> f64
  %new = "arith.addf"(%sum, %sum) : (f64, f64) -> f64
  "memref.store"(%new, %a.r, %thread) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %a.r: memref<?xf64>, %a.sum: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %a.r, %a.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    // expected-remark@below {{@a_update writes a.r, which @j_transmit reads}}
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "func.call"(%thread, %threads, %step, %a.r, %a.sum) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    // expected-remark@below {{@a_update writes a.r, which @j_transmit reads}}
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "step_range"
// CHECK: callee = @j_transmit
// CHECK-NEXT: callee = @ranvier_barrier
// CHECK-NEXT: callee = @a_update
// CHECK-NEXT: callee = @ranvier_barrier

// -----

// The first kernel reads earlier slots of a ring, the second writes the slot of this step: they may
// run at the same time, and threads meet once in as many steps as the run time says.
// RUN: place-barriers --check-prefix=RARE
// RUN: place-barriers{intervals=false} --check-prefix=EACH
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "past", role = "ring", extent = "past", reach = "past"}}, {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "j_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %a.past: memref<?xf64>, %a.sum: memref<?xf64>):
  %three = "arith.constant"() <{value = 3 : index}> : () -> index
  %before = "arith.addi"(%step, %three) : (index, index) -> index
  %four = "arith.constant"() <{value = 4 : index}> : () -> index
  %slot = "arith.remui"(%before, %four) : (index, index) -> index
  %r = "memref.load"(%a.past, %slot) : (memref<?xf64>, index) -> f64
  "memref.store"(%r, %a.sum, %thread) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "past", role = "ring", extent = "past", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %a.past: memref<?xf64>, %a.sum: memref<?xf64>):
  %four = "arith.constant"() <{value = 4 : index}> : () -> index
  %slot = "arith.remui"(%step, %four) : (index, index) -> index
  %sum = "memref.load"(%a.sum, %thread) : (memref<?xf64>, index) -> f64
  %new = "arith.addf"(%sum, %sum) : (f64, f64) -> f64
  "memref.store"(%new, %a.past, %slot) : (f64, memref<?xf64>, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {}, {ranvier.buffer = {name = "barrier", role = "scratch", extent = "threads"}}, {ranvier.buffer = {owner = "a", name = "past", role = "ring", extent = "past"}}, {ranvier.buffer = {owner = "a", name = "sum", role = "input", extent = "neurons"}}], function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %a.past: memref<?xf64>, %a.sum: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %a.past, %a.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "func.call"(%thread, %threads, %step, %a.past, %a.sum) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// RARE-LABEL: sym_name = "step_range"
// RARE: %interval = "arith.select"(%alone,
// RARE: "scf.for"({{.*}}, %interval)
// RARE: "arith.minsi"({{.*}}, %interval)
// RARE-NEXT: %end = "arith.addi"
// RARE-NEXT: "scf.for"(%{{.*}}, %end,
// RARE: callee = @j_transmit
// RARE-NEXT: callee = @a_update
// RARE-NEXT: "scf.yield"
// RARE: callee = @ranvier_barrier
// RARE-NOT: callee = @ranvier_barrier
// EACH-LABEL: sym_name = "step_range"
// EACH: callee = @j_transmit
// EACH-NEXT: callee = @a_update
// EACH-NEXT: callee = @ranvier_barrier
// EACH-NEXT: "scf.yield"
