// vectorize-rows computes several synapses of a row at once; what they share changes one by one.
// RUN: vectorize-rows{bytes=32}

// Traces of post neurons are gathered, weights have lanes, sums grow in the order of the synapses,
// also where one post neuron has several synapses. What is left at the end stays as it was.
func.func @row(
    %post: memref<?xi16>, %w: memref<?xf64>, %trace: memref<?xf64>, %g: memref<?xf64>,
    %begin: index, %end: index) {
  %one = arith.constant 1 : index
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi16>
    %wide = arith.extui %rank : i16 to i64
    %j = arith.index_cast %wide : i64 to index
    %x = memref.load %trace[%j] : memref<?xf64>
    %old = memref.load %w[%s] : memref<?xf64>
    %grown = arith.addf %old, %x : f64
    %before = memref.load %g[%j] : memref<?xf64>
    %after = arith.addf %before, %grown : f64
    memref.store %after, %g[%j] : memref<?xf64>
    %twice = arith.mulf %grown, %x : f64
    memref.store %twice, %w[%s] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @row(
// CHECK: scf.for %{{.*}} = %begin to %middle
// CHECK: %x = vector.gather %trace[{{.*}}] [%j]
// CHECK: %old = vector.load %w[%s] : memref<?xf64>, vector<4xf64>
// CHECK: vector.store %twice, %w[%s]
// CHECK-COUNT-4: memref.store {{.*}}, %g[
// CHECK: scf.for %{{.*}} = %middle to %end
// EXEC: row([1, 1, 0, 2, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], 0, 6) -> _, [6.0, 8.0, 1.75, 5.0, 14.0, 16.0], _, [3.5, 22.0, 5.0]
// EXEC: row([1, 1, 0, 2, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], 3, 3) -> _, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], _, [0.0, 0.0, 0.0]
// EXEC: row([1, 1, 0, 2, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], 5, 1) -> _, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], _, [0.0, 0.0, 0.0]

// -----

// A branch runs if any lane takes it; lanes that do not read the first element, and keep theirs.
func.func @branch(%post: memref<?xi32>, %w: memref<?xf64>, %trace: memref<?xf64>, %begin: index, %end: index) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi32>
    %j = arith.index_cast %rank : i32 to index
    %there = arith.cmpi sge, %j, %zero : index
    scf.if %there {
      %x = memref.load %trace[%j] : memref<?xf64>
      %old = memref.load %w[%s] : memref<?xf64>
      %grown = arith.addf %old, %x : f64
      memref.store %grown, %w[%s] : memref<?xf64>
    } else {
      %old = memref.load %w[%s] : memref<?xf64>
      %less = arith.negf %old : f64
      memref.store %less, %w[%s] : memref<?xf64>
    }
    %now = memref.load %w[%s] : memref<?xf64>
    %k = arith.index_cast %rank : i32 to index
    %most = arith.maxsi %k, %zero : index
    %y = memref.load %trace[%most] : memref<?xf64>
    %all = arith.mulf %now, %y : f64
    memref.store %all, %w[%s] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @branch(
// CHECK: %[[ANY:.*]] = vector.reduction <{{.*}}>, %there
// CHECK: scf.if %[[ANY]]
// CHECK: %[[AT:.*]] = arith.select %there, %j
// CHECK: vector.gather %trace[{{.*}}] [%[[AT]]]
// EXEC: branch([1, -5, 0, -1, 1], [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0], 0, 5) -> _, [12.0, -4.0, 10.0, -8.0, 24.0], _
// EXEC: branch([-1, -5, -7, -1, 1], [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0], 0, 5) -> _, [-2.0, -4.0, -6.0, -8.0, 24.0], _

// -----

// A loop that lanes end at different times goes on as long as any of them does; the others wait.
func.func @rounds(%post: memref<?xi32>, %w: memref<?xf64>, %trace: memref<?xf64>, %begin: index, %end: index) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi32>
    %j = arith.index_cast %rank : i32 to index
    %x = memref.load %trace[%j] : memref<?xf64>
    %often = arith.cmpi sge, %j, %two : index
    scf.if %often {
      scf.for %i = %zero to %j step %one {
        %old = memref.load %w[%s] : memref<?xf64>
        %grown = arith.addf %old, %x : f64
        memref.store %grown, %w[%s] : memref<?xf64>
      }
    }
    %now = memref.load %w[%s] : memref<?xf64>
    %all = arith.mulf %now, %x : f64
    memref.store %all, %w[%s] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @rounds(
// CHECK: scf.for %{{.*}} = %begin to %middle
// CHECK: %[[ANY:.*]] = vector.reduction <{{.*}}>, %often
// CHECK: scf.if %[[ANY]]
// CHECK: %[[TURNS:.*]] = arith.select %often, %j,
// CHECK: %[[MOST:.*]] = vector.reduction <maxsi>, %[[TURNS]]
// CHECK: scf.for %{{.*}} = %zero to %[[MOST]] step %one
// CHECK: arith.cmpi {{[a-z]+}}, {{.*}}, %[[TURNS]]
// CHECK: vector.store
// CHECK: scf.for %{{.*}} = %middle to %end
// EXEC: rounds([1, 0, 1, 0, 3, 1, 2, 0, 3], [1.0] * 9, [2.0, 3.0, 4.0, 5.0], 0, 9) -> _, [3.0, 2.0, 3.0, 2.0, 80.0, 3.0, 36.0, 2.0, 80.0], _

// -----

// Where lanes begin a loop at different numbers, they run it one after the other.
func.func @one_by_one(%post: memref<?xi32>, %w: memref<?xf64>, %trace: memref<?xf64>, %begin: index, %end: index) {
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %four = arith.constant 4 : index
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi32>
    %j = arith.index_cast %rank : i32 to index
    %x = memref.load %trace[%j] : memref<?xf64>
    %often = arith.cmpi sge, %j, %two : index
    scf.if %often {
      scf.for %i = %j to %four step %one {
        %old = memref.load %w[%s] : memref<?xf64>
        %grown = arith.addf %old, %x : f64
        memref.store %grown, %w[%s] : memref<?xf64>
      }
    }
    %now = memref.load %w[%s] : memref<?xf64>
    %all = arith.mulf %now, %x : f64
    memref.store %all, %w[%s] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @one_by_one(
// CHECK: scf.for %{{.*}} = %begin to %middle
// CHECK: %[[ANY:.*]] = vector.reduction <{{.*}}>, %often
// CHECK: scf.if %[[ANY]]
// CHECK: scf.for %{{.*}} = %s to {{.*}} step %one
// CHECK: vector.store
// CHECK: scf.for %{{.*}} = %middle to %end
// EXEC: one_by_one([1, 0, 1, 0, 3, 1, 2, 0, 3], [1.0] * 9, [2.0, 3.0, 4.0, 5.0], 0, 9) -> _, [3.0, 2.0, 3.0, 2.0, 30.0, 3.0, 36.0, 2.0, 30.0], _

// -----

// What needs a sum that synapses share cannot be computed for several of them before it is known.
func.func @depends(%post: memref<?xi32>, %w: memref<?xf64>, %g: memref<?xf64>, %begin: index, %end: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{%w depends on what is changed synapse by synapse}}
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi32>
    %j = arith.index_cast %rank : i32 to index
    %old = memref.load %w[%s] : memref<?xf64>
    %twice = arith.addf %old, %old : f64
    %more = arith.mulf %twice, %old : f64
    %sum = memref.load %g[%j] : memref<?xf64>
    %after = arith.addf %sum, %more : f64
    memref.store %after, %g[%j] : memref<?xf64>
    memref.store %after, %w[%s] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @depends(
// CHECK-NOT: vector
// EXEC: depends([0, 0, 0, 0, 0], [1.0] * 5, [0.0], 0, 5) -> _, [2.0, 4.0, 6.0, 8.0, 10.0], [10.0]

// -----

// Adding weights to sums is nothing but that.
func.func @sums(%post: memref<?xi32>, %w: memref<?xf64>, %g: memref<?xf64>, %begin: index, %end: index) {
  %one = arith.constant 1 : index
  // expected-remark@below {{most of its work is done synapse by synapse, in order}}
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi32>
    %j = arith.index_cast %rank : i32 to index
    %old = memref.load %w[%s] : memref<?xf64>
    %sum = memref.load %g[%j] : memref<?xf64>
    %after = arith.addf %sum, %old : f64
    memref.store %after, %g[%j] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @sums(
// CHECK-NOT: vector

// -----

// Nor has counting by atomic operations.
func.func @counts(%post: memref<?xi32>, %n: memref<?xi32>, %begin: index, %end: index) {
  %one = arith.constant 1 : index
  %more = arith.constant 1 : i32
  scf.for %s = %begin to %end step %one {
    %rank = memref.load %post[%s] : memref<?xi32>
    %j = arith.index_cast %rank : i32 to index
    %old = memref.atomic_rmw addi %more, %n[%j] : (i32, memref<?xi32>) -> i32
  }
  return
}
// CHECK-LABEL: func.func @counts(
// CHECK-NOT: vector
// EXEC: counts([0, 2, 2, 1, 2], [0, 5, 0], 0, 5) -> _, [1, 6, 3]
