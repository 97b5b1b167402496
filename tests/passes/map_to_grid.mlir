// map-to-grid makes functions of the tasks of a step, for all threads of a grid: thread t of n takes
// the neurons t, t + n, t + 2n, ...; one thread alone takes all of them.
// RUN: discretize,choose-layout{queues=false without=bit_matrix},lower-equations,map-to-grid

// A parameter of the whole population is read at [0], a variable at [i]. Nothing is kept by thread.
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
// CHECK: workers = 1
// CHECK-LABEL: func.func @decay_update(
// CHECK-NOT: $borders
// CHECK: scf.for %i = %thread to %padded{{.*}} step %threads
// CHECK: %tau = memref.load %decay.tau[%{{[0-9]+}}]
// CHECK: %r = memref.load %decay.r[%i]
// CHECK: memref.store %{{.*}}, %decay.r[%i]
// CHECK: {parallel = 16 : i64}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @decay_update(%thread, %threads, %step, {{.*}})
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, padded=[16], tau=[2.0], r=[8.0] * 16, dt=[1.0]) -> dict(r=[4.0] * 16)

// -----

// Spikes are bits, also those of earlier steps; neurons of the padding never fire. Neuron 0 gains
// 1.0 per step, neuron 1 gains 2.0; both fire above 2.5 and start again at 0.
net.population @lif size 2 kind spike {
  declarations {
    eq.variable @drive : f64 local parameter
    eq.variable @v : f64 local variable
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
    %rest = arith.constant 0.0 : f64
    eq.write @v, %rest : f64
  }
}
// CHECK-LABEL: func.func @lif_update(
// CHECK: syn.mark %{{.*}}, %i_1 to %lif.$spike_mask[
// EXEC: step_range(0, 1, 0, 2, barrier=[0] * 16, padded=[16], size=[2], spike_mask=[0], drive=[1.0, 2.0] * 8, v=[0.0] * 16) -> dict(spike_mask=[2])
// EXEC: step_range(0, 1, 0, 3, barrier=[0] * 16, padded=[16], size=[2], spike_mask=[0], drive=[1.0, 2.0] * 8, v=[0.0] * 16) -> dict(spike_mask=[1])

// -----

// Of some neurons a monitor records those that have a place in the sample. Samples are taken in
// every second step, from step 1 on.
net.population @cells size 3 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %r = eq.read @r : f64
    %new = arith.addf %r, %r : f64
    eq.write @r, %new : f64
  }
}
net.monitor @m of @cells records {variable = ["r"]} {subset = true}
// CHECK-LABEL: func.func @cells_update(
// CHECK: %place = memref.load %m.$places[%
// CHECK: arith.cmpi sge, %place
// EXEC: step_range(0, 1, 0, 4, barrier=[0] * 16, padded=[16], size=[2], r=[1.0, 2.0, 3.0] * 5 + [0.0], control=[2, 1, 0], places=[1, -1, 0] + [-1] * 13, samples_r_=[0.0] * 5) -> dict(samples_r_=[12.0, 4.0, 48.0, 16.0, 0.0])
