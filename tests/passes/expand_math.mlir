// expand-math turns elementary functions into arithmetic; what is an instruction stays.
// RUN: expand-math

// Straight-line for the usual arguments; a function of the module is called for the others.
"func.func"() <{function_type = (f64) -> f64, sym_name = "exponential"}> ({
^bb0(%x: f64):
  %y = "math.exp"(%x) : (f64) -> f64
  "func.return"(%y) : (f64) -> ()
}) : () -> ()
// CHECK: sym_name = "exp_of_any_f64", sym_visibility = "private"
// CHECK-LABEL: "exponential"
// CHECK-NOT: math.exp
// CHECK: "math.fma"
// CHECK: "arith.bitcast"
// CHECK: "scf.if"
// CHECK: callee = @exp_of_any_f64
// CHECK: "func.return"
// EXEC: exponential(0.0) == 1.0
// EXEC: exponential(-740.0) == 4.2e-322
// EXEC: exponential(1.0) == 2.718281828459045
// EXEC: exponential(-745.2) == 0.0

// -----

// In f32 everything is f32.
"func.func"() <{function_type = (f32) -> f32, sym_name = "single"}> ({
^bb0(%x: f32):
  %y = "math.log"(%x) : (f32) -> f32
  "func.return"(%y) : (f32) -> ()
}) : () -> ()
// CHECK-LABEL: "single"
// CHECK-NOT: f64
// CHECK: "func.return"
// EXEC: single(1.0) == 0.0
// EXEC: single(2.0) == 0.6931471824645996

// -----

// Vectors become vectors; huge angles are a branch, taken if a lane needs it.
"func.func"() <{function_type = (vector<4xf64>) -> vector<4xf64>, sym_name = "lanes"}> ({
^bb0(%x: vector<4xf64>):
  %y = "math.sin"(%x) : (vector<4xf64>) -> vector<4xf64>
  "func.return"(%y) : (vector<4xf64>) -> ()
}) : () -> ()
// CHECK-LABEL: "lanes"
// CHECK-NOT: math.sin
// CHECK: "vector.reduction"
// CHECK: "scf.if"

// -----

// Instructions stay.
"func.func"() <{function_type = (f64) -> f64, sym_name = "instructions"}> ({
^bb0(%x: f64):
  %a = "math.sqrt"(%x) : (f64) -> f64
  %b = "math.floor"(%a) : (f64) -> f64
  %c = "math.absf"(%b) : (f64) -> f64
  "func.return"(%c) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "instructions"
// CHECK-NEXT: ^bb0
// CHECK-NEXT: "math.sqrt"
// CHECK-NEXT: "math.floor"
// CHECK-NEXT: "math.absf"

// -----

// The dialect special goes the same way; in f32, what is rare is computed in f64.
"func.func"() <{function_type = (f64) -> f64, sym_name = "factorial"}> ({
^bb0(%n: f64):
  %one = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  %x = "arith.addf"(%n, %one) : (f64, f64) -> f64
  %y = "special.tgamma"(%x) : (f64) -> f64
  "func.return"(%y) : (f64) -> ()
}) : () -> ()
// CHECK: sym_name = "tgamma_of_any_f64", sym_visibility = "private"
// CHECK-LABEL: "factorial"
// CHECK-NOT: special.
// CHECK: callee = @tgamma_of_any_f64
// CHECK: "func.return"
// EXEC: factorial(0.0) == 1.0
// EXEC: factorial(5.0) == 120.0
// EXEC: factorial(20.0) == 2432902008176640000.0
// EXEC: factorial(-1.0) == inf
// EXEC: factorial(200.0) == inf

// -----

"func.func"() <{function_type = (f32) -> f32, sym_name = "logarithm"}> ({
^bb0(%x: f32):
  %y = "special.lgamma"(%x) : (f32) -> f32
  "func.return"(%y) : (f32) -> ()
}) : () -> ()
// CHECK: sym_name = "lgamma_of_any_f32", sym_visibility = "private"
// CHECK: "arith.extf"
// CHECK: "arith.truncf"
// CHECK-LABEL: "logarithm"
// CHECK-NOT: f64
// CHECK: "func.return"
// EXEC: logarithm(1.0) == 0.0
// EXEC: logarithm(2.0) == 0.0
// EXEC: logarithm(-2.0) == inf
