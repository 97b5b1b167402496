// fuse-learning lets synapses learn while the next sums are taken.
// RUN: fuse-learning

"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "learns", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.pre"() <{variable = @r}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "learns"
// CHECK-SAME: deferred = true

// -----

// Rows side by side too.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "slices", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "slices"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.pre"() <{variable = @r}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "slices"
// CHECK-SAME: deferred = true

// -----

// What does not learn is no business of it.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "fixed", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "fixed"
// CHECK-NOT: deferred

// -----

// Only variables of post neurons: there is no second pass.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{no synapse has an equation of its own}}
"net.projection"() <{sym_name = "dendrites", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.post"() <{variable = @r}> : () -> f64  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "dendrites"
// CHECK-NOT: deferred

// -----

// Rows one after the other.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{it is stored in rows that are not taken side by side}}
"net.projection"() <{sym_name = "rows", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "by_post"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.pre"() <{variable = @r}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "rows"
// CHECK-NOT: deferred

// -----

// Learning sees values one step newer than those that are transmitted.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{learning and sums read values of different steps}}
"net.projection"() <{sym_name = "late", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, delays = "one", decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.pre"() <{variable = @r}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "late"
// CHECK-NOT: deferred

// -----

// The step is another one by then.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{its equations depend on the step}}
"net.projection"() <{sym_name = "clock", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %t = "eq.time"() : () -> f64  "eq.write"(%t) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "clock"
// CHECK-NOT: deferred

// -----

// Conductances have changed by then.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{spikes of the next step change 'g_in' before}}
"net.projection"() <{sym_name = "conductance", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.post"() <{variable = @g_in}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "conductance"
// CHECK-NOT: deferred

// -----

// Spikes of post neurons come between.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "g_in", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{spikes of post neurons change synapses}}
"net.projection"() <{sym_name = "post_spike", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  "eq.yield"(%w) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.pre"() <{variable = @r}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  %o = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.write"(%o) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "post_spike"
// CHECK-NOT: deferred
