// map-to-threads makes functions of the tasks of a step: one per population and projection, with a
// loop over the neurons of a thread, and @step_range that calls them step by step.
// RUN: discretize,choose-layout,lower-equations,map-to-threads

// A parameter of the whole population is read at [0], a variable at [i]; the buffers of a neuron are
// arguments, named after it.
net.population @decay size 3 kind rate {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @r : f64 local variable
  }
  equations {
    eq.system {
      %tau = eq.read @tau : f64
      %dr = eq.ddt @r : f64
      %lhs = arith.mulf %tau, %dr : f64
      %r = eq.read @r : f64
      %rhs = arith.negf %r : f64
      eq.equation @r by explicit : %lhs = %rhs : f64
    }
  }
}
// CHECK-LABEL: func.func @decay_update(
// CHECK: scf.for %i = %low to %high
// CHECK: %tau = memref.load %decay.tau[%{{[0-9]+}}]
// CHECK: %r = memref.load %decay.r[%i]
// CHECK: memref.store %{{.*}}, %decay.r[%i]
// CHECK: {parallel = 16 : i64}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @decay_update(%thread, %threads, %step, {{.*}})
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[4.0] * 16)
// EXEC: step_range(0, 1, 5, 8, barrier=[0] * 16, borders=[0, 16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[1.0] * 16)
// EXEC: step_range(0, 1, 5, 5, barrier=[0] * 16, borders=[0, 16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[8.0] * 16)

// -----

// A spiking population: update, then condition, reset and refractory period. Neuron 0 gains 1.0 per
// step, neuron 1 gains 2.0; both fire above 2.5, start again at -1.0 and rest for two steps. The 14
// neurons of the padding never fire, whatever they do.
net.population @lif size 2 kind spike refractory @refractory {
  declarations {
    eq.variable @drive : f64 local parameter
    eq.variable @refractory : f64 global parameter
    eq.variable @v : f64 local variable frozen
  }
  equations {
    %v = eq.read @v : f64
    %drive = eq.read @drive : f64
    %new = arith.addf %v, %drive : f64
    eq.write @v, %new : f64
  }
  spike {
    %now = eq.read @v : f64
    %limit = arith.constant 2.5 : f64
    %hit = arith.cmpf ogt, %now, %limit : f64
    eq.yield %hit : i1
  }
  reset {
    %rest = arith.constant -1.0 : f64
    eq.write @v, %rest : f64
  }
}
// CHECK-LABEL: func.func @lif_update(
// CHECK: scf.for
// CHECK: arith.select %refractory,
// CHECK: scf.for
// CHECK: syn.append
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(v=[1.0, 2.0] + [-1.0] * 14, spike_count=[0] * 8)
// EXEC: step_range(0, 1, 0, 2, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(v=[2.0, -1.0] + [-1.0] * 14, spike_count=[1] + [0] * 7, spikes=[1] + [7] * 15)
// EXEC: step_range(0, 1, 0, 3, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(v=[-1.0, -1.0] + [-1.0] * 14, spike_count=[1] + [0] * 7, spikes=[0] + [7] * 15)
// EXEC: step_range(0, 1, 0, 4, barrier=[0] * 16, borders=[0, 16], size=[2], refractory_left=[0] * 16, drive=[1.0, 2.0] + [9.0] * 14, v=[0.0] * 16, dt=[1.0], spikes=[7] * 16, spike_count=[0] * 8, refractory=[2.0]) -> dict(spike_count=[0] * 8)

// -----

