// expand-rng turns random draws into arithmetic: Philox 4x32-10, a function of its counters.
// RUN: expand-rng

// Ten rounds of two products each; no draw is left.
"func.func"() <{function_type = (i64, i64, i64) -> f64, sym_name = "draw"}> ({
^bb0(%seed: i64, %step: i64, %id: i64):
  %u = "rng.uniform"(%seed, %step, %id) <{stream = 7 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  "func.return"(%u) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "draw"
// CHECK-COUNT-20: "arith.muli"
// CHECK-NOT: "arith.muli"
// CHECK: "func.return"
// EXEC: draw(1, 2, 3) == 0.4157419101258253
// EXEC: draw(0, 0, 0) == 0.8808924843026472
// EXEC: draw(-1, 9223372036854775807, -2) == 0.6487603124895718

// -----

// The known answers of the authors' library (Random123, kat_vectors: philox4x32 10).
"func.func"() <{function_type = (i64) -> f64, sym_name = "known_answers"}> ({
^bb0(%all: i64):
  %u = "rng.uniform"(%all, %all, %all) <{stream = 0 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  "func.return"(%u) : (f64) -> ()
}) : () -> ()
// 0x6627e8d5e169c58d and 0x408f276d41c83b0e, their upper 53 bits times 2**-53
// EXEC: known_answers(0) == 0.3990464708489645
// EXEC: known_answers(-1) == 0.2521843568554524

// -----

// Numbers of 32 bits have 24 random ones.
"func.func"() <{function_type = (i64, i64, i64) -> f32, sym_name = "single"}> ({
^bb0(%seed: i64, %step: i64, %id: i64):
  %u = "rng.uniform"(%seed, %step, %id) <{stream = 7 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f32
  "func.return"(%u) : (f32) -> ()
}) : () -> ()
// CHECK-LABEL: "single"
// CHECK: f32
// CHECK-NOT: rng.uniform
// EXEC: single(1, 2, 3) == 0.41574186086654663

// -----

// Another stream or draw, another number.
"func.func"() <{function_type = (i64, i64, i64) -> (f64, f64), sym_name = "others"}> ({
^bb0(%seed: i64, %step: i64, %id: i64):
  %u = "rng.uniform"(%seed, %step, %id) <{stream = 8 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  %w = "rng.uniform"(%seed, %step, %id) <{stream = 7 : i64, draw = 1 : i64}> : (i64, i64, i64) -> f64
  "func.return"(%u, %w) : (f64, f64) -> ()
}) : () -> ()
// EXEC: others(1, 2, 3) == (0.9315046435928009, 0.7908076524309374)

// -----

// The largest stream and draw that 32 bits hold.
"func.func"() <{function_type = (i64, i64, i64) -> f64, sym_name = "limits"}> ({
^bb0(%seed: i64, %step: i64, %id: i64):
  %u = "rng.uniform"(%seed, %step, %id) <{stream = 4294967295 : i64, draw = 4294967295 : i64}> : (i64, i64, i64) -> f64
  "func.return"(%u) : (f64) -> ()
}) : () -> ()
// EXEC: limits(1, 2, 3) == 0.22859131888925643

// -----

// Every lane gets the number that it would get alone.
"func.func"() <{function_type = (memref<?xf64>, i64, i64, i64) -> (), sym_name = "lanes"}> ({
^bb0(%v: memref<?xf64>, %seed: i64, %step: i64, %first: i64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %four = "arith.constant"() <{value = 4 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %seeds = "vector.broadcast"(%seed) : (i64) -> vector<4xi64>
  %steps = "vector.broadcast"(%step) : (i64) -> vector<4xi64>
  %start = "vector.broadcast"(%first) : (i64) -> vector<4xi64>
  %up = "arith.constant"() <{value = dense<[0, 1, 2, 3]> : vector<4xi64>}> : () -> vector<4xi64>
  %ids = "arith.addi"(%start, %up) : (vector<4xi64>, vector<4xi64>) -> vector<4xi64>
  %u = "rng.uniform"(%seeds, %steps, %ids) <{stream = 7 : i64, draw = 0 : i64}> : (vector<4xi64>, vector<4xi64>, vector<4xi64>) -> vector<4xf64>
  "vector.store"(%u, %v, %zero) : (vector<4xf64>, memref<?xf64>, index) -> ()
  "scf.for"(%zero, %four, %one) ({
  ^bb0(%i: index):
    %k = "arith.index_cast"(%i) : (index) -> i64
    %id = "arith.addi"(%first, %k) : (i64, i64) -> i64
    %w = "rng.uniform"(%seed, %step, %id) <{stream = 7 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
    %x = "memref.load"(%v, %i) : (memref<?xf64>, index) -> f64
    %d = "arith.subf"(%x, %w) : (f64, f64) -> f64
    "memref.store"(%d, %v, %i) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "lanes"
// CHECK: "arith.muli"{{.*}} : (vector<4xi64>, vector<4xi64>)
// CHECK-NOT: rng.uniform
// EXEC: lanes([9.0] * 4, 1, 2, 3) -> [0.0] * 4

// -----

// Draws 2n and 2n + 1 are the halves of one block: together they cost one.
// RUN: expand-rng,cse
"func.func"() <{function_type = (i64, i64, i64) -> (f64, f64), sym_name = "pair"}> ({
^bb0(%seed: i64, %step: i64, %id: i64):
  %u = "rng.uniform"(%seed, %step, %id) <{stream = 7 : i64, draw = 0 : i64}> : (i64, i64, i64) -> f64
  %w = "rng.uniform"(%seed, %step, %id) <{stream = 7 : i64, draw = 1 : i64}> : (i64, i64, i64) -> f64
  "func.return"(%u, %w) : (f64, f64) -> ()
}) : () -> ()
// CHECK-COUNT-20: "arith.muli"
// CHECK-NOT: "arith.muli"
// EXEC: pair(1, 2, 3) == (0.4157419101258253, 0.7908076524309374)

// -----

// Sixteen neurons in a row need eight blocks for their normal numbers, one for k and k + 8.
"func.func"() <{function_type = (i64, i64, i64) -> (vector<16xf64>), sym_name = "normal_pairs"}> ({
^bb0(%seed: i64, %step: i64, %first: i64):
  %seeds = "vector.broadcast"(%seed) : (i64) -> vector<16xi64>
  %steps = "vector.broadcast"(%step) : (i64) -> vector<16xi64>
  %lanes = "arith.constant"() <{value = dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>}> : () -> vector<16xi64>
  %base = "vector.broadcast"(%first) : (i64) -> vector<16xi64>
  %ids = "arith.addi"(%base, %lanes) : (vector<16xi64>, vector<16xi64>) -> vector<16xi64>
  %n = "rng.normal"(%seeds, %steps, %ids) <{stream = 7 : i64, consecutive = 1 : i64}> : (vector<16xi64>, vector<16xi64>, vector<16xi64>) -> vector<16xf64>
  "func.return"(%n) : (vector<16xf64>) -> ()
}) : () -> ()
// CHECK-LABEL: "normal_pairs"
// CHECK-COUNT-20: "arith.muli"{{.*}}vector<8xi64>
// CHECK-NOT: "arith.muli"
// CHECK: "vector.shuffle"
// CHECK-NOT: rng.normal
