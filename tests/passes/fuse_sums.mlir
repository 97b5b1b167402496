// fuse-sums joins kernels of sums that are one loop over the neurons with the update that reads them.
// RUN: fuse-sums

// The kernels change places: a.r is read before it changes. Nobody else touches the sums.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "j_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %w: memref<?xf64>, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%w, %i) : (memref<?xf64>, index) -> f64
    %two = "arith.addf"(%r, %r) : (f64, f64) -> f64
    "memref.store"(%two, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "b", name = "sum", item = "exc", role = "input", extent = "neurons", of = "a", reach = "own"}}, {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "b_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %s) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %s) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %b.r: memref<?xf64>, %a.sum: memref<?xf64>, %b.sum: memref<?xf64>, %a.r: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %b.r, %a.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %b.sum, %b.r) <{callee = @b_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %a.sum, %a.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-NOT: sym_name = "j_transmit"
// CHECK-LABEL: sym_name = "a_step"
// CHECK: (%thread: index, %threads: index, %step: index, %last: index,
// CHECK: "scf.for"
// CHECK: "scf.for"
// CHECK-NOT: sym_name = "a_update"
// CHECK-LABEL: sym_name = "step_range"
// CHECK: %last = "arith.subi"(%t1, %{{.*}})
// CHECK: "func.call"(%thread, %threads, %step, %last, {{.*}}) <{callee = @a_step}>
// CHECK: callee = @b_update
// EXEC: step_range(0, 1, 0, 2, [0] * 16, [1.0] * 16, [0.0] * 16, [1.0] * 16, [0.0] * 16) -> _, [3.0] * 16, [4.0] * 16, _, [6.0] * 16

// -----

// A ring is handed over twice: what is older is read, what is new is written. Two kernels of sums
// go with the update; another kernel looks at the sums, so that they have to be stored.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "past", item = "r", role = "ring", extent = "neurons", reach = "past"}}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "j_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %w: memref<?xf64>, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%w, %i) : (memref<?xf64>, index) -> f64
    %two = "arith.addf"(%r, %r) : (f64, f64) -> f64
    "memref.store"(%two, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "k_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %v: memref<?xf64>, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %before = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %after = "arith.addf"(%before, %r) : (f64, f64) -> f64
    "memref.store"(%after, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "past", item = "r", role = "ring", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %r: memref<?xf64>, %past: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %s) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "memref.store"(%new, %past, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "seen", role = "attribute", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_look"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %seen: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    "memref.store"(%s, %seen, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %a.r.past: memref<?xf64>, %a.sum: memref<?xf64>, %b.r: memref<?xf64>, %a.r: memref<?xf64>, %a.seen: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %a.r.past, %a.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %b.r, %a.sum) <{callee = @k_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %a.sum, %a.r, %a.r.past) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "func.call"(%thread, %threads, %step, %a.sum, %a.seen) <{callee = @a_look}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "a_step"
// CHECK-LABEL: sym_name = "step_range"
// CHECK-NOT: ranvier.kept
// CHECK: "func.call"(%thread, %threads, %step, %last, %a.r.past, %a.sum, %b.r, %a.r, %a.r.past) <{callee = @a_step}>
// CHECK-NEXT: callee = @ranvier_barrier

// -----

// Only what nobody else touches is marked; kernels of one kind share what was made of them.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "j_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %w: memref<?xf64>, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%w, %i) : (memref<?xf64>, index) -> f64
    %two = "arith.addf"(%r, %r) : (f64, f64) -> f64
    "memref.store"(%two, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %s) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %b.r: memref<?xf64>, %a.sum: memref<?xf64>, %a.r: memref<?xf64>, %c.sum: memref<?xf64>, %c.r: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %b.r, %a.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %b.r, %c.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %a.sum, %a.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %c.sum, %c.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK: {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own", wanted = "last"}}
// CHECK-SAME: sym_name = "a_step"
// CHECK-LABEL: sym_name = "step_range"
// CHECK: %b.r, %a.sum, %a.r) <{callee = @a_step}>
// CHECK-NEXT: %b.r, %c.sum, %c.r) <{callee = @a_step}>
// EXEC: step_range(0, 1, 0, 2, [0] * 16, [1.0] * 16, [0.0] * 16, [0.0] * 16, [0.0] * 16, [1.0] * 16) -> _, _, [2.0] * 16, [4.0] * 16, [2.0] * 16, [5.0] * 16

// -----

// A sum over many synapses keeps its kernel, and so does what comes in front of it.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
// expected-remark@below {{a kernel of its own for sums left as it is: other kernels have to run in between}}
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>) -> (), sym_name = "a_clear"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %none = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    "memref.store"(%none, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// expected-remark@below {{a kernel of its own for sums left as it is: taking them is more than one loop over the neurons}}
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "k_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %v: memref<?xf64>, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %before = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %after = "arith.addf"(%before, %r) : (f64, f64) -> f64
    "memref.store"(%after, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %s) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %a.sum: memref<?xf64>, %b.r: memref<?xf64>, %a.r: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %a.sum) <{callee = @a_clear}> : (index, index, index, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %b.r, %a.sum) <{callee = @k_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%thread, %threads, %step, %a.sum, %a.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "step_range"
// CHECK: callee = @a_clear
// CHECK-NEXT: callee = @k_transmit
// CHECK-NEXT: callee = @a_update

// -----

// Threads meet in between.
"func.func"() <{function_type = (memref<?xi64>, index) -> (), sym_name = "ranvier_barrier", sym_visibility = "private"}> ({}) : () -> ()
// expected-remark@below {{a kernel of its own for sums left as it is: threads wait for one another before neurons read them}}
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "b", name = "r", role = "attribute", extent = "neurons", of = "a"}}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "j_transmit"}> ({
^bb0(%thread: index, %threads: index, %step: index, %w: memref<?xf64>, %sums: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %r = "memref.load"(%w, %i) : (memref<?xf64>, index) -> f64
    %two = "arith.addf"(%r, %r) : (f64, f64) -> f64
    "memref.store"(%two, %sums, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{arg_attrs = [{}, {}, {}, {ranvier.buffer = {owner = "a", name = "sum", item = "exc", role = "input", extent = "neurons", reach = "own"}}, {ranvier.buffer = {owner = "a", name = "r", role = "attribute", extent = "neurons", reach = "own"}}], function_type = (index, index, index, memref<?xf64>, memref<?xf64>) -> (), sym_name = "a_update"}> ({
^bb0(%thread: index, %threads: index, %step: index, %sums: memref<?xf64>, %r: memref<?xf64>):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %end = "arith.constant"() <{value = 16 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%zero, %end, %one) ({
  ^bb0(%i: index):
    %s = "memref.load"(%sums, %i) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%r, %i) : (memref<?xf64>, index) -> f64
    %new = "arith.addf"(%old, %s) : (f64, f64) -> f64
    "memref.store"(%new, %r, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) {parallel = 16 : i64} : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
"func.func"() <{function_type = (index, index, index, index, memref<?xi64>, memref<?xf64>, memref<?xf64>, memref<?xf64>) -> (), sym_name = "step_range"}> ({
^bb0(%thread: index, %threads: index, %t0: index, %t1: index, %net.barrier: memref<?xi64>, %b.r: memref<?xf64>, %a.sum: memref<?xf64>, %a.r: memref<?xf64>):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%t0, %t1, %one) ({
  ^bb0(%step: index):
    "func.call"(%thread, %threads, %step, %b.r, %a.sum) <{callee = @j_transmit}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "func.call"(%net.barrier, %threads) <{callee = @ranvier_barrier}> : (memref<?xi64>, index) -> ()
    "func.call"(%thread, %threads, %step, %a.sum, %a.r) <{callee = @a_update}> : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "step_range"
// CHECK: callee = @j_transmit
// CHECK: callee = @a_update
