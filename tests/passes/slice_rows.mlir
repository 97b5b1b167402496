// slice-rows puts the rows of neighbouring post neurons side by side.
// RUN: slice-rows

// One weight for all may stay one.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "constant", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, even = true, decisions = {storage = "by_post"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %p = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "constant"
// CHECK-SAME: storage = "slices_one"

// -----

// A delay of its own is looked up at the place of each synapse, so the weight is there, too.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "delays", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, delays = "many", even = true, decisions = {storage = "by_post"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %p = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-SAME: storage = "slices"

// -----

// Of two parameters each may be one value or many: both have an element for every synapse.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "two", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, even = true, decisions = {storage = "by_post"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "gain", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %p = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "two"
// CHECK-SAME: storage = "slices"

// -----

// Rows that differ much would be mostly padding.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
    "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{its rows differ too much in length}}
"net.projection"() <{sym_name = "uneven", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %p = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "uneven"
// CHECK-SAME: storage = "by_post"
