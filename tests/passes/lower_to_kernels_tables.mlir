// lower-to-kernels{share=true tables=true} calls the kernel of four populations and more in a loop;
// a table for each of its buffers says which it is in which row. Sizes do not matter.
// RUN: discretize,choose-storage,lower-to-kernels{share=true tables=true},place-barriers

"net.population"() <{sym_name = "one", size = 3 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %r = "eq.read"() <{variable = @r}> : () -> f64
  %s = "arith.addf"(%r, %r) : (f64, f64) -> f64
  "eq.write"(%s) <{variable = @r}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "two", size = 3 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %r = "eq.read"() <{variable = @r}> : () -> f64
  %s = "arith.addf"(%r, %r) : (f64, f64) -> f64
  "eq.write"(%s) <{variable = @r}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "three", size = 40 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %r = "eq.read"() <{variable = @r}> : () -> f64
  %s = "arith.addf"(%r, %r) : (f64, f64) -> f64
  "eq.write"(%s) <{variable = @r}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "four", size = 5 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %r = "eq.read"() <{variable = @r}> : () -> f64
  %s = "arith.addf"(%r, %r) : (f64, f64) -> f64
  "eq.write"(%s) <{variable = @r}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK: sym_name = "one_update"
// CHECK-NOT: sym_name = "two_update"
// CHECK: ranvier.buffer = {owner = ["one", "two", "three", "four"], name = "r", role = "attribute", extent = "neurons"}
// CHECK-SAME: sym_name = "step_range"
// CHECK: %one.r.rows: memref<?xmemref<?xf64>>
// CHECK: ^bb0(%row: index):
// CHECK-NEXT: %[[BORDERS:.*]] = "memref.load"(%one.$borders.rows, %row)
// CHECK-NEXT: %[[R:.*]] = "memref.load"(%one.r.rows, %row)
// CHECK-NEXT: "func.call"(%thread, %threads, %step, %[[BORDERS]], %[[R]]) <{callee = @one_update}>
// CHECK-NOT: func.call
