// contract joins products with what they are added to. The numbers here are exact either way.
// RUN: contract

// On either side; whether somebody else needs the product does not matter.
"func.func"() <{function_type = (f64, f64, f64) -> (f64, f64, f64), sym_name = "sums"}> ({
^bb0(%x: f64, %y: f64, %z: f64):
  %p = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %right = "arith.addf"(%z, %p) : (f64, f64) -> f64
  %left = "arith.addf"(%p, %z) : (f64, f64) -> f64
  "func.return"(%right, %left, %p) : (f64, f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "sums"
// CHECK: %p = "arith.mulf"(%x, %y)
// CHECK: %right = "math.fma"(%x, %y, %z)
// CHECK: %left = "math.fma"(%x, %y, %z)
// CHECK-NOT: arith.addf
// EXEC: sums(2.0, 3.0, 4.0) == (10.0, 10.0, 6.0)

// -----

// Of a difference, a factor or the other side changes its sign.
"func.func"() <{function_type = (f64, f64, f64) -> (f64, f64), sym_name = "differences"}> ({
^bb0(%x: f64, %y: f64, %z: f64):
  %p = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %less = "arith.subf"(%z, %p) : (f64, f64) -> f64
  %more = "arith.subf"(%p, %z) : (f64, f64) -> f64
  "func.return"(%less, %more) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "differences"
// CHECK-NOT: arith.mulf
// CHECK: %[[FACTOR:.*]] = "arith.negf"(%x)
// CHECK: %less = "math.fma"(%[[FACTOR]], %y, %z)
// CHECK: %[[OTHER:.*]] = "arith.negf"(%z)
// CHECK: %more = "math.fma"(%x, %y, %[[OTHER]])
// EXEC: differences(2.0, 3.0, 4.0) == (-2.0, 2.0)
// EXEC: differences(0.0, 1.0, 0.0) == (0.0, 0.0)

// -----

// Of two products the right one is joined; the other one is rounded by itself.
"func.func"() <{function_type = (f64, f64, f64, f64) -> f64, sym_name = "two_products"}> ({
^bb0(%a: f64, %b: f64, %x: f64, %y: f64):
  %p = "arith.mulf"(%a, %b) : (f64, f64) -> f64
  %q = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %s = "arith.addf"(%p, %q) : (f64, f64) -> f64
  "func.return"(%s) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "two_products"
// CHECK: %p = "arith.mulf"(%a, %b)
// CHECK-NEXT: %s = "math.fma"(%x, %y, %p)
// EXEC: two_products(2.0, 3.0, 4.0, 5.0) == 26.0

// -----

// A product of a product is none of a sum.
"func.func"() <{function_type = (f64, f64, f64) -> f64, sym_name = "no_sum"}> ({
^bb0(%x: f64, %y: f64, %z: f64):
  %p = "arith.mulf"(%x, %y) : (f64, f64) -> f64
  %q = "arith.mulf"(%p, %z) : (f64, f64) -> f64
  "func.return"(%q) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "no_sum"
// CHECK-NOT: math.fma
// CHECK-COUNT-2: arith.mulf
// EXEC: no_sum(2.0, 3.0, 4.0) == 24.0
