// canonicalize folds constants and applies algebra that keeps every bit. Every rule has a test of its
// own, made from its examples (test_rules.py); here are the ones that meet in a model, and those
// that look right and are not.
// RUN: canonicalize

// Constants are computed now, in the precision of their type.
func.func @folded() -> f32 {
  %a = arith.constant 0.1 : f32
  %b = arith.constant 0.2 : f32
  %c = arith.addf %a, %b : f32
  return %c : f32
}
// CHECK-LABEL: func.func @folded(
// CHECK: arith.constant {{3.0.*|0.3.*}} : f32
// CHECK-NOT: arith.addf
// EXEC: folded() == 0.3

// -----

// Constants go to the right of operations that allow it.
func.func @constant_right(%x: f64) -> (f64, f64) {
  %two = arith.constant 2.0 : f64
  %sum = arith.addf %two, %x : f64
  %difference = arith.subf %two, %x : f64
  return %sum, %difference : f64, f64
}
// CHECK-LABEL: func.func @constant_right(
// CHECK: %[[SUM:.*]] = arith.addf %x, %two
// CHECK: arith.subf %two, %x
// EXEC: constant_right(3.0) == (5.0, -1.0)

// -----

// -0.0 is the neutral element of the sum; 0.0 is not: -0.0 + 0.0 is 0.0.
func.func @zeros(%x: f64) -> (f64, f64, f64) {
  %plus = arith.constant 0.0 : f64
  %minus = arith.constant -0.0 : f64
  %a = arith.addf %x, %minus : f64
  %b = arith.addf %x, %plus : f64
  %c = arith.subf %x, %plus : f64
  return %a, %b, %c : f64, f64, f64
}
// CHECK-LABEL: func.func @zeros(
// CHECK: %b = arith.addf %x, %plus
// CHECK: return %x, %b, %x
// EXEC: zeros(-0.0) == (-0.0, 0.0, -0.0)
// EXEC: zeros(nan) == (nan, nan, nan)

// -----

// x * 0.0 is not 0.0: x may be negative, infinite or NaN. x - x neither.
func.func @not_zero(%x: f64) -> (f64, f64) {
  %zero = arith.constant 0.0 : f64
  %product = arith.mulf %x, %zero : f64
  %difference = arith.subf %x, %x : f64
  return %product, %difference : f64, f64
}
// CHECK-LABEL: func.func @not_zero(
// CHECK: arith.mulf
// CHECK: arith.subf
// EXEC: not_zero(-1.0) == (-0.0, 0.0)
// EXEC: not_zero(inf) == (nan, nan)

// -----

// Sums are not regrouped: that would round differently.
func.func @not_regrouped(%x: f64) -> f64 {
  %a = arith.constant 1.0e+16 : f64
  %b = arith.constant -1.0e+16 : f64
  %s = arith.addf %x, %a : f64
  %t = arith.addf %s, %b : f64
  return %t : f64
}
// CHECK-LABEL: func.func @not_regrouped(
// CHECK-COUNT-2: arith.addf
// EXEC: not_regrouped(1.0) == 0.0

// -----

// Signs vanish into sums and differences.
func.func @signs(%x: f64, %y: f64) -> (f64, f64) {
  %n = arith.negf %y : f64
  %a = arith.addf %x, %n : f64
  %b = arith.subf %x, %n : f64
  return %a, %b : f64, f64
}
// CHECK-LABEL: func.func @signs(
// CHECK: %[[A:.*]] = arith.subf %x, %y
// CHECK: %[[B:.*]] = arith.addf %x, %y
// EXEC: signs(5.0, 3.0) == (2.0, 8.0)
// EXEC: signs(0.0, 0.0) == (0.0, 0.0)

// -----

// Dividing by a power of two is multiplying by another one; by 3.0 it would round differently.
func.func @quotients(%x: f64) -> (f64, f64) {
  %four = arith.constant 4.0 : f64
  %three = arith.constant 3.0 : f64
  %a = arith.divf %x, %four : f64
  %b = arith.divf %x, %three : f64
  return %a, %b : f64, f64
}
// CHECK-LABEL: func.func @quotients(
// CHECK: arith.mulf
// CHECK: arith.divf %x, %three
// EXEC: quotients(1.0) == (0.25, 0.3333333333333333)

// -----

// Integers wrap around at their width.
func.func @wrapped() -> (i8, i64) {
  %a = arith.constant 127 : i8
  %b = arith.constant 1 : i8
  %c = arith.constant 9223372036854775807 : i64
  %d = arith.constant 1 : i64
  %e = arith.addi %a, %b : i8
  %f = arith.addi %c, %d : i64
  return %e, %f : i8, i64
}
// CHECK-LABEL: func.func @wrapped(
// CHECK-NOT: arith.addi
// EXEC: wrapped() == (-128, -9223372036854775808)

// -----

// A conversion cuts off what does not fit.
func.func @cut() -> (i32, i8) {
  %a = arith.constant 4294967298 : index
  %b = arith.index_cast %a : index to i32
  %c = arith.constant 300 : i64
  %d = arith.trunci %c : i64 to i8
  return %b, %d : i32, i8
}
// CHECK-LABEL: func.func @cut(
// CHECK-NOT: arith.index_cast
// EXEC: cut() == (2, 44)

// -----

// The only bit of a truth value is its sign: true is -1 where numbers have signs.
func.func @signed_truth() -> (i1, i1, f64) {
  %t = arith.constant true
  %f = arith.constant false
  %less = arith.cmpi slt, %t, %f : i1
  %smaller = arith.minsi %t, %f : i1
  %number = arith.sitofp %t : i1 to f64
  return %less, %smaller, %number : i1, i1, f64
}
// CHECK-LABEL: func.func @signed_truth(
// CHECK-NOT: arith.cmpi
// EXEC: signed_truth() == (true, true, -1.0)

