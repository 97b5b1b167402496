// contract joins products with what they are added to. The numbers here are exact either way.
// RUN: contract

// On either side; whether somebody else needs the product does not matter.
func.func @sums(%x: f64, %y: f64, %z: f64) -> (f64, f64, f64) {
  %p = arith.mulf %x, %y : f64
  %right = arith.addf %z, %p : f64
  %left = arith.addf %p, %z : f64
  return %right, %left, %p : f64, f64, f64
}
// CHECK-LABEL: func.func @sums(
// CHECK: %p = arith.mulf %x, %y
// CHECK: %right = math.fma %x, %y, %z
// CHECK: %left = math.fma %x, %y, %z
// CHECK-NOT: arith.addf
// EXEC: sums(2.0, 3.0, 4.0) == (10.0, 10.0, 6.0)

// -----

// Of a difference, a factor or the other side changes its sign.
func.func @differences(%x: f64, %y: f64, %z: f64) -> (f64, f64) {
  %p = arith.mulf %x, %y : f64
  %less = arith.subf %z, %p : f64
  %more = arith.subf %p, %z : f64
  return %less, %more : f64, f64
}
// CHECK-LABEL: func.func @differences(
// CHECK-NOT: arith.mulf
// CHECK: %[[FACTOR:.*]] = arith.negf %x
// CHECK: %less = math.fma %[[FACTOR]], %y, %z
// CHECK: %[[OTHER:.*]] = arith.negf %z
// CHECK: %more = math.fma %x, %y, %[[OTHER]]
// EXEC: differences(2.0, 3.0, 4.0) == (-2.0, 2.0)
// EXEC: differences(0.0, 1.0, 0.0) == (0.0, 0.0)

// -----

// Of two products the right one is joined; the other one is rounded by itself.
func.func @two_products(%a: f64, %b: f64, %x: f64, %y: f64) -> f64 {
  %p = arith.mulf %a, %b : f64
  %q = arith.mulf %x, %y : f64
  %s = arith.addf %p, %q : f64
  return %s : f64
}
// CHECK-LABEL: func.func @two_products(
// CHECK: %p = arith.mulf %a, %b
// CHECK-NEXT: %s = math.fma %x, %y, %p
// EXEC: two_products(2.0, 3.0, 4.0, 5.0) == 26.0

// -----

// A product of a product is none of a sum.
func.func @no_sum(%x: f64, %y: f64, %z: f64) -> f64 {
  %p = arith.mulf %x, %y : f64
  %q = arith.mulf %p, %z : f64
  return %q : f64
}
// CHECK-LABEL: func.func @no_sum(
// CHECK-NOT: math.fma
// CHECK-COUNT-2: arith.mulf
// EXEC: no_sum(2.0, 3.0, 4.0) == 24.0
