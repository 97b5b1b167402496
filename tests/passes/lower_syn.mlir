// lower-syn turns spike lists into loads, stores and branches.
// RUN: lower-syn

// One neuron: a branch that is rarely taken. Neurons from the limit on are padding.
func.func @one(
    %hit: i1, %rank: index, %list: memref<?xi32>, %base: index, %count: memref<?xi64>, %slot: index,
    %limit: index) {
  syn.append %hit, %rank to %list[%base] count %count[%slot] below %limit : i1, memref<?xi32>, memref<?xi64>
  return
}
// CHECK-LABEL: func.func @one(
// CHECK: arith.cmpi {{[a-z]+}}, %rank, %limit
// CHECK: scf.if
// CHECK: memref.store{{.*}}%list
// CHECK: memref.store{{.*}}%count
// CHECK-NOT: syn.
// EXEC: one(true, 7, [0, 0, 0, 0], 1, [5, 2], 1, 8) -> [0, 0, 0, 7], [5, 3]
// EXEC: one(false, 7, [0, 0, 0, 0], 1, [5, 2], 1, 8) -> [0, 0, 0, 0], [5, 2]
// EXEC: one(true, 8, [0, 0, 0, 0], 1, [5, 2], 1, 8) -> [0, 0, 0, 0], [5, 2]

// -----

// A narrow vector: nothing happens unless some lane was hit; then lane by lane, in order.
func.func @lanes(
    %v: memref<?xf64>, %first: index, %list: memref<?xi32>, %base: index, %count: memref<?xi64>,
    %slot: index, %limit: index) {
  %zero = arith.constant 0 : index
  %x = vector.load %v[%zero] : memref<?xf64>, vector<4xf64>
  %some = arith.constant dense<0.5> : vector<4xf64>
  %hit = arith.cmpf ogt, %x, %some : vector<4xf64>
  syn.append %hit, %first to %list[%base] count %count[%slot] below %limit : vector<4xi1>, memref<?xi32>, memref<?xi64>
  return
}
// CHECK-LABEL: func.func @lanes(
// CHECK: vector.reduction <or>, %hit
// CHECK: scf.if
// CHECK: scf.for
// CHECK: vector.extract
// CHECK: scf.if
// CHECK-NOT: syn.
// EXEC: lanes([1.0, 0.0, 1.0, 1.0], 8, [0] * 4, 0, [0], 0, 99) -> [1.0, 0.0, 1.0, 1.0], [8, 10, 11, 0], [3]
// EXEC: lanes([0.0] * 4, 8, [0] * 4, 0, [0], 0, 99) -> [0.0] * 4, [0] * 4, [0]
// EXEC: lanes([1.0] * 4, 8, [0] * 4, 0, [0], 0, 10) -> [1.0] * 4, [8, 9, 0, 0], [2]
// EXEC: lanes([1.0] * 4, 8, [0] * 4, 0, [0], 0, 3) -> [1.0] * 4, [0] * 4, [0]

// -----

// Eight lanes are the bits of a byte: one turn for each that is set, in order.
func.func @bits(
    %v: memref<?xf64>, %first: index, %list: memref<?xi32>, %base: index, %count: memref<?xi64>,
    %slot: index, %limit: index) {
  %zero = arith.constant 0 : index
  %x = vector.load %v[%zero] : memref<?xf64>, vector<8xf64>
  %some = arith.constant dense<0.5> : vector<8xf64>
  %hit = arith.cmpf ogt, %x, %some : vector<8xf64>
  syn.append %hit, %first to %list[%base] count %count[%slot] below %limit : vector<8xi1>, memref<?xi32>, memref<?xi64>
  return
}
// CHECK-LABEL: func.func @bits(
// CHECK: vector.bitcast %hit
// CHECK: scf.if
// CHECK: math.ctpop
// CHECK: scf.for
// CHECK: math.cttz
// CHECK-NOT: syn.
// EXEC: bits([0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0], 8, [0] * 4, 0, [0], 0, 99) -> [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0], [10, 12, 15, 0], [3]
// EXEC: bits([0.0] * 8, 8, [0] * 4, 0, [0], 0, 99) -> [0.0] * 8, [0] * 4, [0]
// EXEC: bits([1.0] * 8, 8, [0] * 4, 1, [1], 0, 10) -> [1.0] * 8, [0, 0, 8, 9], [3]

