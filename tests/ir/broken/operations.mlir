// RUN:

// An operation by itself: operands, results, properties, regions.

"func.func"() <{function_type = (f64) -> (), sym_name = "too_few_operands"}> ({
^bb0(%x: f64):
  // expected-error@below {{'arith.addf' expects exactly 2 operands, got 1}}
  %y = "arith.addf"(%x) : (f64) -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64) -> (), sym_name = "too_many_results"}> ({
^bb0(%x: f64):
  // expected-error@below {{expects exactly 1 results, got 2}}
  %y, %z = "arith.negf"(%x) : (f64) -> (f64, f64)
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i64) -> (), sym_name = "float_expected"}> ({
^bb0(%x: i64):
  // expected-error@below {{operand 'lhs' expects a float or a vector of floats, got i64}}
  // expected-error@below {{operand 'rhs' expects a float or a vector of floats, got i64}}
  %y = "arith.mulf"(%x, %x) : (i64, i64) -> i64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64, f32) -> (), sym_name = "two_widths"}> ({
^bb0(%x: f64, %y: f32):
  // expected-error@below {{operand 'rhs' must have the type of 'lhs', got f32}}
  %z = "arith.addf"(%x, %y) : (f64, f32) -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64) -> (), sym_name = "result_of_another_type"}> ({
^bb0(%x: f64):
  // expected-error@below {{result 'result' must have the type of 'lhs', got f32}}
  %z = "arith.addf"(%x, %x) : (f64, f64) -> f32
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = () -> (), sym_name = "no_value"}> ({
  // expected-error@below {{lacks the property 'value'}}
  %z = "arith.constant"() : () -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = () -> (), sym_name = "constant_of_another_type"}> ({
  // expected-error@below {{the value has another type than the result}}
  %z = "arith.constant"() <{value = 1.0 : f32}> : () -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64) -> (), sym_name = "predicate_is_a_string"}> ({
^bb0(%x: f64):
  // expected-error@below {{property 'predicate' expects a IntegerAttr, got "olt"}}
  %z = "arith.cmpf"(%x, %x) <{predicate = "olt"}> : (f64, f64) -> i1
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64) -> (), sym_name = "no_such_predicate"}> ({
^bb0(%x: f64):
  // expected-error@below {{there is no predicate 16}}
  %z = "arith.cmpf"(%x, %x) <{predicate = 16 : i64}> : (f64, f64) -> i1
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i1) -> (), sym_name = "no_regions"}> ({
^bb0(%c: i1):
  // expected-error@below {{expects 2 regions, got 0}}
  "scf.if"(%c) : (i1) -> ()
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (vector<4xi1>, vector<8xf64>) -> (), sym_name = "other_lanes"}> ({
^bb0(%c: vector<4xi1>, %x: vector<8xf64>):
  // expected-error@below {{the condition has another number of lanes than the values}}
  %z = "arith.select"(%c, %x, %x) : (vector<4xi1>, vector<8xf64>, vector<8xf64>) -> vector<8xf64>
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (vector<4xi64>) -> (), sym_name = "cast_drops_lanes"}> ({
^bb0(%x: vector<4xi64>):
  // expected-error@below {{changes the number of lanes}}
  %z = "arith.sitofp"(%x) : (vector<4xi64>) -> vector<8xf64>
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i64) -> (), sym_name = "extends_to_narrower"}> ({
^bb0(%x: i64):
  // expected-error@below {{i32 is not wider than i64}}
  %z = "arith.extui"(%x) : (i64) -> i32
  // expected-error@below {{i64 is not narrower than i64}}
  %y = "arith.trunci"(%x) : (i64) -> i64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (memref<?xf64>, index) -> (), sym_name = "load_of_another_type"}> ({
^bb0(%m: memref<?xf64>, %i: index):
  // expected-error@below {{accesses memref<?xf64> as f32}}
  %x = "memref.load"(%m, %i) : (memref<?xf64>, index) -> f32
  // expected-error@below {{has 2 indices for memref<?xf64>}}
  %y = "memref.load"(%m, %i, %i) : (memref<?xf64>, index, index) -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (memref<?xf64>, index) -> (), sym_name = "vector_of_another_type"}> ({
^bb0(%m: memref<?xf64>, %i: index):
  // expected-error@below {{accesses memref<?xf64> as vector<4xf32>}}
  %x = "vector.load"(%m, %i) : (memref<?xf64>, index) -> vector<4xf32>
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i64) -> (), sym_name = "fills_with_another_type"}> ({
^bb0(%x: i64):
  // expected-error@below {{cannot fill vector<4xf64> with i64}}
  %y = "vector.broadcast"(%x) : (i64) -> vector<4xf64>
  "func.return"() : () -> ()
}) : () -> ()

// -----

// Everything is reported, in the order of the text.

"func.func"() <{function_type = (f64) -> (), sym_name = "several"}> ({
^bb0(%x: f64):
  // expected-error@below {{'arith.addf' expects exactly 2 operands, got 1}}
  %y = "arith.addf"(%x) : (f64) -> f64
  // expected-error@below {{'arith.mulf' expects exactly 2 operands, got 1}}
  %z = "arith.mulf"(%x) : (f64) -> f64
  "func.return"() : () -> ()
}) : () -> ()
