// RUN:

// Regions, blocks and their ends.

func.func @ends_too_early() {
  // expected-error@below {{'func.return' must be the last operation of its block}}
  return
  return
}

// -----

// expected-error@below {{has a block that does not end with a terminator}}
// expected-error@below {{must end with func.return}}
func.func @does_not_end() {
  %x = arith.constant 1.0 : f64
}

// -----

// expected-error@below {{must end with func.return}}
func.func @ends_with_another() {
  // expected-error@below {{'scf.yield' does not belong into 'func.func'}}
  scf.yield
}

// -----

// expected-error@below {{returns other types than the function type says}}
func.func @returns_nothing() -> f64 {
  return
}

// -----

// expected-error@below {{argument 0: there is no role of a buffer 'atribute'; there are attribute, }}
func.func @role(%x: memref<?xf64> {ranvier.buffer = {owner = "p", name = "x", role = "atribute", extent = "one"}}) {
  return
}

// -----

// expected-error@below {{argument 0: there is no extent of a buffer 'neuron'}}
func.func @extent(%x: memref<?xf64> {ranvier.buffer = {owner = "p", name = "x", role = "state", extent = "neuron"}}) {
  return
}

// -----

// expected-error@below {{argument 0: there is no entry of a buffer 'size'}}
func.func @entry(%x: memref<?xf64> {ranvier.buffer = {name = "x", role = "state", extent = "one", size = 3}}) {
  return
}

// -----

// expected-error@below {{argument 0: ranvier.buffer is a dictionary}}
func.func @text(%x: memref<?xf64> {ranvier.buffer = "p.x"}) {
  return
}

// -----

// expected-error@below {{argument 0: a table of buffers has an 'of' for each 'owner'}}
func.func @table(%x: memref<?xmemref<?xf64>> {ranvier.buffer =
    {owner = ["p", "q"], name = "x", role = "state", extent = "neurons", of = ["p"]}}) {
  return
}

// -----

// expected-error@below {{entry block arguments differ from the function type}}
"func.func"() <{function_type = (f64) -> (), sym_name = "other_arguments"}> ({
^bb0(%x: i64):
  func.return
}) : () -> ()

// -----

// expected-error@below {{'scf.yield' has no place in 'builtin.module'}}
scf.yield

// -----

func.func @carries_other_types(%n: index, %x: f64) {
  // expected-error@below {{initial, carried, yielded and resulting types differ}}
  %r = scf.for %i = %n to %n step %n iter_args(%acc = %x) -> (f64) {
  }
  return
}

// -----

func.func @loop_without_counter(%n: index) {
  // expected-error@below {{the first block argument must have the type of the bounds}}
  "scf.for"(%n, %n, %n) ({
    scf.yield
  }) : (index, index, index) -> ()
  return
}

// -----

func.func @branch_yields_nothing(%c: i1, %x: f64) {
  // expected-error@below {{branch 1 does not yield the types of the results}}
  %r = scf.if %c -> (f64) {
    scf.yield %x : f64
  } else {
  }
  return
}

// -----

func.func @while_passes_other_types(%x: i64) {
  // expected-error@below {{passes other types than the second region and the results have}}
  %r = scf.while (%a = %x) : (i64) -> i64 {
    %c = arith.cmpi slt, %a, %x : i64
    scf.condition(%c) %c : i1
  } do {
  ^bb0(%b: i64):
    scf.yield %b : i64
  }
  return
}

// -----

func.func @passes_nothing(%x: f64) {
  // expected-error@below {{passes nothing to the block, which takes f64}}
  cf.br ^bb1
^bb1(%y: f64):
  return
}

// -----

"func.func"() <{function_type = () -> (), sym_name = "back_to_the_entry"}> ({
^bb0:
  cf.br ^bb1
^bb1:
  // expected-error@below {{branches to the entry of its region}}
  cf.br ^bb0
}) : () -> ()

// -----

// expected-error@below {{must end with func.return}}
func.func @no_successor() {
  // expected-error@below {{expects 1 successors, got 0}}
  "cf.br"() : () -> ()
^bb1:
  return
}