// -----

// Whether a pair is connected is a bit of a byte.
func.func @one_bit(%bits: memref<?xi8>, %out: memref<?xi8>, %at: index) {
  %bit = syn.connected %bits[%at] : memref<?xi8> -> i1
  %byte = arith.extui %bit : i1 to i8
  %zero = arith.constant 0 : index
  memref.store %byte, %out[%zero] : memref<?xi8>
  return
}
// CHECK-LABEL: func.func @one_bit(
// CHECK: memref.load
// CHECK-NOT: syn.
// EXEC: one_bit([0, 4], [0], 10) -> [0, 4], [1]
// EXEC: one_bit([0, 4], [1], 11) -> [0, 4], [0]
// EXEC: one_bit([0, -128], [0], 15) -> [0, -128], [1]

// -----

// Eight lanes are a byte, fewer are part of one.
func.func @byte(%bits: memref<?xi8>, %out: memref<?xi8>, %at: index) {
  %bit = syn.connected %bits[%at] : memref<?xi8> -> vector<8xi1>
  %byte = arith.extui %bit : vector<8xi1> to vector<8xi8>
  %zero = arith.constant 0 : index
  vector.store %byte, %out[%zero] : memref<?xi8>, vector<8xi8>
  return
}
func.func @half(%bits: memref<?xi8>, %out: memref<?xi8>, %at: index) {
  %bit = syn.connected %bits[%at] : memref<?xi8> -> vector<4xi1>
  %byte = arith.extui %bit : vector<4xi1> to vector<4xi8>
  %zero = arith.constant 0 : index
  vector.store %byte, %out[%zero] : memref<?xi8>, vector<4xi8>
  return
}
// CHECK-LABEL: func.func @byte(
// CHECK: vector.load{{.*}}vector<1xi8>
// CHECK: vector.bitcast
// CHECK-NOT: syn.
// CHECK-LABEL: func.func @half(
// CHECK: arith.shrui
// CHECK-NOT: syn.
// EXEC: byte([0, -91], [9] * 8, 8) -> [0, -91], [1, 0, 1, 0, 0, 1, 0, 1]
// EXEC: half([0, -91], [9] * 4, 12) -> [0, -91], [0, 1, 0, 1]
// EXEC: half([0, -91], [9] * 4, 8) -> [0, -91], [1, 0, 1, 0]

// -----

// A mark is the vote of a warp, which its first lane stores; a thread alone sets or clears its bit.
func.func @mark(%hit: i1, %i: index, %spikes: memref<?xi32>, %word: index) {
  syn.mark %hit, %i to %spikes[%word] : i1, memref<?xi32>
  return
}
// CHECK-LABEL: func.func @mark(
// CHECK: %lanes = gpu.subgroup_size : index
// CHECK: scf.if
// CHECK: %votes = nvvm.vote.sync ballot %all, %hit -> i32
// CHECK: gpu.lane_id
// CHECK: scf.if %first
// CHECK: memref.store %votes, %spikes[%word]
// CHECK: } else {
// CHECK: memref.load %spikes[%word]
// CHECK-NOT: syn.
// EXEC: mark(true, 3, [0, 0], 1) -> [0, 8]
// EXEC: mark(true, 35, [5, 5], 0) -> [13, 5]
// EXEC: mark(false, 2, [5, 5], 1) -> [5, 1]
// EXEC: mark(true, 63, [1, 1], 1) -> [1, -2147483647]
// EXEC: mark(false, 31, [-1, -1], 0) -> [2147483647, -1]
