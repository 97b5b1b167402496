// tile-time computes sums over all pairs of neurons for several steps at once.
// RUN: tile-time

// The pre population runs ahead of the post population: it is on a lower level.
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "ahead", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK: sym_name = "before"
// CHECK-SAME: level = 0 : i64
// CHECK: sym_name = "after"
// CHECK-SAME: level = 1 : i64
// CHECK-LABEL: sym_name = "ahead"
// CHECK-SAME: tile = 12 : i64

// -----

// The number of steps is an option.
// RUN: tile-time{columns=4}
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "columns", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "columns"
// CHECK-SAME: tile = 4 : i64

// -----

// In a cycle nobody can run ahead.
"net.population"() <{sym_name = "one", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "two", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "there", pre = @one, post = @two, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
"net.projection"() <{sym_name = "back", pre = @two, post = @one, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "there"
// CHECK-NOT: tile = 12

// -----

// A population that sends to itself is a cycle.
"net.population"() <{sym_name = "one", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "loop", pre = @one, post = @one, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "loop"
// CHECK-NOT: tile = 12

// -----

// Rows of synapses are short, and read out of order.
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{it is no sum over all pairs}}
"net.projection"() <{sym_name = "rows", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 10000 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "rows"
// CHECK-NOT: tile = 12

// -----

// Only sums.
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{it takes the max}}
"net.projection"() <{sym_name = "largest", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, operation = "max", decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "largest"
// CHECK-NOT: tile = 12

// -----

// With many delays every synapse reads another step.
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{its delays differ}}
"net.projection"() <{sym_name = "delays", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, delays = "many", decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "delays"
// CHECK-NOT: tile = 12

// -----

// Little is gained by few synapses.
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-remark@below {{it has fewer than 4096 synapses}}
"net.projection"() <{sym_name = "small", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 4095 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f64}> : () -> f64  "eq.yield"(%r) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "small"
// CHECK-NOT: tile = 12

// -----

// Of narrower numbers registers hold twice as many.
"net.population"() <{sym_name = "before", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "after", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "single", pre = @before, post = @after, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 10000 : i64, decisions = {storage = "dense"}}> ({
  "eq.yield"() : () -> ()
}, {
  %r = "arith.constant"() <{value = 1.0 : f32}> : () -> f32  "eq.yield"(%r) : (f32) -> ()
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
// CHECK-LABEL: sym_name = "single"
// CHECK-SAME: tile = 24 : i64
