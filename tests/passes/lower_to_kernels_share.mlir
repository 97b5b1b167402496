// lower-to-kernels{share=true} lowers populations that differ in their names only once, and calls the
// kernels with the buffers of each.
// RUN: discretize,choose-storage,lower-to-kernels{share=true}

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
  %q = "eq.read"() <{variable = @r}> : () -> f64
  %t = "arith.addf"(%q, %q) : (f64, f64) -> f64
  "eq.write"(%t) <{variable = @r}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK: sym_name = "one_update"
// CHECK-NOT: sym_name = "two_update"
// CHECK: sym_name = "step_range"
// CHECK: "func.call"(%thread, %threads, %step, %one.$borders, %one.r) <{callee = @one_update}>
// CHECK: "func.call"(%thread, %threads, %step, %two.$borders, %two.r) <{callee = @one_update}>
