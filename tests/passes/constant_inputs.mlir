// constant-inputs takes the sums of what does not change once in a run.
// RUN: constant-inputs

// Nothing writes the rates but the user.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
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
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "given_to_cells", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "given_to_cells"
// CHECK-SAME: settles = 1 : i64

// -----

// Rates that follow from a parameter stay as they are after one step.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "b", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %b = "eq.read"() <{variable = @b}> : () -> f64  "eq.write"(%b) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "derived", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "derived"
// CHECK-SAME: settles = 2 : i64

// -----

// Sums that start in two ways would be added twice: all of a target are taken in the first two steps.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.variable"() <{sym_name = "b", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %b = "eq.read"() <{variable = @b}> : () -> f64  "eq.write"(%b) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "fixed", size = 100 : i64, kind = "rate"}> ({
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
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "one", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
"net.projection"() <{sym_name = "two", pre = @fixed, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "one"
// CHECK-SAME: settles = 2 : i64
// CHECK-LABEL: "two"
// CHECK-SAME: settles = 2 : i64

// -----

// Rates that follow from themselves change.
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{pre.r changes}}
"net.projection"() <{sym_name = "moving", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "moving"
// CHECK-NOT: settles

// -----

// So do those that follow from the time.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %t = "eq.time"() : () -> f64  "eq.write"(%t) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{pre.r changes}}
"net.projection"() <{sym_name = "clock", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "clock"
// CHECK-NOT: settles

// -----

// And those that follow from a sum.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %s = "eq.sum"() <{target = "exc"}> : () -> f64  "eq.write"(%s) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{pre.r changes}}
"net.projection"() <{sym_name = "summed", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "summed"
// CHECK-NOT: settles

// -----

// Sums keep their order: what follows one that changes is taken in every step.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
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
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{pre.r changes}}
"net.projection"() <{sym_name = "first", pre = @cells, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// expected-remark@below {{another sum of its target comes first}}
"net.projection"() <{sym_name = "second", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "first"
// CHECK-NOT: settles
// CHECK-LABEL: "second"
// CHECK-NOT: settles

// -----

// Delays reach back to before the run.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
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
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{delays reach back to before the run}}
"net.projection"() <{sym_name = "late", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, delays = "one", decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.pre"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "late"
// CHECK-NOT: settles

// -----

// The potential of a synapse may follow the post neuron.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
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
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{its potential reads the post neuron}}
"net.projection"() <{sym_name = "follows", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "eq.post"() <{variable = @r}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "follows"
// CHECK-NOT: settles

// -----

// It may be drawn.
"net.population"() <{sym_name = "given", size = 100 : i64, kind = "rate"}> ({
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
"net.population"() <{sym_name = "cells", size = 100 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %x = "eq.read"() <{variable = @r}> : () -> f64  %y = "arith.addf"(%x, %x) : (f64, f64) -> f64  "eq.write"(%y) <{variable = @r}> : (f64) -> ()  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// expected-remark@below {{its potential is another one in every step}}
"net.projection"() <{sym_name = "drawn", pre = @given, post = @cells, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %a = "arith.constant"() <{value = 0.0 : f64}> : () -> f64  %z = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  %r = "eq.random"(%a, %z) <{distribution = "Uniform", stream = 0 : i64}> : (f64, f64) -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: "drawn"
// CHECK-NOT: settles
