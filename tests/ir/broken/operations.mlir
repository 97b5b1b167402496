// RUN:

// An operation by itself: operands, results, properties, regions.

func.func @too_few_operands(%x: f64) {
  // expected-error@below {{'arith.addf' expects exactly 2 operands, got 1}}
  %y = "arith.addf"(%x) : (f64) -> f64
  return
}

// -----

func.func @too_many_results(%x: f64) {
  // expected-error@below {{expects exactly 1 results, got 2}}
  %y, %z = "arith.negf"(%x) : (f64) -> (f64, f64)
  return
}

// -----

func.func @float_expected(%x: i64) {
  // expected-error@below {{operand 'lhs' expects a float or a vector of floats, got i64}}
  // expected-error@below {{operand 'rhs' expects a float or a vector of floats, got i64}}
  %y = arith.mulf %x, %x : i64
  return
}

// -----

func.func @two_widths(%x: f64, %y: f32) {
  // expected-error@below {{operand 'rhs' must have the type of 'lhs', got f32}}
  %z = "arith.addf"(%x, %y) : (f64, f32) -> f64
  return
}

// -----

func.func @result_of_another_type(%x: f64) {
  // expected-error@below {{result 'result' must have the type of 'lhs', got f32}}
  %z = "arith.addf"(%x, %x) : (f64, f64) -> f32
  return
}

// -----

func.func @no_value() {
  // expected-error@below {{lacks the property 'value'}}
  %z = "arith.constant"() : () -> f64
  return
}

// -----

func.func @constant_of_another_type() {
  // expected-error@below {{the value has another type than the result}}
  %z = "arith.constant"() <{value = 1.0 : f32}> : () -> f64
  return
}

// -----

func.func @predicate_is_a_string(%x: f64) {
  // expected-error@below {{property 'predicate' expects a IntegerAttr, got "olt"}}
  %z = "arith.cmpf"(%x, %x) <{predicate = "olt"}> : (f64, f64) -> i1
  return
}

// -----

func.func @no_such_predicate(%x: f64) {
  // expected-error@below {{there is no predicate 16}}
  %z = "arith.cmpf"(%x, %x) <{predicate = 16 : i64}> : (f64, f64) -> i1
  return
}

// -----

func.func @no_regions(%c: i1) {
  // expected-error@below {{expects 2 regions, got 0}}
  "scf.if"(%c) : (i1) -> ()
  return
}

// -----

func.func @other_lanes(%c: vector<4xi1>, %x: vector<8xf64>) {
  // expected-error@below {{the condition has another number of lanes than the values}}
  %z = arith.select %c, %x, %x : vector<4xi1>, vector<8xf64>
  return
}

// -----

func.func @cast_drops_lanes(%x: vector<4xi64>) {
  // expected-error@below {{changes the number of lanes}}
  %z = arith.sitofp %x : vector<4xi64> to vector<8xf64>
  return
}

// -----

func.func @extends_to_narrower(%x: i64) {
  // expected-error@below {{i32 is not wider than i64}}
  %z = arith.extui %x : i64 to i32
  // expected-error@below {{i64 is not narrower than i64}}
  %y = arith.trunci %x : i64 to i64
  return
}

// -----

func.func @load_of_another_type(%m: memref<?xf64>, %i: index) {
  // expected-error@below {{accesses memref<?xf64> as f32}}
  %x = "memref.load"(%m, %i) : (memref<?xf64>, index) -> f32
  // expected-error@below {{has 2 indices for memref<?xf64>}}
  %y = memref.load %m[%i, %i] : memref<?xf64>
  return
}

// -----

func.func @vector_of_another_type(%m: memref<?xf64>, %i: index) {
  // expected-error@below {{accesses memref<?xf64> as vector<4xf32>}}
  %x = vector.load %m[%i] : memref<?xf64>, vector<4xf32>
  return
}

// -----

func.func @fills_with_another_type(%x: i64) {
  // expected-error@below {{cannot fill vector<4xf64> with i64}}
  %y = vector.broadcast %x : i64 to vector<4xf64>
  return
}

// -----

// Everything is reported, in the order of the text.

func.func @several(%x: f64) {
  // expected-error@below {{'arith.addf' expects exactly 2 operands, got 1}}
  %y = "arith.addf"(%x) : (f64) -> f64
  // expected-error@below {{'arith.mulf' expects exactly 2 operands, got 1}}
  %z = "arith.mulf"(%x) : (f64) -> f64
  return
}
