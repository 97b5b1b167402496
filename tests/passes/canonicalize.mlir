// canonicalize folds constants and applies algebra that keeps every bit. Every rule has a test of its
// own, made from its examples (test_rules.py); here are the ones that meet in a model, and those
// that look right and are not.
// RUN: canonicalize

// Constants are computed now, in the precision of their type.
"func.func"() <{function_type = () -> f32, sym_name = "folded"}> ({
  %a = "arith.constant"() <{value = 0.1 : f32}> : () -> f32
  %b = "arith.constant"() <{value = 0.2 : f32}> : () -> f32
  %c = "arith.addf"(%a, %b) : (f32, f32) -> f32
  "func.return"(%c) : (f32) -> ()
}) : () -> ()
// CHECK-LABEL: "folded"
// CHECK: "arith.constant"() <{value = {{3.0.*|0.3.*}} : f32}>
// CHECK-NOT: arith.addf
// EXEC: folded() == 0.3

// -----

// Constants go to the right of operations that allow it.
"func.func"() <{function_type = (f64) -> (f64, f64), sym_name = "constant_right"}> ({
^bb0(%x: f64):
  %two = "arith.constant"() <{value = 2.0 : f64}> : () -> f64
  %sum = "arith.addf"(%two, %x) : (f64, f64) -> f64
  %difference = "arith.subf"(%two, %x) : (f64, f64) -> f64
  "func.return"(%sum, %difference) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "constant_right"
// CHECK: %[[SUM:.*]] = "arith.addf"(%x, %two)
// CHECK: "arith.subf"(%two, %x)
// EXEC: constant_right(3.0) == (5.0, -1.0)

// -----

// -0.0 is the neutral element of the sum; 0.0 is not: -0.0 + 0.0 is 0.0.
"func.func"() <{function_type = (f64) -> (f64, f64, f64), sym_name = "zeros"}> ({
^bb0(%x: f64):
  %plus = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
  %minus = "arith.constant"() <{value = -0.0 : f64}> : () -> f64
  %a = "arith.addf"(%x, %minus) : (f64, f64) -> f64
  %b = "arith.addf"(%x, %plus) : (f64, f64) -> f64
  %c = "arith.subf"(%x, %plus) : (f64, f64) -> f64
  "func.return"(%a, %b, %c) : (f64, f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "zeros"
// CHECK: %b = "arith.addf"(%x, %plus)
// CHECK: "func.return"(%x, %b, %x)
// EXEC: zeros(-0.0) == (-0.0, 0.0, -0.0)
// EXEC: zeros(nan) == (nan, nan, nan)

// -----

// x * 0.0 is not 0.0: x may be negative, infinite or NaN. x - x neither.
"func.func"() <{function_type = (f64) -> (f64, f64), sym_name = "not_zero"}> ({
^bb0(%x: f64):
  %zero = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
  %product = "arith.mulf"(%x, %zero) : (f64, f64) -> f64
  %difference = "arith.subf"(%x, %x) : (f64, f64) -> f64
  "func.return"(%product, %difference) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "not_zero"
// CHECK: "arith.mulf"
// CHECK: "arith.subf"
// EXEC: not_zero(-1.0) == (-0.0, 0.0)
// EXEC: not_zero(inf) == (nan, nan)

// -----

// Sums are not regrouped: that would round differently.
"func.func"() <{function_type = (f64) -> f64, sym_name = "not_regrouped"}> ({
^bb0(%x: f64):
  %a = "arith.constant"() <{value = 1.0e16 : f64}> : () -> f64
  %b = "arith.constant"() <{value = -1.0e16 : f64}> : () -> f64
  %s = "arith.addf"(%x, %a) : (f64, f64) -> f64
  %t = "arith.addf"(%s, %b) : (f64, f64) -> f64
  "func.return"(%t) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "not_regrouped"
// CHECK-COUNT-2: "arith.addf"
// EXEC: not_regrouped(1.0) == 0.0

// -----

// Signs vanish into sums and differences.
"func.func"() <{function_type = (f64, f64) -> (f64, f64), sym_name = "signs"}> ({
^bb0(%x: f64, %y: f64):
  %n = "arith.negf"(%y) : (f64) -> f64
  %a = "arith.addf"(%x, %n) : (f64, f64) -> f64
  %b = "arith.subf"(%x, %n) : (f64, f64) -> f64
  "func.return"(%a, %b) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "signs"
// CHECK: %[[A:.*]] = "arith.subf"(%x, %y)
// CHECK: %[[B:.*]] = "arith.addf"(%x, %y)
// EXEC: signs(5.0, 3.0) == (2.0, 8.0)
// EXEC: signs(0.0, 0.0) == (0.0, 0.0)

// -----

// Dividing by a power of two is multiplying by another one; by 3.0 it would round differently.
"func.func"() <{function_type = (f64) -> (f64, f64), sym_name = "quotients"}> ({
^bb0(%x: f64):
  %four = "arith.constant"() <{value = 4.0 : f64}> : () -> f64
  %three = "arith.constant"() <{value = 3.0 : f64}> : () -> f64
  %a = "arith.divf"(%x, %four) : (f64, f64) -> f64
  %b = "arith.divf"(%x, %three) : (f64, f64) -> f64
  "func.return"(%a, %b) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "quotients"
// CHECK: "arith.mulf"
// CHECK: "arith.divf"(%x, %three)
// EXEC: quotients(1.0) == (0.25, 0.3333333333333333)

// -----

// Integers wrap around at their width.
"func.func"() <{function_type = () -> (i8, i64), sym_name = "wrapped"}> ({
  %a = "arith.constant"() <{value = 127 : i8}> : () -> i8
  %b = "arith.constant"() <{value = 1 : i8}> : () -> i8
  %c = "arith.constant"() <{value = 9223372036854775807 : i64}> : () -> i64
  %d = "arith.constant"() <{value = 1 : i64}> : () -> i64
  %e = "arith.addi"(%a, %b) : (i8, i8) -> i8
  %f = "arith.addi"(%c, %d) : (i64, i64) -> i64
  "func.return"(%e, %f) : (i8, i64) -> ()
}) : () -> ()
// CHECK-LABEL: "wrapped"
// CHECK-NOT: arith.addi
// EXEC: wrapped() == (-128, -9223372036854775808)

// -----

// A conversion cuts off what does not fit.
"func.func"() <{function_type = () -> (i32, i8), sym_name = "cut"}> ({
  %a = "arith.constant"() <{value = 4294967298 : index}> : () -> index
  %b = "arith.index_cast"(%a) : (index) -> i32
  %c = "arith.constant"() <{value = 300 : i64}> : () -> i64
  %d = "arith.trunci"(%c) : (i64) -> i8
  "func.return"(%b, %d) : (i32, i8) -> ()
}) : () -> ()
// CHECK-LABEL: "cut"
// CHECK-NOT: arith.index_cast
// EXEC: cut() == (2, 44)

// -----

// The only bit of a truth value is its sign: true is -1 where numbers have signs.
"func.func"() <{function_type = () -> (i1, i1, f64), sym_name = "signed_truth"}> ({
  %t = "arith.constant"() <{value = true}> : () -> i1
  %f = "arith.constant"() <{value = false}> : () -> i1
  %less = "arith.cmpi"(%t, %f) <{predicate = 2 : i64}> : (i1, i1) -> i1
  %smaller = "arith.minsi"(%t, %f) : (i1, i1) -> i1
  %number = "arith.sitofp"(%t) : (i1) -> f64
  "func.return"(%less, %smaller, %number) : (i1, i1, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "signed_truth"
// CHECK-NOT: arith.cmpi
// EXEC: signed_truth() == (true, true, -1.0)

// -----

// Division by zero is not computed now.
"func.func"() <{function_type = (i1, i64) -> i64, sym_name = "divided"}> ({
^bb0(%c: i1, %a: i64):
  %zero = "arith.constant"() <{value = 0 : i64}> : () -> i64
  %one = "arith.constant"() <{value = 1 : i64}> : () -> i64
  %r = "scf.if"(%c) ({
    %q = "arith.divsi"(%one, %zero) : (i64, i64) -> i64
    "scf.yield"(%q) : (i64) -> ()
  }, {
    "scf.yield"(%a) : (i64) -> ()
  }) : (i1) -> i64
  "func.return"(%r) : (i64) -> ()
}) : () -> ()
// CHECK-LABEL: "divided"
// CHECK: "arith.divsi"
// EXEC: divided(false, 3) == 3

// -----

// The negation of a comparison is its opposite; NaN is neither less nor greater.
"func.func"() <{function_type = (f64, f64) -> i1, sym_name = "opposite"}> ({
^bb0(%x: f64, %y: f64):
  %true = "arith.constant"() <{value = true}> : () -> i1
  %less = "arith.cmpf"(%x, %y) <{predicate = 4 : i64}> : (f64, f64) -> i1
  %not = "arith.xori"(%less, %true) : (i1, i1) -> i1
  "func.return"(%not) : (i1) -> ()
}) : () -> ()
// CHECK-LABEL: "opposite"
// CHECK: "arith.cmpf"(%x, %y) <{predicate = 10 : i64}>
// EXEC: opposite(1.0, 2.0) == false
// EXEC: opposite(2.0, 2.0) == true
// EXEC: opposite(nan, 2.0) == true

// -----

// A choice that is known, or is none.
"func.func"() <{function_type = (i1, f64, f64) -> (f64, f64), sym_name = "choices"}> ({
^bb0(%c: i1, %x: f64, %y: f64):
  %true = "arith.constant"() <{value = true}> : () -> i1
  %a = "arith.select"(%true, %x, %y) : (i1, f64, f64) -> f64
  %b = "arith.select"(%c, %y, %y) : (i1, f64, f64) -> f64
  "func.return"(%a, %b) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "choices"
// CHECK: "func.return"(%x, %y)
// EXEC: choices(false, 1.0, 2.0) == (1.0, 2.0)

// -----

// A branch that is known takes the place of the branching.
"func.func"() <{function_type = (memref<?xf64>, f64) -> f64, sym_name = "known_branch"}> ({
^bb0(%v: memref<?xf64>, %x: f64):
  %true = "arith.constant"() <{value = true}> : () -> i1
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %r = "scf.if"(%true) ({
    "memref.store"(%x, %v, %zero) : (f64, memref<?xf64>, index) -> ()
    %y = "arith.addf"(%x, %x) : (f64, f64) -> f64
    "scf.yield"(%y) : (f64) -> ()
  }, {
    "scf.yield"(%x) : (f64) -> ()
  }) : (i1) -> f64
  "func.return"(%r) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "known_branch"
// CHECK-NOT: scf.if
// CHECK: "memref.store"
// CHECK: %y = "arith.addf"
// CHECK: "func.return"(%y)
// EXEC: known_branch([0.0], 2.0) == 4.0 -> [2.0]

// -----

// Inside a branch its condition is known; in its other branch as well.
"func.func"() <{function_type = (i1, f64, f64) -> f64, sym_name = "branch_in_branch"}> ({
^bb0(%c: i1, %x: f64, %y: f64):
  %r = "scf.if"(%c) ({
    %s = "scf.if"(%c) ({
      %u = "arith.addf"(%x, %x) : (f64, f64) -> f64
      "scf.yield"(%u) : (f64) -> ()
    }, {
      %w = "arith.addf"(%y, %y) : (f64, f64) -> f64
      "scf.yield"(%w) : (f64) -> ()
    }) : (i1) -> f64
    "scf.yield"(%s) : (f64) -> ()
  }, {
    %t = "scf.if"(%c) ({
      %u2 = "arith.mulf"(%x, %x) : (f64, f64) -> f64
      "scf.yield"(%u2) : (f64) -> ()
    }, {
      %w2 = "arith.mulf"(%y, %y) : (f64, f64) -> f64
      "scf.yield"(%w2) : (f64) -> ()
    }) : (i1) -> f64
    "scf.yield"(%t) : (f64) -> ()
  }) : (i1) -> f64
  "func.return"(%r) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "branch_in_branch"
// CHECK-COUNT-1: scf.if
// CHECK-NOT: scf.if
// CHECK: "arith.addf"(%x, %x)
// CHECK: "arith.mulf"(%y, %y)
// CHECK: "func.return"
// EXEC: branch_in_branch(true, 3.0, 5.0) == 6.0
// EXEC: branch_in_branch(false, 3.0, 5.0) == 25.0

// -----

// A loop that never runs gives its initial values, one that runs once is its body.
"func.func"() <{function_type = (f64) -> (f64, f64, f64), sym_name = "short_loops"}> ({
^bb0(%x: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %three = "arith.constant"() <{value = 3 : index}> : () -> index
  %two = "arith.constant"() <{value = 2 : index}> : () -> index
  %never = "scf.for"(%three, %two, %one, %x) ({
  ^bb0(%i: index, %s: f64):
    %d = "arith.addf"(%s, %s) : (f64, f64) -> f64
    "scf.yield"(%d) : (f64) -> ()
  }) : (index, index, index, f64) -> f64
  %once = "scf.for"(%two, %three, %one, %x) ({
  ^bb0(%j: index, %s2: f64):
    %d2 = "arith.addf"(%s2, %s2) : (f64, f64) -> f64
    "scf.yield"(%d2) : (f64) -> ()
  }) : (index, index, index, f64) -> f64
  %twice = "scf.for"(%one, %three, %one, %x) ({
  ^bb0(%k: index, %s3: f64):
    %d3 = "arith.addf"(%s3, %s3) : (f64, f64) -> f64
    "scf.yield"(%d3) : (f64) -> ()
  }) : (index, index, index, f64) -> f64
  "func.return"(%never, %once, %twice) : (f64, f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "short_loops"
// CHECK: "arith.addf"(%x, %x)
// CHECK: "scf.for"
// EXEC: short_loops(1.5) == (1.5, 3.0, 6.0)

// -----

// What a loop only hands on goes around it.
"func.func"() <{function_type = (index, f64, f64) -> (f64, f64), sym_name = "handed_on"}> ({
^bb0(%n: index, %x: f64, %y: f64):
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %a, %b = "scf.for"(%zero, %n, %one, %x, %y) ({
  ^bb0(%i: index, %s: f64, %t: f64):
    %d = "arith.addf"(%s, %t) : (f64, f64) -> f64
    "scf.yield"(%d, %t) : (f64, f64) -> ()
  }) : (index, index, index, f64, f64) -> (f64, f64)
  "func.return"(%a, %b) : (f64, f64) -> ()
}) : () -> ()
// CHECK-LABEL: "handed_on"
// CHECK: "arith.addf"(%s, %y)
// CHECK: "func.return"(%{{.*}}, %y)
// EXEC: handed_on(3, 1.0, 2.0) == (7.0, 2.0)
// EXEC: handed_on(0, 1.0, 2.0) == (1.0, 2.0)

// -----

// The location of the new operation is that of the old one.
// RUN: canonicalize --locations
"func.func"() <{function_type = (f64) -> f64, sym_name = "locations"}> ({
^bb0(%x: f64):
  %four = "arith.constant"() <{value = 4.0 : f64}> : () -> f64
  %y = "arith.divf"(%x, %four) : (f64, f64) -> f64
  "func.return"(%y) : (f64) -> ()
}) : () -> ()
// CHECK-LABEL: "locations"
// CHECK: "arith.mulf"{{.*}} loc("{{.*}}canonicalize.mlir":
