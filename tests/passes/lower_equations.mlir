// lower-equations moves all equations into the tasks of one step; declarations stay.
// RUN: discretize,lower-equations

// A parameter of the whole population has no index, a variable of each neuron has one.
"net.population"() <{sym_name = "decay", size = 3 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dr = "eq.ddt"() <{variable = @r}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dr) : (f64, f64) -> f64
    %r = "eq.read"() <{variable = @r}> : () -> f64
    %rhs = "arith.negf"(%r) : (f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @r, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK: "net.population"() <{sym_name = "decay"
// CHECK: "loops.phase"() <{label = "neurons"}>
// CHECK-NEXT: "loops.task"() <{what = "update", owner = @decay}>
// CHECK-NEXT: "loops.neurons"() ({
// CHECK-NEXT: ^bb0(%i: index):
// CHECK: %tau = "loops.load"() <{variable = @tau, of = "own"}> : () -> f64
// CHECK: %r = "loops.load"(%i) <{variable = @r, of = "own"}> : (index) -> f64
// CHECK: "loops.store"(%{{.*}}, %i) <{variable = @r, of = "own"}> : (f64, index) -> ()
// CHECK-NOT: eq.read

// -----

// Sums are cleared, then taken along the dendrite of each post neuron, whatever the layout; what
// learns runs where it is due.
"net.population"() <{sym_name = "pop0", size = 4 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %s = "eq.sum"() <{target = "exc"}> : () -> f64
  "eq.write"(%s) <{variable = @r}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "proj0", pre = @pop0, post = @pop0, targets = ["exc"], kind = "rate", pattern = "sparse", operation = "mean"}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %r = "eq.pre"() <{variable = @r}> : () -> f64
  %psp = "arith.mulf"(%w, %r) : (f64, f64) -> f64
  "eq.yield"(%psp) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %post = "eq.post"() <{variable = @r}> : () -> f64
  "eq.write"(%post) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK: what = "clear", owner = @pop0
// CHECK: "loops.clear_sum"(%i) <{target = "exc"}>
// CHECK: what = "transmit", owner = @proj0
// CHECK: "loops.posts"() ({
// CHECK-NEXT: ^bb0(%post: index):
// CHECK-NEXT: %[[TOTAL:.*]] = "loops.dendrite"(%post, %{{.*}}) ({
// CHECK-NEXT: ^bb0(%synapse: index, %pre: index, %total: f64):
// CHECK: "loops.load"(%synapse) <{variable = @w, of = "own"}>
// CHECK: "loops.load"(%pre) <{variable = @r, of = "pre"}>
// CHECK: %[[NEXT:.*]] = "arith.addf"(%total, %{{.*}})
// CHECK: "loops.yield"(%[[NEXT]])
// CHECK: "loops.fan_in"(%post)
// CHECK: "arith.divf"(%[[TOTAL]], %{{.*}})
// CHECK: "loops.add_to_sum"(%{{.*}}, %post) <{target = "exc"}>
// CHECK: what = "update", owner = @pop0
// CHECK: "loops.sum"(%i) <{target = "exc"}>
// CHECK: what = "learn", owner = @proj0
// CHECK: %due = "loops.due"()
// CHECK: "scf.if"(%due)
// CHECK: "loops.posts"
// CHECK: "loops.dendrite"
// CHECK: %fixed = "loops.fixed"()
// CHECK: "loops.load"(%post) <{variable = @r, of = "post"}>
// CHECK: "arith.select"(%fixed,
// CHECK: "loops.store"(%{{.*}}, %synapse) <{variable = @w, of = "own"}>
