// RUN:

// Regions, blocks and their ends.

"func.func"() <{function_type = () -> (), sym_name = "ends_too_early"}> ({
  // expected-error@below {{'func.return' must be the last operation of its block}}
  "func.return"() : () -> ()
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@below {{has a block that does not end with a terminator}}
// expected-error@below {{must end with func.return}}
"func.func"() <{function_type = () -> (), sym_name = "does_not_end"}> ({
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
}) : () -> ()

// -----

// expected-error@below {{must end with func.return}}
"func.func"() <{function_type = () -> (), sym_name = "ends_with_another"}> ({
  // expected-error@below {{'scf.yield' does not belong into 'func.func'}}
  "scf.yield"() : () -> ()
}) : () -> ()

// -----

// expected-error@below {{returns other types than the function type says}}
"func.func"() <{function_type = () -> f64, sym_name = "returns_nothing"}> ({
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@below {{entry block arguments differ from the function type}}
"func.func"() <{function_type = (f64) -> (), sym_name = "other_arguments"}> ({
^bb0(%x: i64):
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@below {{'scf.yield' has no place in 'builtin.module'}}
"scf.yield"() : () -> ()

// -----

"func.func"() <{function_type = (index, f64) -> (), sym_name = "carries_other_types"}> ({
^bb0(%n: index, %x: f64):
  // expected-error@below {{initial, carried, yielded and resulting types differ}}
  %r = "scf.for"(%n, %n, %n, %x) ({
  ^bb1(%i: index, %acc: f64):
    "scf.yield"() : () -> ()
  }) : (index, index, index, f64) -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (index) -> (), sym_name = "loop_without_counter"}> ({
^bb0(%n: index):
  // expected-error@below {{the first block argument must have the type of the bounds}}
  "scf.for"(%n, %n, %n) ({
    "scf.yield"() : () -> ()
  }) : (index, index, index) -> ()
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i1, f64) -> (), sym_name = "branch_yields_nothing"}> ({
^bb0(%c: i1, %x: f64):
  // expected-error@below {{branch 1 does not yield the types of the results}}
  %r = "scf.if"(%c) ({
    "scf.yield"(%x) : (f64) -> ()
  }, {
    "scf.yield"() : () -> ()
  }) : (i1) -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i64) -> (), sym_name = "while_passes_other_types"}> ({
^bb0(%x: i64):
  // expected-error@below {{passes other types than the second region and the results have}}
  %r = "scf.while"(%x) ({
  ^bb1(%a: i64):
    %c = "arith.cmpi"(%a, %x) <{predicate = 2 : i64}> : (i64, i64) -> i1
    "scf.condition"(%c, %c) : (i1, i1) -> ()
  }, {
  ^bb2(%b: i64):
    "scf.yield"(%b) : (i64) -> ()
  }) : (i64) -> i64
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64) -> (), sym_name = "passes_nothing"}> ({
^bb0(%x: f64):
  // expected-error@below {{passes nothing to the block, which takes f64}}
  "cf.br"() [^bb1] : () -> ()
^bb1(%y: f64):
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = () -> (), sym_name = "back_to_the_entry"}> ({
^bb0:
  "cf.br"() [^bb1] : () -> ()
^bb1:
  // expected-error@below {{branches to the entry of its region}}
  "cf.br"() [^bb0] : () -> ()
}) : () -> ()

// -----

// expected-error@below {{must end with func.return}}
"func.func"() <{function_type = () -> (), sym_name = "no_successor"}> ({
  // expected-error@below {{expects 1 successors, got 0}}
  "cf.br"() : () -> ()
^bb1:
  "func.return"() : () -> ()
}) : () -> ()
