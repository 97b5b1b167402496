// share-sums takes one sum for all post neurons where synapses may have one weight.
// RUN: share-sums

// The potential reads the weight and the pre neuron only.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "shared", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
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
// CHECK-LABEL: "shared"
// CHECK-SAME: storage = "dense_one"

// -----

// Every post neuron leaves out itself: what comes before is shared.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "itself", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "block", no_self = true, synapses = 9900 : i64, decisions = {storage = "dense"}}> ({
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
// CHECK-LABEL: "itself"
// CHECK-SAME: storage = "dense_one"

// -----

// Weights that learn differ soon.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{its synapses learn}}
"net.projection"() <{sym_name = "learns", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %p = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "learns"
// CHECK-NOT: dense_one

// -----

// Every synapse reads another step.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{its delays differ}}
"net.projection"() <{sym_name = "delays", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", delays = "many", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
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
// CHECK-NOT: dense_one

// -----

// The post neuron has a part in it.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.variable"() <{sym_name = "r", type = f64, role = "variable", locality = "local"}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{its potential reads the post neuron}}
"net.projection"() <{sym_name = "post", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local"}> : () -> ()  "eq.yield"() : () -> ()
}, {
  %p = "eq.post"() <{variable = @r}> : () -> f64  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: "post"
// CHECK-NOT: dense_one

// -----

// Two attributes may be equal or not, each by itself.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{its synapses have more than a constant weight of their own}}
"net.projection"() <{sym_name = "two", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
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
// CHECK-NOT: dense_one

// -----

// Rows of synapses have sums of their own.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "rows", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 500 : i64, decisions = {storage = "by_post"}}> ({
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
// CHECK-LABEL: "rows"
// CHECK-NOT: dense_one
