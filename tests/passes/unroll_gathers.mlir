// unroll-gathers loads ranks and elements lane by lane where the ranks lie in memory.
// RUN: unroll-gathers,dce

// Sums along rows: ranks of 16 bits, and a row of the past that is the same for all lanes.
func.func @ranks(%v: memref<?xf64>, %pre: memref<?xi16>, %out: memref<?xf64>, %row: index) {
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %all = arith.constant dense<true> : vector<2xi1>
  %none = arith.constant dense<0.0> : vector<2xf64>
  %rows = vector.broadcast %row : index to vector<2xindex>
  %ranks = vector.load %pre[%two] : memref<?xi16>, vector<2xi16>
  %wide = arith.extui %ranks : vector<2xi16> to vector<2xi64>
  %at = arith.index_cast %wide : vector<2xi64> to vector<2xindex>
  %place = arith.addi %at, %rows : vector<2xindex>
  %x = vector.gather %v[%zero] [%at], %all, %none : memref<?xf64>, vector<2xindex>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  %y = vector.gather %v[%zero] [%place], %all, %none : memref<?xf64>, vector<2xindex>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  %sum = arith.addf %x, %y : vector<2xf64>
  vector.store %sum, %out[%zero] : memref<?xf64>, vector<2xf64>
  return
}
// CHECK-LABEL: func.func @ranks(
// CHECK-NOT: vector.gather
// CHECK-NOT: vector.load
// CHECK: %[[R0:.*]] = memref.load %pre[%two]
// CHECK: %[[R1:.*]] = memref.load %pre[%{{.*}}]
// CHECK: %[[W0:.*]] = arith.extui %[[R0]] : i16 to i64
// CHECK: %[[I0:.*]] = arith.index_cast %[[W0]] : i64 to index
// CHECK: arith.addi %[[I0]], %row
// CHECK: memref.load %v[%[[I0]]]
// CHECK-COUNT-2: vector.from_elements
// EXEC: ranks([1.0, 2.0, 4.0, 8.0, 16.0], [9, 9, 3, 0], [0.0, 0.0], 1) -> _, _, [24.0, 3.0]

// -----

// Ranks of 32 bits from an offset; those that are above the sign of 16 bits stay what they are.
func.func @offset(%v: memref<?xf64>, %pre: memref<?xi32>, %out: memref<?xf64>, %from: index) {
  %zero = arith.constant 0 : index
  %all = arith.constant dense<true> : vector<2xi1>
  %none = arith.constant dense<0.0> : vector<2xf64>
  %ranks = vector.load %pre[%zero] : memref<?xi32>, vector<2xi32>
  %x = vector.gather %v[%from] [%ranks], %all, %none : memref<?xf64>, vector<2xi32>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  vector.store %x, %out[%zero] : memref<?xf64>, vector<2xf64>
  return
}
// CHECK-LABEL: func.func @offset(
// CHECK-NOT: vector.gather
// EXEC: offset([1.0, 2.0, 4.0, 8.0], [2, -1], [0.0, 0.0], 1) -> _, _, [8.0, 1.0]

// -----

// Some lanes touch no memory: nobody knows whether there is an element.
func.func @masked(%v: memref<?xf64>, %pre: memref<?xi32>, %on: memref<?xi8>, %out: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %none = arith.constant dense<0.0> : vector<2xf64>
  %ranks = vector.load %pre[%zero] : memref<?xi32>, vector<2xi32>
  %bytes = vector.load %on[%zero] : memref<?xi8>, vector<2xi8>
  %mask = arith.trunci %bytes : vector<2xi8> to vector<2xi1>
  // expected-remark@below {{the gather from %v left as it is: some lanes may touch no memory}}
  %x = vector.gather %v[%zero] [%ranks], %mask, %none : memref<?xf64>, vector<2xi32>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  vector.store %x, %out[%zero] : memref<?xf64>, vector<2xf64>
  return
}
// CHECK-LABEL: func.func @masked(
// CHECK: vector.gather
// EXEC: masked([1.0, 2.0], [1, 99], [1, 0], [5.0, 5.0]) -> _, _, _, [2.0, 0.0]

// -----

// Indices that are computed are in a vector already, all of them or a part.
func.func @computed(%v: memref<?xf64>, %pre: memref<?xi32>, %out: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %all = arith.constant dense<true> : vector<2xi1>
  %none = arith.constant dense<0.0> : vector<2xf64>
  %ranks = vector.load %pre[%zero] : memref<?xi32>, vector<2xi32>
  %twice = arith.muli %ranks, %ranks : vector<2xi32>
  %more = arith.addi %twice, %ranks : vector<2xi32>
  // expected-remark@below {{the gather from %v left as it is: its indices are computed, not loaded}}
  %x = vector.gather %v[%zero] [%twice], %all, %none : memref<?xf64>, vector<2xi32>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  // expected-remark@below {{the gather from %v left as it is: a part of its indices is computed, not loaded}}
  %y = vector.gather %v[%zero] [%more], %all, %none : memref<?xf64>, vector<2xi32>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  vector.store %x, %out[%zero] : memref<?xf64>, vector<2xf64>
  vector.store %y, %out[%two] : memref<?xf64>, vector<2xf64>
  return
}
// CHECK-LABEL: func.func @computed(
// CHECK-COUNT-2: vector.gather
// EXEC: computed([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], [0, 2], [0.0, 0.0, 0.0, 0.0]) -> _, _, [1.0, 16.0, 1.0, 64.0]
