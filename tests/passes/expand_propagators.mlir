// expand-propagators turns exponentials of matrices into loops: D = exp(A) - 1, phi1(A), exp(A).
// RUN: expand-propagators

// One number: e**x - 1, (e**x - 1)/x, e**x. The first loop halves, the second sums, the third
// doubles.
func.func @number(%x: f64) -> (f64, f64, f64) {
  %d, %p, %e = special.propagator 1(%x) at [0] : (f64) -> (f64, f64, f64)
  func.return %d, %p, %e : f64, f64, f64
}
// CHECK-LABEL: @number
// CHECK-COUNT-3: scf.while
// CHECK-NOT: scf.while
// CHECK-NOT: special.propagator
// EXEC: number(0.0) == (0.0, 1.0, 1.0)
// EXEC: number(-0.001) ~= (-0.0009995001666250083, 0.9995001666250083, 0.9990004998333750)
// EXEC: number(-1.0) ~= (-0.6321205588285577, 0.6321205588285577, 0.3678794411714423)
// EXEC: number(-40.0) ~= (-1.0, 0.025, 4.248354255291589e-18)
// EXEC: number(3.0) ~= (19.08553692318767, 6.361845641062556, 20.08553692318767)
// EXEC: number(-inf) ~= (-1.0, 9.332636185032189e-302, 0.0)
// EXEC: number(nan) == (nan, nan, nan)

// -----

// What is no place is zero, in every result; equal numbers on the diagonal are nothing special.
func.func @alpha(%x: f64) -> (f64, f64, f64, f64) {
  %y = arith.negf %x : f64
  %e:12 = special.propagator 2(%y, %x, %y) at [0, 1, 3] : (f64, f64, f64) -> (f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64)
  func.return %e#0, %e#1, %e#2, %e#5 : f64, f64, f64, f64
}
// CHECK-LABEL: @alpha
// CHECK-NOT: special.propagator
// EXEC: alpha(0.5) ~= (-0.3934693402873666, 0.3032653298563167, 0.0, 0.1804080208620997)

// -----

// Every lane ends when it is done.
func.func @lanes(%x: f64, %y: f64) -> vector<2xf64> {
  %a = vector.from_elements %x, %y : vector<2xf64>
  %d, %p, %e = special.propagator 1(%a) at [0] : (vector<2xf64>) -> (vector<2xf64>, vector<2xf64>, vector<2xf64>)
  func.return %d : vector<2xf64>
}
// CHECK-LABEL: @lanes
// CHECK-NOT: special.propagator
// EXEC: lanes(-1.0, 3.0) ~= [-0.6321205588285577, 19.08553692318767]
// EXEC: lanes(0.0, -0.001) ~= [0.0, -0.0009995001666250083]
