// hoist-synapse-variables: what all synapses of a neuron have in common moves to the neuron.
// RUN: hoist-synapse-variables

// Each trace is changed by the spikes of one side only: it moves there, with its clock.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "traces", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "y", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_post_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_post_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %x_new = "arith.addf"(%x, %A) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %x_elapsed = "eq.elapsed"() <{variable = @x}> : () -> f64
  %x_now = "arith.mulf"(%x, %x_elapsed) : (f64, f64) -> f64
  "eq.write"(%x_now) <{variable = @x}> : (f64) -> ()
  %y = "eq.read"() <{variable = @y}> : () -> f64
  %y_elapsed = "eq.elapsed"() <{variable = @y}> : () -> f64
  %y_now = "arith.mulf"(%y, %y_elapsed) : (f64, f64) -> f64
  "eq.write"(%y_now) <{variable = @y}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %y = "eq.read"() <{variable = @y}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %y_new = "arith.addf"(%y, %A) : (f64, f64) -> f64
  "eq.write"(%y_new) <{variable = @y}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "traces"
// CHECK: sym_name = "w"{{.*}}locality = "local"
// CHECK: sym_name = "x"{{.*}}locality = "presynaptic"
// CHECK: sym_name = "y"{{.*}}locality = "postsynaptic"
// CHECK: sym_name = "last_post_event"{{.*}}locality = "postsynaptic"
// CHECK: sym_name = "last_pre_event"{{.*}}locality = "presynaptic"

// -----

// A variable without decay has no clock.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "count", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "n", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  %n = "eq.read"() <{variable = @n}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %n_new = "arith.addf"(%n, %A) : (f64, f64) -> f64
  "eq.write"(%n_new) <{variable = @n}> : (f64) -> ()
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
}) : () -> ()
// CHECK-LABEL: "count"
// CHECK: sym_name = "n"{{.*}}locality = "presynaptic"

// -----

// Spikes reach the synapses of a pre neuron at different times; those of a post neuron are at once.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "delays", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "many", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "y", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_post_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_post_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %x_new = "arith.addf"(%x, %A) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %x_elapsed = "eq.elapsed"() <{variable = @x}> : () -> f64
  %x_now = "arith.mulf"(%x, %x_elapsed) : (f64, f64) -> f64
  "eq.write"(%x_now) <{variable = @x}> : (f64) -> ()
  %y = "eq.read"() <{variable = @y}> : () -> f64
  %y_elapsed = "eq.elapsed"() <{variable = @y}> : () -> f64
  %y_now = "arith.mulf"(%y, %y_elapsed) : (f64, f64) -> f64
  "eq.write"(%y_now) <{variable = @y}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %y = "eq.read"() <{variable = @y}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %y_new = "arith.addf"(%y, %A) : (f64, f64) -> f64
  "eq.write"(%y_new) <{variable = @y}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "delays"
// CHECK: sym_name = "x"{{.*}}locality = "local"
// CHECK: sym_name = "y"{{.*}}locality = "postsynaptic"
// CHECK: sym_name = "last_post_event"{{.*}}locality = "postsynaptic"
// CHECK: sym_name = "last_pre_event"{{.*}}locality = "local"

// -----

// Synapses start with values of their own.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "differs", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_pre_event, differs = true}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %x_new = "arith.addf"(%x, %A) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %x_elapsed = "eq.elapsed"() <{variable = @x}> : () -> f64
  %x_now = "arith.mulf"(%x, %x_elapsed) : (f64, f64) -> f64
  "eq.write"(%x_now) <{variable = @x}> : (f64) -> ()
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
// CHECK-LABEL: "differs"
// CHECK: sym_name = "x"{{.*}}locality = "local"
// CHECK: sym_name = "last_pre_event"{{.*}}locality = "local"

// -----

// A parameter of each synapse stands behind u, and u behind x.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "parameter", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "U", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "u", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %u = "eq.read"() <{variable = @u}> : () -> f64
  %U = "eq.read"() <{variable = @U}> : () -> f64
  %u_new = "arith.addf"(%u, %U) : (f64, f64) -> f64
  "eq.write"(%u_new) <{variable = @u}> : (f64) -> ()
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %x_new = "arith.mulf"(%x, %u_new) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
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
}) : () -> ()
// CHECK-LABEL: "parameter"
// CHECK: sym_name = "u"{{.*}}locality = "local"
// CHECK: sym_name = "x"{{.*}}locality = "local"

// -----

// Both clocks of a pair are one: what stays keeps the other, too.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "clock", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "z", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_pre_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_pre_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %x_new = "arith.addf"(%x, %A) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
  %z = "eq.read"() <{variable = @z}> : () -> f64
  %w2 = "eq.read"() <{variable = @w}> : () -> f64
  %z_new = "arith.addf"(%z, %w2) : (f64, f64) -> f64
  "eq.write"(%z_new) <{variable = @z}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %x_elapsed = "eq.elapsed"() <{variable = @x}> : () -> f64
  %x_now = "arith.mulf"(%x, %x_elapsed) : (f64, f64) -> f64
  "eq.write"(%x_now) <{variable = @x}> : (f64) -> ()
  %z = "eq.read"() <{variable = @z}> : () -> f64
  %z_elapsed = "eq.elapsed"() <{variable = @z}> : () -> f64
  %z_now = "arith.mulf"(%z, %z_elapsed) : (f64, f64) -> f64
  "eq.write"(%z_now) <{variable = @z}> : (f64) -> ()
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
// CHECK-LABEL: "clock"
// CHECK: sym_name = "x"{{.*}}locality = "local"
// CHECK: sym_name = "z"{{.*}}locality = "local"

// -----

// Spikes of both sides change the trace, or a weight that can be kept fixed.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "both", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false, clock = @last_event}> : () -> ()
  "eq.variable"() <{sym_name = "last_event", type = i64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %x_new = "arith.addf"(%x, %A) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
  %w1 = "eq.read"() <{variable = @w}> : () -> f64
  %A1 = "eq.read"() <{variable = @A}> : () -> f64
  %w_new = "arith.addf"(%w1, %A1) : (f64, f64) -> f64
  "eq.write"(%w_new) <{variable = @w}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %x_elapsed = "eq.elapsed"() <{variable = @x}> : () -> f64
  %x_now = "arith.mulf"(%x, %x_elapsed) : (f64, f64) -> f64
  "eq.write"(%x_now) <{variable = @x}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @x}> : () -> f64
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %x_new = "arith.addf"(%x, %A) : (f64, f64) -> f64
  "eq.write"(%x_new) <{variable = @x}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "both"
// CHECK: sym_name = "w"{{.*}}locality = "local"
// CHECK: sym_name = "x"{{.*}}locality = "local"

// -----

// What a spike adds depends on the neuron at the other end, or is drawn for each synapse.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> () "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "other_end", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", delays = "one", synapses = 2000 : i64}> ({
  "eq.variable"() <{sym_name = "A", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "x", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "z", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %g = "eq.post"() <{variable = @g_exc}> : () -> f64
  "eq.write"(%g) <{variable = @x}> : (f64) -> ()
  %A = "eq.read"() <{variable = @A}> : () -> f64
  %drawn = "eq.random"(%A, %A) <{distribution = "Uniform", stream = 0 : i64}> : (f64, f64) -> f64
  "eq.write"(%drawn) <{variable = @z}> : (f64) -> ()
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
}) : () -> ()
// CHECK-LABEL: "other_end"
// CHECK: sym_name = "x"{{.*}}locality = "local"
// CHECK: sym_name = "z"{{.*}}locality = "local"