// -----

// Division by zero is not computed now.
func.func @divided(%c: i1, %a: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %r = scf.if %c -> (i64) {
    %q = arith.divsi %one, %zero : i64
    scf.yield %q : i64
  } else {
    scf.yield %a : i64
  }
  return %r : i64
}
// CHECK-LABEL: func.func @divided(
// CHECK: arith.divsi
// EXEC: divided(false, 3) == 3

// -----

// The negation of a comparison is its opposite; NaN is neither less nor greater.
func.func @opposite(%x: f64, %y: f64) -> i1 {
  %true = arith.constant true
  %less = arith.cmpf olt, %x, %y : f64
  %not = arith.xori %less, %true : i1
  return %not : i1
}
// CHECK-LABEL: func.func @opposite(
// CHECK: arith.cmpf uge, %x, %y
// EXEC: opposite(1.0, 2.0) == false
// EXEC: opposite(2.0, 2.0) == true
// EXEC: opposite(nan, 2.0) == true

// -----

// A choice that is known, or is none.
func.func @choices(%c: i1, %x: f64, %y: f64) -> (f64, f64) {
  %true = arith.constant true
  %a = arith.select %true, %x, %y : f64
  %b = arith.select %c, %y, %y : f64
  return %a, %b : f64, f64
}
// CHECK-LABEL: func.func @choices(
// CHECK: return %x, %y
// EXEC: choices(false, 1.0, 2.0) == (1.0, 2.0)

// -----

// A branch that is known takes the place of the branching.
func.func @known_branch(%v: memref<?xf64>, %x: f64) -> f64 {
  %true = arith.constant true
  %zero = arith.constant 0 : index
  %r = scf.if %true -> (f64) {
    memref.store %x, %v[%zero] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    scf.yield %y : f64
  } else {
    scf.yield %x : f64
  }
  return %r : f64
}
// CHECK-LABEL: func.func @known_branch(
// CHECK-NOT: scf.if
// CHECK: memref.store
// CHECK: %y = arith.addf
// CHECK: return %y
// EXEC: known_branch([0.0], 2.0) == 4.0 -> [2.0]

// -----

// Inside a branch its condition is known; in its other branch as well.
func.func @branch_in_branch(%c: i1, %x: f64, %y: f64) -> f64 {
  %r = scf.if %c -> (f64) {
    %s = scf.if %c -> (f64) {
      %u = arith.addf %x, %x : f64
      scf.yield %u : f64
    } else {
      %w = arith.addf %y, %y : f64
      scf.yield %w : f64
    }
    scf.yield %s : f64
  } else {
    %t = scf.if %c -> (f64) {
      %u2 = arith.mulf %x, %x : f64
      scf.yield %u2 : f64
    } else {
      %w2 = arith.mulf %y, %y : f64
      scf.yield %w2 : f64
    }
    scf.yield %t : f64
  }
  return %r : f64
}
// CHECK-LABEL: func.func @branch_in_branch(
// CHECK-COUNT-1: scf.if
// CHECK-NOT: scf.if
// CHECK: arith.addf %x, %x
// CHECK: arith.mulf %y, %y
// CHECK: return
// EXEC: branch_in_branch(true, 3.0, 5.0) == 6.0
// EXEC: branch_in_branch(false, 3.0, 5.0) == 25.0

// -----

// A loop that never runs gives its initial values, one that runs once is its body.
func.func @short_loops(%x: f64) -> (f64, f64, f64) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %two = arith.constant 2 : index
  %never = scf.for %i = %three to %two step %one iter_args(%s = %x) -> (f64) {
    %d = arith.addf %s, %s : f64
    scf.yield %d : f64
  }
  %once = scf.for %j = %two to %three step %one iter_args(%s2 = %x) -> (f64) {
    %d2 = arith.addf %s2, %s2 : f64
    scf.yield %d2 : f64
  }
  %twice = scf.for %k = %one to %three step %one iter_args(%s3 = %x) -> (f64) {
    %d3 = arith.addf %s3, %s3 : f64
    scf.yield %d3 : f64
  }
  return %never, %once, %twice : f64, f64, f64
}
// CHECK-LABEL: func.func @short_loops(
// CHECK: arith.addf %x, %x
// CHECK: scf.for
// EXEC: short_loops(1.5) == (1.5, 3.0, 6.0)

// -----

// What a loop only hands on goes around it.
func.func @handed_on(%n: index, %x: f64, %y: f64) -> (f64, f64) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %a, %b = scf.for %i = %zero to %n step %one iter_args(%s = %x, %t = %y) -> (f64, f64) {
    %d = arith.addf %s, %t : f64
    scf.yield %d, %t : f64, f64
  }
  return %a, %b : f64, f64
}
// CHECK-LABEL: func.func @handed_on(
// CHECK: arith.addf %s, %y
// CHECK: return %{{.*}}, %y
// EXEC: handed_on(3, 1.0, 2.0) == (7.0, 2.0)
// EXEC: handed_on(0, 1.0, 2.0) == (1.0, 2.0)

// -----

// The location of the new operation is that of the old one.
// RUN: canonicalize --locations
func.func @locations(%x: f64) -> f64 {
  %four = arith.constant 4.0 : f64
  %y = arith.divf %x, %four : f64
  return %y : f64
}
// CHECK-LABEL: func.func @locations(
// CHECK: arith.mulf{{.*}} loc("{{.*}}canonicalize.mlir":