// A sum over all pairs: weights in blocks of 16 post neurons, pre neuron by pre neuron.
net.population @rate size 3 kind rate {
  declarations {
    eq.variable @tau : f64 global parameter
    eq.variable @r : f64 local variable
  }
  equations {
    eq.system {
      %tau = eq.read @tau : f64
      %dr = eq.ddt @r : f64
      %lhs = arith.mulf %tau, %dr : f64
      %sum = eq.sum exc : f64
      %r = eq.read @r : f64
      %rhs = arith.subf %sum, %r : f64
      eq.equation @r by explicit : %lhs = %rhs : f64
    }
  }
}
net.projection @dense from @rate to @rate ["exc"] kind rate pattern all_to_all attributes {synapses = 9 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    %r = eq.pre @r : f64
    %p = arith.mulf %w, %r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: func.func @dense_transmit(
// CHECK: scf.for
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.store %{{.*}}, %rate.$sum_exc_[
// CHECK-LABEL: func.func @step_range(
// CHECK: @rate_clear
// CHECK: @dense_transmit
// CHECK: @ranvier_barrier
// CHECK: @rate_update
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], size=[3], sum_exc_=[0.0] * 16, w=[1.0] * 16 + [10.0] * 16 + [100.0] * 16, r=[1.0, 2.0, 3.0] + [0.0] * 13, tau=[1.0], dt=[1.0]) -> dict(sum_exc_=[321.0] * 16, r=[321.0] * 16)

// -----

// Spikes of the step before are delivered to the rows of the neurons that fired.
net.population @cells size 3 kind spike {
  declarations {
    eq.variable @g_exc : f64 local variable
  }
  spike {
    %g = eq.read @g_exc : f64
    %limit = arith.constant 2.5 : f64
    %hit = arith.cmpf ogt, %g, %limit : f64
    eq.yield %hit : i1
  }
}
net.projection @syn from @cells to @cells ["exc"] kind spike pattern sparse attributes {synapses = 4 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: func.func @syn_transmit(
// CHECK: memref.load %syn.$post[
// CHECK: memref.store %{{.*}}, %cells.g_exc[
// CHECK-LABEL: func.func @step_range(
// CHECK: @syn_transmit
// CHECK: @ranvier_barrier
// CHECK: @cells_update

// -----

// Single precision: a time is f64 everywhere and rounded where equations use it, a variable may be
// stored in another width than equations compute with.
net.population @single size 3 kind rate {
  declarations {
    eq.variable @r : f32 local variable
    eq.variable @wide : f32 local variable {stored = f64}
  }
  equations {
    %t = eq.time : f32
    eq.write @r, %t : f32
    %wide = eq.read @wide : f32
    %sum = arith.addf %wide, %t : f32
    eq.write @wide, %sum : f32
  }
}
// CHECK-LABEL: func.func @single_update(
// CHECK: %[[T:.*]] = arith.mulf %{{.*}}, %dt : f64
// CHECK: %t = arith.truncf %[[T]] : f64 to f32
// CHECK: memref.store %t, %single.r[%i] : memref<?xf32>
// CHECK: %[[STORED:.*]] = memref.load %single.wide[%i] : memref<?xf64>
// CHECK: arith.truncf %[[STORED]] : f64 to f32
// CHECK: %[[NEW:.*]] = arith.extf %sum : f32 to f64
// CHECK: memref.store %[[NEW]], %single.wide[%i]
// EXEC: step_range(0, 1, 16777217, 16777218, barrier=[0] * 16, borders=[0, 16], r=[0.0] * 16, wide=[1.0] * 16, dt=[2.0]) -> dict(r=[33554434.0] * 16)

// -----

// Many delays: a spike hands over to queues, the queue of this step is summed up in a ring.
net.population @cells size 3 kind spike {
  declarations {
    eq.variable @g_exc : f64 local variable
  }
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
net.projection @late from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 4 : i64, pairs = 9 : i64, gathers = 1 : i64, decisions = {layout = "delay_queues"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: func.func @late_transmit(
// CHECK: memref.load %late.$stale[
// CHECK: memref.load %late.$extra_delay[
// CHECK: memref.store %{{.*}}, %late.$waiting_post[
// CHECK: memref.store %{{.*}}, %late.$waiting_0[
// CHECK: memref.load %late.$waiting_0[
// CHECK: memref.store %{{.*}}, %late.$ring_g_exc_[
// CHECK: memref.store %{{.*}}, %cells.g_exc[
// CHECK-LABEL: func.func @step_range(

// -----

// The same delay by delay: sums of one step first, then they are added.
net.population @cells size 3 kind spike {
  declarations {
    eq.variable @g_exc : f64 local variable
  }
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
net.projection @divided from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 4 : i64, pairs = 9 : i64, gathers = 1 : i64, decisions = {layout = "by_pre"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.read @w : f64
    eq.accumulate @g_exc, %w : f64
  }
}
// CHECK-LABEL: func.func @divided_transmit(
// CHECK: memref.load %divided.$delays[
// CHECK: memref.store %{{.*}}, %divided.$gathered_g_exc_[
// CHECK: memref.load %divided.$gathered_g_exc_[
// CHECK: memref.store %{{.*}}, %cells.g_exc[
// CHECK-LABEL: func.func @step_range(
