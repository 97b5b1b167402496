// expand-rng turns random draws into arithmetic: Philox 4x32-10, a function of its counters.
// RUN: expand-rng

// Ten rounds of two products each; no draw is left.
func.func @draw(%seed: i64, %step: i64, %id: i64) -> f64 {
  %u = rng.uniform %seed, %step, %id stream 7 : (i64, i64, i64) -> f64
  return %u : f64
}
// CHECK-LABEL: func.func @draw(
// CHECK-COUNT-20: arith.muli
// CHECK-NOT: arith.muli
// CHECK: return
// EXEC: draw(1, 2, 3) == 0.4157419101258253
// EXEC: draw(0, 0, 0) == 0.8808924843026472
// EXEC: draw(-1, 9223372036854775807, -2) == 0.6487603124895718

// -----

// The known answers of the authors' library (Random123, kat_vectors: philox4x32 10).
func.func @known_answers(%all: i64) -> f64 {
  %u = rng.uniform %all, %all, %all stream 0 : (i64, i64, i64) -> f64
  return %u : f64
}
// 0x6627e8d5e169c58d and 0x408f276d41c83b0e, their upper 53 bits times 2**-53
// CHECK-NOT: rng.uniform
// EXEC: known_answers(0) == 0.3990464708489645
// EXEC: known_answers(-1) == 0.2521843568554524

// -----

// Numbers of 32 bits have 24 random ones.
func.func @single(%seed: i64, %step: i64, %id: i64) -> f32 {
  %u = rng.uniform %seed, %step, %id stream 7 : (i64, i64, i64) -> f32
  return %u : f32
}
// CHECK-LABEL: func.func @single(
// CHECK: f32
// CHECK-NOT: rng.uniform
// EXEC: single(1, 2, 3) == 0.41574186086654663

// -----

// Another stream or draw, another number.
func.func @others(%seed: i64, %step: i64, %id: i64) -> (f64, f64) {
  %u = rng.uniform %seed, %step, %id stream 8 : (i64, i64, i64) -> f64
  %w = rng.uniform %seed, %step, %id stream 7 draw 1 : (i64, i64, i64) -> f64
  return %u, %w : f64, f64
}
// CHECK-NOT: rng.uniform
// EXEC: others(1, 2, 3) == (0.9315046435928009, 0.7908076524309374)

// -----

// The largest stream and draw that 32 bits hold.
func.func @limits(%seed: i64, %step: i64, %id: i64) -> f64 {
  %u = rng.uniform %seed, %step, %id stream 4294967295 draw 4294967295 : (i64, i64, i64) -> f64
  return %u : f64
}
// CHECK-NOT: rng.uniform
// EXEC: limits(1, 2, 3) == 0.22859131888925643

// -----

// Every lane gets the number that it would get alone.
func.func @lanes(%v: memref<?xf64>, %seed: i64, %step: i64, %first: i64) {
  %zero = arith.constant 0 : index
  %four = arith.constant 4 : index
  %one = arith.constant 1 : index
  %seeds = vector.broadcast %seed : i64 to vector<4xi64>
  %steps = vector.broadcast %step : i64 to vector<4xi64>
  %start = vector.broadcast %first : i64 to vector<4xi64>
  %up = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
  %ids = arith.addi %start, %up : vector<4xi64>
  %u = rng.uniform %seeds, %steps, %ids stream 7 : (vector<4xi64>, vector<4xi64>, vector<4xi64>) -> vector<4xf64>
  vector.store %u, %v[%zero] : memref<?xf64>, vector<4xf64>
  scf.for %i = %zero to %four step %one {
    %k = arith.index_cast %i : index to i64
    %id = arith.addi %first, %k : i64
    %w = rng.uniform %seed, %step, %id stream 7 : (i64, i64, i64) -> f64
    %x = memref.load %v[%i] : memref<?xf64>
    %d = arith.subf %x, %w : f64
    memref.store %d, %v[%i] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @lanes(
// CHECK: arith.muli {{.*}} : vector<4xi64>
// CHECK-NOT: rng.uniform
// EXEC: lanes([9.0] * 4, 1, 2, 3) -> [0.0] * 4

// -----

// Draws 2n and 2n + 1 are the halves of one block: together they cost one.
// RUN: expand-rng,cse
func.func @pair(%seed: i64, %step: i64, %id: i64) -> (f64, f64) {
  %u = rng.uniform %seed, %step, %id stream 7 : (i64, i64, i64) -> f64
  %w = rng.uniform %seed, %step, %id stream 7 draw 1 : (i64, i64, i64) -> f64
  return %u, %w : f64, f64
}
// CHECK-COUNT-20: arith.muli
// CHECK-NOT: arith.muli
// EXEC: pair(1, 2, 3) == (0.4157419101258253, 0.7908076524309374)

// -----

// Sixteen neurons in a row need eight blocks for their normal numbers, one for k and k + 8.
func.func @normal_pairs(%seed: i64, %step: i64, %first: i64) -> vector<16xf64> {
  %seeds = vector.broadcast %seed : i64 to vector<16xi64>
  %steps = vector.broadcast %step : i64 to vector<16xi64>
  %lanes = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
  %base = vector.broadcast %first : i64 to vector<16xi64>
  %ids = arith.addi %base, %lanes : vector<16xi64>
  %n = rng.normal %seeds, %steps, %ids stream 7 consecutive : (vector<16xi64>, vector<16xi64>, vector<16xi64>) -> vector<16xf64>
  return %n : vector<16xf64>
}
// CHECK-LABEL: func.func @normal_pairs(
// CHECK-COUNT-20: arith.muli{{.*}}vector<8xi64>
// CHECK-NOT: arith.muli
// CHECK: vector.shuffle
// CHECK-NOT: rng.normal

// -----

// Words of 32 bits: both halves of each product, and the same numbers.
// RUN: expand-rng{words=32}
func.func @short(%seed: i64, %step: i64, %id: i64) -> (f64, f32) {
  %u = rng.uniform %seed, %step, %id stream 7 : (i64, i64, i64) -> f64
  %s = rng.uniform %seed, %step, %id stream 4294967295 draw 4294967295 : (i64, i64, i64) -> f32
  return %u, %s : f64, f32
}
// CHECK-LABEL: func.func @short(
// CHECK-COUNT-40: arith.mului_extended {{.*}} : i32
// CHECK-NOT: {{mului_extended|arith.muli}}
// CHECK: return
// EXEC: short(1, 2, 3) == (0.4157419101258253, 0.22859126329421997)
// EXEC: short(-1, 9223372036854775807, -2) == (0.6487603124895718, 0.47873562574386597)

// -----

// The known answers again. Attempts of a loop have blocks of their own.
// RUN: expand-rng{words=32}
func.func @short_answers(%all: i64, %shape: f64) -> (f64, f64) {
  %u = rng.uniform %all, %all, %all stream 0 : (i64, i64, i64) -> f64
  %g = rng.gamma %all, %all, %all, %shape stream 0 : (i64, i64, i64, f64) -> f64
  return %u, %g : f64, f64
}
// CHECK-LABEL: func.func @short_answers(
// CHECK-NOT: {{rng\.|vector<}}
// EXEC: short_answers(0, nan) == (0.3990464708489645, nan)
// EXEC: short_answers(-1, nan) == (0.2521843568554524, nan)
