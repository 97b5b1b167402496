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

// -----

func.func @no_such_atomic(%m: memref<?xf64>, %n: memref<?xi32>, %x: f64, %k: i32, %i: index) {
  // expected-error@below {{'maxs' cannot combine numbers of type f64}}
  %a = memref.atomic_rmw maxs %x, %m[%i] : (f64, memref<?xf64>) -> f64
  // expected-error@below {{'addf' cannot combine numbers of type i32}}
  %b = memref.atomic_rmw addf %k, %n[%i] : (i32, memref<?xi32>) -> i32
  // expected-error@below {{is of an unknown kind; there are addf, addi, andi, maxs}}
  %c = memref.atomic_rmw mulf %x, %m[%i] : (f64, memref<?xf64>) -> f64
  // expected-error@below {{is of an unknown kind}}
  %d = "memref.atomic_rmw"(%x, %m, %i) <{kind = 77 : i64}> : (f64, memref<?xf64>, index) -> f64
  // expected-error@below {{accesses memref<?xi32> as f64}}
  %e = memref.atomic_rmw addf %x, %n[%i] : (f64, memref<?xi32>) -> f64
  // expected-error@below {{has 2 indices for memref<?xi32>}}
  %f = memref.atomic_rmw addi %k, %n[%i, %i] : (i32, memref<?xi32>) -> i32
  return
}

// -----

func.func @narrow_atomic(%m: memref<?xi8>, %x: i8, %i: index) {
  // expected-error@below {{'addi' cannot combine numbers of type i8}}
  %a = memref.atomic_rmw addi %x, %m[%i] : (i8, memref<?xi8>) -> i8
  return
}

// -----

func.func @strange_votes(%all: i32, %yes: i1, %x: i16) {
  // expected-error@below {{has the kind 'vote_sync_kind some'}}
  // expected-error@below {{of the kind 'some' gives i1, not i32}}
  %a = nvvm.vote.sync some %all, %yes -> i32
  // expected-error@below {{of the kind 'ballot' gives i32, not i1}}
  %b = nvvm.vote.sync ballot %all, %yes -> i1
  // expected-error@below {{has the mode 'shuffle_mode left'}}
  %c, %d = gpu.shuffle left %all, %all, %all : i32
  // expected-error@below {{moves 32 or 64 bits, not i16}}
  %e, %f = gpu.shuffle idx %x, %all, %all : i16
  // expected-error@below {{operand 'offset' expects i32, got i16}}
  %g, %h = "gpu.shuffle"(%all, %x, %all) <{mode = #gpu<shuffle_mode idx>}> : (i32, i16, i32) -> (i32, i1)
  return
}

// -----

func.func @wide_words(%m: memref<?xi64>, %hit: i1, %i: index) {
  // expected-error@below {{a mask of spikes has words of i32, not those of memref<?xi64>}}
  syn.mark %hit, %i to %m[%i] : i1, memref<?xi64>
  return
}

// -----

func.func @memory_of_blocks(%n: index) {
  // expected-error@below {{allocates numbers in the memory of a block (memref<..., 3>)}}
  %a = memref.alloc() : memref<4xf64>
  // expected-error@below {{allocates numbers in the memory of a block}}
  %b = memref.alloc() : memref<4xmemref<?xf64>, 3>
  // expected-error@below {{has a size that is not known now}}
  %c = memref.alloc(%n) : memref<?xf64, 3>
  // expected-error@below {{has a size that is not known now}}
  %d = memref.alloc() : memref<?xf64, 3>
  %one = arith.constant 1 : index
  scf.for %i = %one to %n step %one {
    // expected-error@below {{must not stand in a loop or branch}}
    %e = memref.alloc() : memref<4xf64, 3>
  }
  return
}

// -----

func.func @dimensions() {
  // expected-error@below {{grids have one dimension, x}}
  %a = gpu.thread_id y
  return
}
