// expand-math turns elementary functions into arithmetic; what is an instruction stays.
// RUN: expand-math

// Straight-line for the usual arguments; a function of the module is called for the others.
func.func @exponential(%x: f64) -> f64 {
  %y = math.exp %x : f64
  return %y : f64
}
// CHECK: func.func private @exp_of_any_f64(
// CHECK-LABEL: func.func @exponential(
// CHECK-NOT: math.exp
// CHECK: math.fma
// CHECK: arith.bitcast
// CHECK: scf.if
// CHECK: call @exp_of_any_f64(
// CHECK: return
// EXEC: exponential(0.0) == 1.0
// EXEC: exponential(-740.0) == 4.2e-322
// EXEC: exponential(1.0) == 2.718281828459045
// EXEC: exponential(-745.2) == 0.0

// -----

// In f32 everything is f32.
func.func @single(%x: f32) -> f32 {
  %y = math.log %x : f32
  return %y : f32
}
// CHECK-LABEL: func.func @single(
// CHECK-NOT: {{f64|math.log}}
// CHECK: return
// EXEC: single(1.0) == 0.0
// EXEC: single(2.0) == 0.6931471824645996

// -----

// Vectors become vectors; huge angles are a branch, taken if a lane needs it.
func.func @lanes(%x: vector<4xf64>) -> vector<4xf64> {
  %y = math.sin %x : vector<4xf64>
  return %y : vector<4xf64>
}
// CHECK-LABEL: func.func @lanes(
// CHECK-NOT: math.sin
// CHECK: vector.reduction
// CHECK: scf.if

// -----

// Instructions stay.
func.func @instructions(%x: f64) -> f64 {
  %a = math.sqrt %x : f64
  %b = math.floor %a : f64
  %c = math.absf %b : f64
  return %c : f64
}
// CHECK-LABEL: func.func @instructions(
// CHECK-NEXT: math.sqrt
// CHECK-NEXT: math.floor
// CHECK-NEXT: math.absf

// -----

// The dialect special goes the same way; in f32, what is rare is computed in f64.
func.func @factorial(%n: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  %x = arith.addf %n, %one : f64
  %y = special.tgamma %x : f64
  return %y : f64
}
// CHECK: func.func private @tgamma_of_any_f64(
// CHECK-LABEL: func.func @factorial(
// CHECK-NOT: special.
// CHECK: call @tgamma_of_any_f64(
// CHECK: return
// EXEC: factorial(0.0) == 1.0
// EXEC: factorial(5.0) == 120.0
// EXEC: factorial(20.0) == 2432902008176640000.0
// EXEC: factorial(-1.0) == inf
// EXEC: factorial(200.0) == inf

// -----

func.func @logarithm(%x: f32) -> f32 {
  %y = special.lgamma %x : f32
  return %y : f32
}
// CHECK: func.func private @lgamma_of_any_f32(
// CHECK: arith.extf
// CHECK: arith.truncf
// CHECK-LABEL: func.func @logarithm(
// CHECK-NOT: f64
// CHECK: return
// EXEC: logarithm(1.0) == 0.0
// EXEC: logarithm(2.0) == 0.0
// EXEC: logarithm(-2.0) == inf
