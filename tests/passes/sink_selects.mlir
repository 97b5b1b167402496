// sink-selects moves selections by a mask into the branch on whether any lane of the mask is set.
// RUN: lower-syn,sink-selects

// What is reset is selected where spikes are listed; arithmetic for it alone goes with it, and what
// others need too is computed in front of the branch.
func.func @resets(%v: memref<?xf64>, %u: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>) {
  %zero = arith.constant 0 : index
  %limit = arith.constant 8 : index
  %old_v = vector.load %v[%zero] : memref<?xf64>, vector<8xf64>
  %old_u = vector.load %u[%zero] : memref<?xf64>, vector<8xf64>
  %threshold = arith.constant dense<0.5> : vector<8xf64>
  %hit = arith.cmpf ogt, %old_v, %threshold : vector<8xf64>
  syn.append %hit, %zero to %list[%zero] count %count[%zero] below %limit : vector<8xi1>, memref<?xi32>, memref<?xi64>
  %more = arith.addf %old_u, %threshold : vector<8xf64>
  %both = arith.addf %old_v, %old_u : vector<8xf64>
  %new_u = arith.select %hit, %more, %both : vector<8xi1>, vector<8xf64>
  %new_v = arith.select %hit, %old_u, %old_v : vector<8xi1>, vector<8xf64>
  vector.store %new_u, %u[%zero] : memref<?xf64>, vector<8xf64>
  vector.store %new_v, %v[%zero] : memref<?xf64>, vector<8xf64>
  return
}
// CHECK-LABEL: func.func @resets(
// CHECK: %both = arith.addf %old_v, %old_u
// CHECK: %new_u, %new_v = scf.if
// CHECK: memref.store{{.*}}%count
// CHECK: %more = arith.addf %old_u, %threshold
// CHECK: %[[U:.*]] = arith.select %hit, %more, %both
// CHECK: %[[V:.*]] = arith.select %hit, %old_u, %old_v
// CHECK: scf.yield %[[U]], %[[V]]
// CHECK: scf.yield %both, %old_v
// CHECK: vector.store %new_u, %u[
// CHECK: vector.store %new_v, %v[
// EXEC: resets([0.0, 1.0] * 4, [3.0] * 8, [0] * 4, [0]) -> [0.0, 3.0] * 4, [3.0, 3.5] * 4, [1, 3, 5, 7], [4]
// EXEC: resets([0.0] * 8, [3.0] * 8, [0] * 4, [0]) -> [0.0] * 8, [3.0] * 8, [0] * 4, [0]

// -----

// A reset may build on one before it; four lanes have a mask of another form.
func.func @chained(%v: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>) {
  %zero = arith.constant 0 : index
  %four = arith.constant 4 : index
  %old = vector.load %v[%zero] : memref<?xf64>, vector<4xf64>
  %half = arith.constant dense<0.5> : vector<4xf64>
  %hit = arith.cmpf ogt, %old, %half : vector<4xf64>
  syn.append %hit, %zero to %list[%zero] count %count[%zero] below %four : vector<4xi1>, memref<?xi32>, memref<?xi64>
  %first = arith.select %hit, %half, %old : vector<4xi1>, vector<4xf64>
  %twice = arith.addf %first, %first : vector<4xf64>
  %second = arith.select %hit, %twice, %half : vector<4xi1>, vector<4xf64>
  vector.store %first, %v[%zero] : memref<?xf64>, vector<4xf64>
  vector.store %second, %v[%four] : memref<?xf64>, vector<4xf64>
  return
}
// CHECK-LABEL: func.func @chained(
// CHECK: %first, %second = scf.if
// CHECK: %[[FIRST:.*]] = arith.select %hit, %half, %old
// CHECK: %twice = arith.addf %[[FIRST]], %[[FIRST]]
// CHECK: %[[SECOND:.*]] = arith.select %hit, %twice, %half
// CHECK: scf.yield %[[FIRST]], %[[SECOND]]
// CHECK: scf.yield %old, %half
// EXEC: chained([1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0], [0] * 4, [0]) -> [0.5, 0.0, 0.0, 0.5, 1.0, 0.5, 0.5, 1.0], [0, 3, 0, 0], [2]
// EXEC: chained([0.0] * 8, [0] * 4, [0]) -> [0.0] * 4 + [0.5] * 4, [0] * 4, [0]

// -----

// What is read from memory after the branch stays there, since the branch writes.
func.func @read_later(%v: memref<?xf64>, %list: memref<?xi32>, %count: memref<?xi64>) {
  %zero = arith.constant 0 : index
  %limit = arith.constant 8 : index
  %old = vector.load %v[%zero] : memref<?xf64>, vector<8xf64>
  %half = arith.constant dense<0.5> : vector<8xf64>
  %hit = arith.cmpf ogt, %old, %half : vector<8xf64>
  syn.append %hit, %zero to %list[%zero] count %count[%zero] below %limit : vector<8xi1>, memref<?xi32>, memref<?xi64>
  %ranks = vector.load %list[%zero] : memref<?xi32>, vector<8xi32>
  %none = arith.constant dense<-1> : vector<8xi32>
  // expected-remark@below {{sink-selects: read_later: the selection of %kept left as it is: it needs what is computed after the branch}}
  %kept = arith.select %hit, %ranks, %none : vector<8xi1>, vector<8xi32>
  vector.store %kept, %list[%zero] : memref<?xi32>, vector<8xi32>
  return
}
// CHECK-LABEL: func.func @read_later(
// CHECK: %[[TEST:.*]] = arith.cmpi
// CHECK: scf.if %[[TEST]]
// CHECK: %ranks = vector.load
// CHECK: %kept = arith.select %hit, %ranks, %none
// EXEC: read_later([0.0] * 7 + [1.0], [9] * 8, [0]) -> [0.0] * 7 + [1.0], [-1] * 7 + [9], [1]
