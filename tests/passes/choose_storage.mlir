// choose-storage decides how the synapses of each projection lie in memory.
// RUN: choose-storage

// Spikes go from a pre neuron to all its targets: rows of pre neurons.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "spikes", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 20000 : i64}> ({
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
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "spikes"
// CHECK-SAME: storage = "by_pre"

// -----

// Sums are taken per post neuron: rows of post neurons.
"net.population"() <{sym_name = "rates", size = 1000 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "sums", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 20000 : i64}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "sums"
// CHECK-SAME: storage = "by_post"

// -----

// Every pair of neurons: a dense block, no ranks.
"net.population"() <{sym_name = "rates", size = 1000 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "pairs", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 1000000 : i64}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "pairs"
// CHECK-SAME: storage = "dense"

// -----

// Ranks of up to 65,536 neurons fit into 16 bits: of the far side, here the pre neurons.
"net.population"() <{sym_name = "many", size = 65536 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "few", size = 10 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "short_ranks", pre = @many, post = @few, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 20000 : i64}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "short_ranks"
// CHECK-SAME: rank_bits = 16 : i64
// CHECK-SAME: offset_bits = 32 : i64

// -----

// One neuron more needs 32.
"net.population"() <{sym_name = "more", size = 65537 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "few", size = 10 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "long_ranks", pre = @more, post = @few, targets = ["exc"], kind = "rate", pattern = "sparse", synapses = 20000 : i64}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "long_ranks"
// CHECK-SAME: rank_bits = 32 : i64

// -----

// Spikes: the far side are the post neurons.
"net.population"() <{sym_name = "more", size = 65537 : i64, kind = "spike"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.population"() <{sym_name = "few", size = 10 : i64, kind = "spike"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "spikes_to_few", pre = @more, post = @few, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 20000 : i64}> ({
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
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "spikes_to_few"
// CHECK-SAME: rank_bits = 16 : i64

// -----

// Two thousand million synapses need long offsets.
"net.population"() <{sym_name = "more", size = 65537 : i64, kind = "spike"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "offsets", pre = @more, post = @more, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 2147483648 : i64}> ({
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
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "offsets"
// CHECK-SAME: offset_bits = 64 : i64

// -----

// What is decided already stays.
"net.population"() <{sym_name = "rates", size = 1000 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "decided", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 1000000 : i64, decisions = {storage = "by_post"}}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "decided"
// CHECK-SAME: storage = "by_post"

// -----

// Every pair of two ranges, whole or not: a dense block too.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "ranges", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "block", synapses = 600 : i64}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "ranges"
// CHECK-SAME: storage = "dense"

// -----

// One to one: stored like a variable of the post neurons.
"net.population"() <{sym_name = "rates", size = 100 : i64, kind = "rate"}> ({ "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "pairs_of_ranges", pre = @rates, post = @rates, targets = ["exc"], kind = "rate", pattern = "one_to_one", synapses = 60 : i64}> ({
  "eq.yield"() : () -> ()
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
// CHECK-LABEL: "pairs_of_ranges"
// CHECK-SAME: storage = "diagonal"

// -----

// Many synapses, one weight: spikes are counted with the help of a matrix of bits.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "counted", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 100000 : i64, pairs = 1000000 : i64, alike = 1 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "counted"
// CHECK-SAME: storage = "bit_matrix"

// -----

// Too few of them for such a matrix.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "few", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 20000 : i64, pairs = 1000000 : i64, alike = 1 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "few"
// CHECK-SAME: storage = "by_pre"

// -----

// What a spike adds depends on the neuron that sent it: counting is not enough.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "each", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 100000 : i64, pairs = 1000000 : i64, alike = 1 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %v = "eq.pre"() <{variable = @g_exc}> : () -> f64
  "eq.accumulate"(%v) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "each"
// CHECK-SAME: storage = "by_pre"

// -----

// Every neuron of a range, each synapse with a weight of its own: whole rows, no ranks.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "rows", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "block", synapses = 100000 : i64, pairs = 100000 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "rows"
// CHECK-SAME: storage = "dense_rows"

// -----

// Many delays: what is going to arrive waits in queues.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "queued", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 80000 : i64, pairs = 1000000 : i64, delays = "many", classes = 64 : i64, span = 64 : i64, gathers = 1 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "queued"
// CHECK-SAME: storage = "delay_queues"

// -----

// Not so where so many steps lie between the shortest and the longest that queues take more room.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "far", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 80000 : i64, pairs = 1000000 : i64, delays = "many", classes = 32 : i64, span = 16384 : i64, gathers = 1 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "far"
// CHECK-SAME: storage = "by_pre"

// -----

// A few delays: spikes are delivered for each of them.
"net.population"() <{sym_name = "cells", size = 1000 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "few_delays", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 80000 : i64, pairs = 1000000 : i64, delays = "many", classes = 4 : i64, span = 64 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
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
// CHECK-LABEL: "few_delays"
// CHECK-SAME: storage = "by_pre"
