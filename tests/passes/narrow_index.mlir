// narrow-index computes indices that are known to be small in 32 bits.
// RUN: narrow-index,canonicalize,cse,dce

// The counter of a loop, and what is computed of it.
func.func @places(%x: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %five = arith.constant 5 : index
  scf.for %i = %zero to %five step %one {
    %twice = arith.muli %i, %two : index
    %next = arith.addi %twice, %one : index
    %half = arith.shrui %i, %one : index
    %rest = arith.remui %i, %two : index
    %a = memref.load %x[%half] : memref<?xf64>
    %b = memref.load %x[%rest] : memref<?xf64>
    %sum = arith.addf %a, %b : f64
    memref.store %sum, %x[%next] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @places(
// CHECK: scf.for %i = %{{.*}} to %{{.*}} step %{{.*}} : i32 {
// CHECK: %twice = arith.{{muli|addi|shli}} {{.*}} : i32
// CHECK: %next = arith.addi {{.*}} : i32
// CHECK: %half = arith.shrui {{.*}} : i32
// CHECK: %rest = arith.{{remui|andi}} {{.*}} : i32
// CHECK: memref.load %x[%{{.*}}] : memref<?xf64>
// CHECK-NOT: {{(addi|muli|shrui|remui).* : index}}
// EXEC: places([1.0] * 10) -> [1.0, 2.0, 1.0, 3.0, 1.0, 3.0, 1.0, 4.0, 1.0, 2.0]

// -----

// Numbers that may be large, or negative, keep 64 bits; so do loops to such numbers.
func.func @large(%n: index, %x: memref<?xi64>) -> i64 {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %limit = arith.constant 2147483646 : index
  %large = arith.constant 2147483648 : index
  %start = arith.constant 0 : i64
  %negative = arith.subi %zero, %one : index
  %beyond = arith.addi %limit, %limit : index
  %sum = arith.addi %negative, %beyond : index
  %found = scf.for %i = %zero to %n step %one iter_args(%s = %start) -> (i64) {
    %j = arith.addi %i, %large : index
    %k = arith.index_cast %j : index to i64
    %t = arith.addi %s, %k : i64
    scf.yield %t : i64
  }
  %whole = arith.index_cast %sum : index to i64
  %total = arith.addi %found, %whole : i64
  return %total : i64
}
// CHECK-LABEL: func.func @large(
// CHECK-NOT: i32
// EXEC: large(2, [0]) == 8589934588

// -----

// The last number of a loop is one step beyond its end.
// RUN: narrow-index
func.func @ends(%x: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %stride = arith.constant 1073741824 : index
  %few = arith.constant 1073741824 : index
  %more = arith.constant 1073741825 : index
  %value = arith.constant 3.0 : f64
  scf.for %i = %zero to %few step %stride {
    memref.store %value, %x[%i] : memref<?xf64>
  }
  scf.for %i = %stride to %more step %stride {
    %j = arith.subi %i, %stride : index
    memref.store %value, %x[%j] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @ends(
// CHECK: scf.for {{.*}} : i32 {
// CHECK: scf.for
// CHECK-NOT: i32 {
// EXEC: ends([1.0]) -> [3.0]

// -----

// Lanes of a subgroup, bits of a word, ranks of 16 bits: types say how large they are.
func.func @types(%word: i32, %ranks: memref<?xi16>, %x: memref<?xf64>) -> f64 {
  %zero = arith.constant 0 : index
  %bit = math.cttz %word : i32
  %wide = arith.extui %bit : i32 to i64
  %at = arith.index_cast %wide : i64 to index
  %lane = gpu.lane_id
  %place = arith.addi %at, %lane : index
  %short = memref.load %ranks[%place] : memref<?xi16>
  %long = arith.extui %short : i16 to i64
  %rank = arith.index_cast %long : i64 to index
  %same = arith.cmpi eq, %rank, %place : index
  %twice = arith.addi %rank, %rank : index
  %where = arith.select %same, %rank, %twice : index
  %found = memref.load %x[%where] : memref<?xf64>
  return %found : f64
}
// CHECK-LABEL: func.func @types(
// CHECK: %place = arith.addi {{.*}} : i32
// CHECK: %[[RANK:.*]] = arith.extui %short : i16 to i32
// CHECK: arith.cmpi eq, %[[RANK]], %place : i32
// CHECK: arith.select {{.*}} : i32
// EXEC: types(2, [0, 1, 0], [5.0, 6.0, 7.0]) == 6.0
// EXEC: types(4, [0, 1, 1], [5.0, 6.0, 7.0]) == 7.0

// -----

// The network says how many neurons there are; a place in the past of many steps may be large.
module attributes {ranvier.target = {name = "cuda", block = 32 : i64, line = 16 : i64, machine = "sm_75", workers = 1 : i64}, ranvier.declarations = {populations = [{name = "cells", size = 100 : i64, of = 0 : i64}], projections = [], monitors = [], variables = [[]]}} {
  func.func @cells_update(%thread: index, %threads: index, %step: index, %padded: memref<?xi64> {ranvier.buffer = {owner = "cells", name = "padded", role = "structure", extent = "one"}}, %history: memref<?xi64> {ranvier.buffer = {owner = "cells", name = "history", role = "structure", extent = "one"}}, %v: memref<?xf64> {ranvier.buffer = {owner = "cells", name = "v", role = "attribute", extent = "neurons"}}, %past: memref<?xf64> {ranvier.buffer = {owner = "cells", name = "past", item = "v", role = "ring", extent = "past"}}) {
    %zero = arith.constant 0 : index
    %many = memref.load %padded[%zero] : memref<?xi64>
    %neurons = arith.index_cast %many : i64 to index
    %steps = memref.load %history[%zero] : memref<?xi64>
    %slots = arith.index_cast %steps : i64 to index
    %slot = arith.remui %step, %slots : index
    %row = arith.muli %slot, %neurons : index
    scf.for %i = %thread to %neurons step %threads {
      %x = memref.load %v[%i] : memref<?xf64>
      %at = arith.addi %row, %i : index
      memref.store %x, %past[%at] : memref<?xf64>
    }
    return
  }
}
// CHECK-LABEL: func.func @cells_update(
// CHECK: arith.remui %step, %{{.*}} : index
// CHECK: %row = arith.muli {{.*}} : index
// CHECK: scf.for %i = %{{.*}} to %{{.*}} step %{{.*}} : i32 {
// CHECK: %at = arith.addi %row, {{.*}} : index
// EXEC: cells_update(0, 1, 3, [3], [2], [1.0, 2.0, 3.0], [0.0] * 6) -> [3], [2], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0, 1.0, 2.0, 3.0]

// -----

// One stride beyond so many neurons is too large a number.
module attributes {ranvier.target = {name = "cuda", block = 32 : i64, line = 16 : i64, machine = "sm_75", workers = 1 : i64}, ranvier.declarations = {populations = [{name = "cells", size = 2000000000 : i64, of = 0 : i64}], projections = [], monitors = [], variables = [[]]}} {
  func.func @cells_update(%thread: index, %threads: index, %step: index, %padded: memref<?xi64> {ranvier.buffer = {owner = "cells", name = "padded", role = "structure", extent = "one"}}, %history: memref<?xi64> {ranvier.buffer = {owner = "cells", name = "history", role = "structure", extent = "one"}}, %v: memref<?xf64> {ranvier.buffer = {owner = "cells", name = "v", role = "attribute", extent = "neurons"}}, %past: memref<?xf64> {ranvier.buffer = {owner = "cells", name = "past", item = "v", role = "ring", extent = "past"}}) {
    %zero = arith.constant 0 : index
    %many = memref.load %padded[%zero] : memref<?xi64>
    %neurons = arith.index_cast %many : i64 to index
    %steps = memref.load %history[%zero] : memref<?xi64>
    %slots = arith.index_cast %steps : i64 to index
    %slot = arith.remui %step, %slots : index
    %row = arith.muli %slot, %neurons : index
    scf.for %i = %thread to %neurons step %threads {
      %x = memref.load %v[%i] : memref<?xf64>
      %at = arith.addi %row, %i : index
      memref.store %x, %past[%at] : memref<?xf64>
    }
    return
  }
}
// CHECK-LABEL: func.func @cells_update(
// CHECK-NOT: i32
