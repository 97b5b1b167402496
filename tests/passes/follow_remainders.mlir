// follow-remainders computes remainders of consecutive numbers from one another.
// RUN: follow-remainders,canonicalize,cse,dce

// The divisor as a part of the sum does not matter: %a is of one less, %b and %c of one and two more.
func.func @slots(%short: i32, %many: i8) -> (index, index, index) {
  %wide = arith.extui %short : i32 to i64
  %step = arith.index_cast %wide : i64 to index
  %one = arith.constant 1 : index
  %more = arith.extui %many : i8 to i64
  %others = arith.index_cast %more : i64 to index
  %n = arith.maxsi %others, %one : index
  %minus = arith.constant -1 : index
  %two = arith.constant 2 : index
  %x = arith.addi %step, %n : index
  %last = arith.addi %x, %minus : index
  %a = arith.remui %last, %n : index
  %b = arith.remui %step, %n : index
  %next = arith.addi %step, %one : index
  %c = arith.remui %next, %n : index
  return %a, %b, %c : index, index, index
}
// CHECK-LABEL: func.func @slots(
// CHECK-COUNT-1: arith.remui
// CHECK-NOT: arith.remui
// CHECK: arith.select
// CHECK: arith.select
// EXEC: slots(0, 5) == (4, 0, 1)
// EXEC: slots(4, 5) == (3, 4, 0)
// EXEC: slots(-1, 5) == (4, 0, 1)
// EXEC: slots(7, 1) == (0, 0, 0)

// -----

// A number of which nothing is known may be the largest: the next one is 0. So may the divisor be 0.
func.func @unknown(%x: i64, %short: i8) -> (i64, i64, i64, i64) {
  %n = arith.constant 7 : i64
  %one = arith.constant 1 : i64
  %next = arith.addi %x, %one : i64
  %a = arith.remui %x, %n : i64
  %b = arith.remui %next, %n : i64
  %y = arith.extui %short : i8 to i64
  %z = arith.addi %y, %one : i64
  %c = arith.remui %n, %z : i64
  %d = arith.remui %z, %z : i64
  return %a, %b, %c, %d : i64, i64, i64, i64
}
// CHECK-LABEL: func.func @unknown(
// CHECK: %a = arith.remui
// CHECK: %b = arith.remui
// CHECK: %c = arith.remui
// EXEC: unknown(-1, 2) == (1, 0, 1, 0)

// -----

// What a branch has computed is not there behind it.
func.func @branches(%c: i1, %short: i32, %to: memref<?xi64>) {
  %zero = arith.constant 0 : index
  %x = arith.extui %short : i32 to i64
  %one = arith.constant 1 : i64
  %n = arith.constant 7 : i64
  %next = arith.addi %x, %one : i64
  scf.if %c {
    %a = arith.remui %x, %n : i64
    memref.store %a, %to[%zero] : memref<?xi64>
  }
  %b = arith.remui %next, %n : i64
  %place = arith.constant 1 : index
  memref.store %b, %to[%place] : memref<?xi64>
  return
}
// CHECK-LABEL: func.func @branches(
// CHECK-COUNT-2: arith.remui
// EXEC: branches(1, 6, [9, 9]) -> [6, 0]
// EXEC: branches(0, 6, [9, 9]) -> [9, 0]

// -----

// Numbers of steps that a launch is given are not negative, and sums of them are steps.
func.func @launch0(%thread: index, %threads: index, %t0: index, %group: index, %history: memref<?xi64> {ranvier.buffer = {owner = "cells", name = "history", role = "structure", extent = "one"}}, %to: memref<?xi64> {ranvier.buffer = {owner = "cells", name = "places", role = "scratch", extent = "pair"}}) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %minus = arith.constant -1 : index
  %begin = arith.addi %t0, %group : index
  %slots = memref.load %history[%zero] : memref<?xi64>
  %n = arith.index_cast %slots : i64 to index
  %x = arith.addi %begin, %n : index
  %last = arith.addi %x, %minus : index
  %a = arith.remui %last, %n : index
  %b = arith.remui %begin, %n : index
  %i = arith.index_cast %a : index to i64
  %j = arith.index_cast %b : index to i64
  memref.store %i, %to[%zero] : memref<?xi64>
  memref.store %j, %to[%one] : memref<?xi64>
  return
}
// CHECK-LABEL: func.func @launch0(
// CHECK-COUNT-1: arith.remui
// CHECK-NOT: arith.remui
// EXEC: launch0(0, 1, 6, 1, [4], [9, 9]) -> [4], [2, 3]
// EXEC: launch0(0, 1, 4, 4, [4], [9, 9]) -> [4], [3, 0]
// EXEC: launch0(0, 1, 9223372036854775800, 7, [5], [9, 9]) -> [5], [1, 2]
