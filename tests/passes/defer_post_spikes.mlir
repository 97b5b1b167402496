// defer-post-spikes: spikes of post neurons act on synapses when somebody next looks at these.
// RUN: defer-post-spikes{smallest=1000000}

// The weight changes by what the pre neuron keeps: that can be found out later.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "traces", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "presynaptic", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "presynaptic", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @x}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "traces"
// CHECK-SAME: waiting = true

// -----

// A parameter of the projection, one of the synapse, and a variable that spikes change when they arrive.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "parameter", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "B", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "n", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @A}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  %w2 = "eq.read"() <{variable = @w}> : () -> f64
  %s2 = "eq.read"() <{variable = @B}> : () -> f64
  %sum2 = "arith.addf"(%w2, %s2) : (f64, f64) -> f64
  "eq.write"(%sum2) <{variable = @w}> : (f64) -> ()
  %w3 = "eq.read"() <{variable = @w}> : () -> f64
  %s3 = "eq.read"() <{variable = @n}> : () -> f64
  %sum3 = "arith.addf"(%w3, %s3) : (f64, f64) -> f64
  "eq.write"(%sum3) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "parameter"
// CHECK-SAME: waiting = true

// -----

// Few synapses stay in the cache.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "few", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 999999 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "presynaptic", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "presynaptic", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @x}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "few"
// CHECK-NOT: waiting = true

// -----

// Parts of a row are looked at at different times.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "delays", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "many", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "presynaptic", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "presynaptic", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @x}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "delays"
// CHECK-NOT: waiting = true

// -----

// Equations look at the weights in every step.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "each_step", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "presynaptic", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "presynaptic", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @x}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @x}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "each_step"
// CHECK-NOT: waiting = true

// -----

// The trace of the synapse itself would have to be brought up to date twice.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "own_trace", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @x}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "own_trace"
// CHECK-NOT: waiting = true

// -----

// What the post neuron had at the time of the spike is gone.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "post_trace", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "y", type = f64, role = "variable", locality = "postsynaptic", frozen = false, clock = @last_post_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_post_event", type = i64, role = "variable", locality = "postsynaptic", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.read"() <{variable = @y}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "post_trace"
// CHECK-NOT: waiting = true

// -----

// So is what neurons had.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "neuron", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.post"() <{variable = @g_exc}> : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "neuron"
// CHECK-NOT: waiting = true

// -----

// And the time.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "time", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %s = "eq.time"() : () -> f64
  %sum = "arith.addf"(%w, %s) : (f64, f64) -> f64
  "eq.write"(%sum) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "time"
// CHECK-NOT: waiting = true

// -----

// A spike that changes nothing in the synapse has nothing to wait for.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "nothing", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "y", type = f64, role = "variable", locality = "postsynaptic", frozen = false, clock = @last_post_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_post_event", type = i64, role = "variable", locality = "postsynaptic", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
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
}, {
  %y = "eq.read"() <{variable = @y}> : () -> f64
  "eq.write"(%y) <{variable = @y}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "nothing"
// CHECK-NOT: waiting = true
