// vectorize-rows computes several synapses of a row at once; what they share changes one by one.
// RUN: vectorize-rows{bytes=32}

// Traces of post neurons are gathered, weights have lanes, sums grow in the order of the synapses,
// also where one post neuron has several synapses. What is left at the end stays as it was.
"func.func"() <{function_type = (memref<?xi16>, memref<?xf64>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "row"}> ({
^bb0(%post: memref<?xi16>, %w: memref<?xf64>, %trace: memref<?xf64>, %g: memref<?xf64>, %begin: index, %end: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  "scf.for"(%begin, %end, %one) ({
  ^bb0(%s: index):
    %rank = "memref.load"(%post, %s) : (memref<?xi16>, index) -> i16
    %wide = "arith.extui"(%rank) : (i16) -> i64
    %j = "arith.index_cast"(%wide) : (i64) -> index
    %x = "memref.load"(%trace, %j) : (memref<?xf64>, index) -> f64
    %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
    %grown = "arith.addf"(%old, %x) : (f64, f64) -> f64
    %before = "memref.load"(%g, %j) : (memref<?xf64>, index) -> f64
    %after = "arith.addf"(%before, %grown) : (f64, f64) -> f64
    "memref.store"(%after, %g, %j) : (f64, memref<?xf64>, index) -> ()
    %twice = "arith.mulf"(%grown, %x) : (f64, f64) -> f64
    "memref.store"(%twice, %w, %s) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "row"
// CHECK: "scf.for"(%begin, %middle
// CHECK: %x = "vector.gather"(%trace, {{.*}}, %j
// CHECK: %old = "vector.load"(%w, %s) : (memref<?xf64>, index) -> vector<4xf64>
// CHECK: "vector.store"(%twice, %w, %s)
// CHECK-COUNT-4: "memref.store"({{.*}}, %g
// CHECK: "scf.for"(%middle, %end
// EXEC: row([1, 1, 0, 2, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], 0, 6) -> _, [6.0, 8.0, 1.75, 5.0, 14.0, 16.0], _, [3.5, 22.0, 5.0]
// EXEC: row([1, 1, 0, 2, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], 3, 3) -> _, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], _, [0.0, 0.0, 0.0]
// EXEC: row([1, 1, 0, 2, 1, 1], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], 5, 1) -> _, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], _, [0.0, 0.0, 0.0]

// -----

// A branch runs if any lane takes it; lanes that do not read the first element, and keep theirs.
"func.func"() <{function_type = (memref<?xi32>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "branch"}> ({
^bb0(%post: memref<?xi32>, %w: memref<?xf64>, %trace: memref<?xf64>, %begin: index, %end: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  "scf.for"(%begin, %end, %one) ({
  ^bb0(%s: index):
    %rank = "memref.load"(%post, %s) : (memref<?xi32>, index) -> i32
    %j = "arith.index_cast"(%rank) : (i32) -> index
    %there = "arith.cmpi"(%j, %zero) <{predicate = 5 : i64}> : (index, index) -> i1
    "scf.if"(%there) ({
      %x = "memref.load"(%trace, %j) : (memref<?xf64>, index) -> f64
      %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
      %grown = "arith.addf"(%old, %x) : (f64, f64) -> f64
      "memref.store"(%grown, %w, %s) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }, {
      %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
      %less = "arith.negf"(%old) : (f64) -> f64
      "memref.store"(%less, %w, %s) : (f64, memref<?xf64>, index) -> ()
      "scf.yield"() : () -> ()
    }) : (i1) -> ()
    %now = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
    %k = "arith.index_cast"(%rank) : (i32) -> index
    %most = "arith.maxsi"(%k, %zero) : (index, index) -> index
    %y = "memref.load"(%trace, %most) : (memref<?xf64>, index) -> f64
    %all = "arith.mulf"(%now, %y) : (f64, f64) -> f64
    "memref.store"(%all, %w, %s) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "branch"
// CHECK: %[[ANY:.*]] = "vector.reduction"(%there)
// CHECK: "scf.if"(%[[ANY]])
// CHECK: %[[AT:.*]] = "arith.select"(%there, %j
// CHECK: "vector.gather"(%trace, {{.*}}, %[[AT]]
// EXEC: branch([1, -5, 0, -1, 1], [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0], 0, 5) -> _, [12.0, -4.0, 10.0, -8.0, 24.0], _
// EXEC: branch([-1, -5, -7, -1, 1], [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 3.0], 0, 5) -> _, [-2.0, -4.0, -6.0, -8.0, 24.0], _

// -----

// A loop that lanes end at different times goes on as long as any of them does; the others wait.
"func.func"() <{function_type = (memref<?xi32>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "rounds"}> ({
^bb0(%post: memref<?xi32>, %w: memref<?xf64>, %trace: memref<?xf64>, %begin: index, %end: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %zero = "arith.constant"() <{value = 0 : index}> : () -> index
  %two = "arith.constant"() <{value = 2 : index}> : () -> index
  "scf.for"(%begin, %end, %one) ({
  ^bb0(%s: index):
    %rank = "memref.load"(%post, %s) : (memref<?xi32>, index) -> i32
    %j = "arith.index_cast"(%rank) : (i32) -> index
    %x = "memref.load"(%trace, %j) : (memref<?xf64>, index) -> f64
    %often = "arith.cmpi"(%j, %two) <{predicate = 5 : i64}> : (index, index) -> i1
    "scf.if"(%often) ({
      "scf.for"(%zero, %j, %one) ({
      ^bb1(%i: index):
        %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
        %grown = "arith.addf"(%old, %x) : (f64, f64) -> f64
        "memref.store"(%grown, %w, %s) : (f64, memref<?xf64>, index) -> ()
        "scf.yield"() : () -> ()
      }) : (index, index, index) -> ()
      "scf.yield"() : () -> ()
    }, {}) : (i1) -> ()
    %now = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
    %all = "arith.mulf"(%now, %x) : (f64, f64) -> f64
    "memref.store"(%all, %w, %s) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "rounds"
// CHECK: "scf.for"(%begin, %middle
// CHECK: %[[ANY:.*]] = "vector.reduction"(%often)
// CHECK: "scf.if"(%[[ANY]])
// CHECK: %[[TURNS:.*]] = "arith.select"(%often, %j,
// CHECK: %[[MOST:.*]] = "vector.reduction"(%[[TURNS]]) <{kind = #vector.kind<maxsi>}>
// CHECK: "scf.for"(%zero, %[[MOST]], %one)
// CHECK: "arith.cmpi"({{.*}}, %[[TURNS]])
// CHECK: "vector.store"
// CHECK: "scf.for"(%middle, %end
// EXEC: rounds([1, 0, 1, 0, 3, 1, 2, 0, 3], [1.0] * 9, [2.0, 3.0, 4.0, 5.0], 0, 9) -> _, [3.0, 2.0, 3.0, 2.0, 80.0, 3.0, 36.0, 2.0, 80.0], _

// -----

// Where lanes begin a loop at different numbers, they run it one after the other.
"func.func"() <{function_type = (memref<?xi32>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "one_by_one"}> ({
^bb0(%post: memref<?xi32>, %w: memref<?xf64>, %trace: memref<?xf64>, %begin: index, %end: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  %two = "arith.constant"() <{value = 2 : index}> : () -> index
  %four = "arith.constant"() <{value = 4 : index}> : () -> index
  "scf.for"(%begin, %end, %one) ({
  ^bb0(%s: index):
    %rank = "memref.load"(%post, %s) : (memref<?xi32>, index) -> i32
    %j = "arith.index_cast"(%rank) : (i32) -> index
    %x = "memref.load"(%trace, %j) : (memref<?xf64>, index) -> f64
    %often = "arith.cmpi"(%j, %two) <{predicate = 5 : i64}> : (index, index) -> i1
    "scf.if"(%often) ({
      "scf.for"(%j, %four, %one) ({
      ^bb1(%i: index):
        %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
        %grown = "arith.addf"(%old, %x) : (f64, f64) -> f64
        "memref.store"(%grown, %w, %s) : (f64, memref<?xf64>, index) -> ()
        "scf.yield"() : () -> ()
      }) : (index, index, index) -> ()
      "scf.yield"() : () -> ()
    }, {}) : (i1) -> ()
    %now = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
    %all = "arith.mulf"(%now, %x) : (f64, f64) -> f64
    "memref.store"(%all, %w, %s) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "one_by_one"
// CHECK: "scf.for"(%begin, %middle
// CHECK: %[[ANY:.*]] = "vector.reduction"(%often)
// CHECK: "scf.if"(%[[ANY]])
// CHECK: "scf.for"(%s, {{.*}}, %one)
// CHECK: "vector.store"
// CHECK: "scf.for"(%middle, %end
// EXEC: one_by_one([1, 0, 1, 0, 3, 1, 2, 0, 3], [1.0] * 9, [2.0, 3.0, 4.0, 5.0], 0, 9) -> _, [3.0, 2.0, 3.0, 2.0, 30.0, 3.0, 36.0, 2.0, 30.0], _

// -----

// What needs a sum that synapses share cannot be computed for several of them before it is known.
"func.func"() <{function_type = (memref<?xi32>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "depends"}> ({
^bb0(%post: memref<?xi32>, %w: memref<?xf64>, %g: memref<?xf64>, %begin: index, %end: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{%w depends on what is changed synapse by synapse}}
  "scf.for"(%begin, %end, %one) ({
  ^bb0(%s: index):
    %rank = "memref.load"(%post, %s) : (memref<?xi32>, index) -> i32
    %j = "arith.index_cast"(%rank) : (i32) -> index
    %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
    %twice = "arith.addf"(%old, %old) : (f64, f64) -> f64
    %more = "arith.mulf"(%twice, %old) : (f64, f64) -> f64
    %sum = "memref.load"(%g, %j) : (memref<?xf64>, index) -> f64
    %after = "arith.addf"(%sum, %more) : (f64, f64) -> f64
    "memref.store"(%after, %g, %j) : (f64, memref<?xf64>, index) -> ()
    "memref.store"(%after, %w, %s) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "depends"
// CHECK-NOT: vector
// EXEC: depends([0, 0, 0, 0, 0], [1.0] * 5, [0.0], 0, 5) -> _, [2.0, 4.0, 6.0, 8.0, 10.0], [10.0]

// -----

// Adding weights to sums is nothing but that.
"func.func"() <{function_type = (memref<?xi32>, memref<?xf64>, memref<?xf64>, index, index) -> (), sym_name = "sums"}> ({
^bb0(%post: memref<?xi32>, %w: memref<?xf64>, %g: memref<?xf64>, %begin: index, %end: index):
  %one = "arith.constant"() <{value = 1 : index}> : () -> index
  // expected-remark@below {{most of its work is done synapse by synapse, in order}}
  "scf.for"(%begin, %end, %one) ({
  ^bb0(%s: index):
    %rank = "memref.load"(%post, %s) : (memref<?xi32>, index) -> i32
    %j = "arith.index_cast"(%rank) : (i32) -> index
    %old = "memref.load"(%w, %s) : (memref<?xf64>, index) -> f64
    %sum = "memref.load"(%g, %j) : (memref<?xf64>, index) -> f64
    %after = "arith.addf"(%sum, %old) : (f64, f64) -> f64
    "memref.store"(%after, %g, %j) : (f64, memref<?xf64>, index) -> ()
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "sums"
// CHECK-NOT: vector
