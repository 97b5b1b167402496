// lower-to-kernels makes functions of equations: one per population and projection, with a loop over
// the neurons, and @step_range that calls them step by step.
// RUN: discretize,choose-storage,lower-to-kernels

// A parameter of the whole population is read at [0], a variable at [i]; the buffers of a neuron are
// arguments, named after it.
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
// CHECK-LABEL: sym_name = "decay_update"
// CHECK: "scf.for"(%low, %high,
// CHECK: ^bb0(%i: index):
// CHECK: %tau = "memref.load"(%decay.tau, %{{[0-9]+}})
// CHECK: %r = "memref.load"(%decay.r, %i)
// CHECK: "memref.store"(%{{.*}}, %decay.r, %i)
// CHECK: {parallel = 16 : i64}
// CHECK-LABEL: sym_name = "step_range"
// CHECK: "func.call"(%thread, %threads, %step, {{.*}}) <{callee = @decay_update}>
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[4.0] * 16)
// EXEC: step_range(0, 1, 5, 8, barrier=[0] * 16, borders=[0, 16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[1.0] * 16)
// EXEC: step_range(0, 1, 5, 5, barrier=[0] * 16, borders=[0, 16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[8.0] * 16)

// -----

// A spiking population: update, then condition, reset and refractory period. Neuron 0 gains 1.0 per
// step, neuron 1 gains 2.0; both fire above 2.5, start again at -1.0 and rest for two steps. The 14
// neurons of the padding never fire, whatever they do.
"net.population"() <{sym_name = "lif", size = 2 : i64, kind = "spike", refractory = @refractory}> ({
  "eq.variable"() <{sym_name = "drive", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "refractory", type = f64, role = "parameter", locality = "global", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = true}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %v = "eq.read"() <{variable = @v}> : () -> f64
  %drive = "eq.read"() <{variable = @drive}> : () -> f64
  %new = "arith.addf"(%v, %drive) : (f64, f64) -> f64
  "eq.write"(%new) <{variable = @v}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  %now = "eq.read"() <{variable = @v}> : () -> f64
  %limit = "arith.constant"() <{value = 2.5 : f64}> : () -> f64
  %hit = "arith.cmpf"(%now, %limit) <{predicate = 2 : i64}> : (f64, f64) -> i1
  "eq.yield"(%hit) : (i1) -> ()
}, {
  %rest = "arith.constant"() <{value = -1.0 : f64}> : () -> f64
  "eq.write"(%rest) <{variable = @v}> : (f64) -> ()
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "lif_update"
// CHECK: "scf.for"
// CHECK: "arith.select"(%refractory,
// CHECK: "scf.for"
// CHECK: "syn.append"(
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(v=[1.0, 2.0] + [-1.0] * 14, spike_count=[0] * 8)
// EXEC: step_range(0, 1, 0, 2, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(v=[2.0, -1.0] + [-1.0] * 14, spike_count=[1] + [0] * 7, spikes=[1] + [7] * 15)
// EXEC: step_range(0, 1, 0, 3, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(v=[-1.0, -1.0] + [-1.0] * 14, spike_count=[1] + [0] * 7, spikes=[0] + [7] * 15)
// EXEC: step_range(0, 1, 0, 4, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(spike_count=[0] * 8)

// -----

// A sum over all pairs: weights in blocks of 16 post neurons, pre neuron by pre neuron.
"net.population"() <{sym_name = "rate", size = 3 : i64, kind = "rate"}> ({
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
    %sum = "eq.sum"() <{target = "exc"}> : () -> f64
    %r = "eq.read"() <{variable = @r}> : () -> f64
    %rhs = "arith.subf"(%sum, %r) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @r, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "dense", pre = @rate, post = @rate, targets = ["exc"], kind = "rate", pattern = "all_to_all", synapses = 9 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.read"() <{variable = @w}> : () -> f64
  %r = "eq.pre"() <{variable = @r}> : () -> f64
  %p = "arith.mulf"(%w, %r) : (f64, f64) -> f64
  "eq.yield"(%p) : (f64) -> ()
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
// CHECK-LABEL: sym_name = "dense_transmit"
// CHECK: "scf.for"
// CHECK: "scf.for"
// CHECK: "scf.for"
// CHECK: "memref.store"(%{{.*}}, %rate.$sum_exc_,
// CHECK-LABEL: sym_name = "step_range"
// CHECK: @rate_clear
// CHECK: @dense_transmit
// CHECK: @ranvier_barrier
// CHECK: @rate_update
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], size=[3], sum_exc_=[0.0] * 16, w=[1.0] * 16 + [10.0] * 16 + [100.0] * 16, r=[1.0, 2.0, 3.0] + [0.0] * 13, tau=[1.0], dt=[1.0]) -> dict(sum_exc_=[321.0] * 16, r=[321.0] * 16)

// -----

// Spikes of the step before are delivered to the rows of the neurons that fired.
"net.population"() <{sym_name = "cells", size = 3 : i64, kind = "spike"}> ({
  "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %g = "eq.read"() <{variable = @g_exc}> : () -> f64
  %limit = "arith.constant"() <{value = 2.5 : f64}> : () -> f64
  %hit = "arith.cmpf"(%g, %limit) <{predicate = 2 : i64}> : (f64, f64) -> i1
  "eq.yield"(%hit) : (i1) -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
"net.projection"() <{sym_name = "syn", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 4 : i64}> ({
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
// CHECK-LABEL: sym_name = "syn_transmit"
// CHECK: "memref.load"(%syn.$post,
// CHECK: "memref.store"(%{{.*}}, %cells.g_exc,
// CHECK-LABEL: sym_name = "step_range"
// CHECK: @syn_transmit
// CHECK: @ranvier_barrier
// CHECK: @cells_update

// -----

// Single precision: a time is f64 everywhere and rounded where equations use it, a variable may be
// stored in another width than equations compute with.
"net.population"() <{sym_name = "single", size = 3 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "r", type = f32, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "wide", type = f32, role = "variable", locality = "local", frozen = false, stored = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %t = "eq.time"() : () -> f32
  "eq.write"(%t) <{variable = @r}> : (f32) -> ()
  %wide = "eq.read"() <{variable = @wide}> : () -> f32
  %sum = "arith.addf"(%wide, %t) : (f32, f32) -> f32
  "eq.write"(%sum) <{variable = @wide}> : (f32) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: sym_name = "single_update"
// CHECK: %[[T:.*]] = "arith.mulf"(%{{.*}}, %dt) : (f64, f64) -> f64
// CHECK: %t = "arith.truncf"(%[[T]]) : (f64) -> f32
// CHECK: "memref.store"(%t, %single.r, %i) : (f32, memref<?xf32>, index)
// CHECK: %[[STORED:.*]] = "memref.load"(%single.wide, %i) : (memref<?xf64>, index) -> f64
// CHECK: "arith.truncf"(%[[STORED]]) : (f64) -> f32
// CHECK: %[[NEW:.*]] = "arith.extf"(%sum) : (f32) -> f64
// CHECK: "memref.store"(%[[NEW]], %single.wide, %i)
// EXEC: step_range(0, 1, 16777217, 16777218, barrier=[0] * 16, borders=[0, 16], r=[0.0] * 16, wide=[1.0] * 16, dt=[2.0]) -> dict(r=[33554434.0] * 16)

// -----

// Many delays: a spike hands over to queues, the queue of this step is summed up in a ring.
"net.population"() <{sym_name = "cells", size = 3 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "late", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 4 : i64, pairs = 9 : i64, delays = "many", gathers = 1 : i64, decisions = {storage = "delay_queues"}}> ({
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
// CHECK-LABEL: sym_name = "late_transmit"
// CHECK: "memref.load"(%late.$stale,
// CHECK: "memref.load"(%late.$ahead,
// CHECK: "memref.store"(%{{.*}}, %late.$waiting_post,
// CHECK: "memref.store"(%{{.*}}, %late.$waiting_0,
// CHECK: "memref.load"(%late.$waiting_0,
// CHECK: "memref.store"(%{{.*}}, %late.$ring_g_exc_,
// CHECK: "memref.store"(%{{.*}}, %cells.g_exc,
// CHECK-LABEL: sym_name = "step_range"

// -----

// The same delay by delay: sums of one step first, then they are added.
"net.population"() <{sym_name = "cells", size = 3 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
"net.projection"() <{sym_name = "divided", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 4 : i64, pairs = 9 : i64, delays = "many", gathers = 1 : i64, decisions = {storage = "by_pre"}}> ({
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
// CHECK-LABEL: sym_name = "divided_transmit"
// CHECK: "memref.load"(%divided.$delays,
// CHECK: "memref.store"(%{{.*}}, %divided.$gathered_g_exc_,
// CHECK: "memref.load"(%divided.$gathered_g_exc_,
// CHECK: "memref.store"(%{{.*}}, %cells.g_exc,
// CHECK-LABEL: sym_name = "step_range"
