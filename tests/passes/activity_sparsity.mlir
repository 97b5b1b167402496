// activity-sparsity leaves out pre neurons whose rate is zero.
// RUN: activity-sparsity

// Rates are cut off at zero.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "rectified", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "rectified"
// CHECK-SAME: silent = 50 : i64

// -----

// The share of active neurons up to which it is worth it is an option.
// RUN: activity-sparsity{share=20}
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "option", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "option"
// CHECK-SAME: silent = 20 : i64

// -----

// Other rates are hardly ever zero.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  "eq.write"(%x) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{pre.r is not cut off at zero}}
"net.projection"() <{sym_name = "free", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "free"
// CHECK-NOT: silent

// -----

// Rows of synapses are no dense sums.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{it is no sum over all pairs}}
"net.projection"() <{sym_name = "rows", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "by_post"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "rows"
// CHECK-NOT: silent

// -----

// Several steps at once are faster still.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{it is taken for several steps at once}}
"net.projection"() <{sym_name = "tiled", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense", tile = 12 : i64}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "tiled"
// CHECK-NOT: silent

// -----

// Little is gained by few synapses.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{it has fewer than 4096 synapses}}
"net.projection"() <{sym_name = "small", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 4095 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "small"
// CHECK-NOT: silent

// -----

// Every synapse reads another step.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{its delays differ}}
"net.projection"() <{sym_name = "delays", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, delays = "many", decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "delays"
// CHECK-NOT: silent

// -----

// The largest of negative potentials is not zero.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{it is no sum of w * pre.r}}
"net.projection"() <{sym_name = "largest", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, operation = "max", decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "largest"
// CHECK-NOT: silent

// -----

// A potential of zero needs more than a silent pre neuron.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{it is no sum of w * pre.r}}
"net.projection"() <{sym_name = "shifted", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.addf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "shifted"
// CHECK-NOT: silent

// -----

// Nobody looks whether weights that learn stay finite.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.sum"() <{target = "exc"}> : () -> f64  %z = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %n = "arith.cmpf"(%x, %z) <{predicate = 4 : i64}> : (f64, f64) -> i1  %y = "arith.select"(%n, %z, %x) : (i1, f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{its synapses learn}}
"net.projection"() <{sym_name = "learning", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64  %r = "eq.pre"() <{variable = @r}> : () -> f64  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64  "eq.yield"(%p) : (f64) -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.write"(%x) <{variable = @w}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "learning"
// CHECK-NOT: silent
