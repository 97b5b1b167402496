// expand-remainders turns remainders of floats into a quotient, and a long division where that is
// too large.
// RUN: expand-remainders

// A function of the module is called for pairs that the quotient is no good for.
func.func @remainder(%x: f64, %y: f64) -> f64 {
  %z = arith.remf %x, %y : f64
  return %z : f64
}
// CHECK: func.func private @remainder_of_any_f64(
// CHECK-NOT: arith.remf
// CHECK: arith.remui
// CHECK-LABEL: func.func @remainder(
// CHECK-NOT: arith.remf
// CHECK: arith.divf
// CHECK: math.fma
// CHECK: scf.if
// CHECK: call @remainder_of_any_f64(
// EXEC: remainder(7.5, 2.0) == 1.5
// EXEC: remainder(-7.5, 2.0) == -1.5
// EXEC: remainder(-6.0, 2.0) == -0.0
// EXEC: remainder(1e22, 7.0) == 4.0
// EXEC: remainder(1.0, inf) == 1.0
// EXEC: remainder(3.5e-323, 1.5e-323) == 5e-324
// EXEC: remainder(1.0, 0.0) == nan

// -----

// In f32 everything is f32.
func.func @single(%x: f32, %y: f32) -> f32 {
  %z = arith.remf %x, %y : f32
  return %z : f32
}
// CHECK: func.func private @remainder_of_any_f32(
// CHECK-LABEL: func.func @single(
// CHECK-NOT: {{f64|remf}}
// EXEC: single(1.2676506002282294e30, 7.0) == 2.0

// -----

// A lane takes the long way if it needs it; the function is there once.
func.func @lanes(%x: vector<4xf64>, %y: vector<4xf64>) -> vector<4xf64> {
  %z = arith.remf %x, %y : vector<4xf64>
  %w = arith.remf %z, %y : vector<4xf64>
  return %w : vector<4xf64>
}
// CHECK: func.func private @remainder_of_any_f64x4(
// CHECK-NOT: func.func private
// CHECK-LABEL: func.func @lanes(
// CHECK-COUNT-2: call @remainder_of_any_f64x4(
// CHECK-NOT: remf

// -----

// Remainders of integers are instructions everywhere.
func.func @integers(%x: i64, %y: i64) -> i64 {
  %z = arith.remsi %x, %y : i64
  return %z : i64
}
// CHECK-LABEL: func.func @integers(
// CHECK-NEXT: arith.remsi
