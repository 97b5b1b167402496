// RUN:

// Values are defined before they are used, on every path.

func.func @used_before() {
  // expected-error@below {{'arith.negf' operand 0 is not defined before its use}}
  %y = arith.negf %x : f64
  // expected-note@below {{'arith.constant': defined here}}
  %x = arith.constant 1.0 : f64
  return
}

// -----

func.func @uses_itself() {
  // expected-error@below {{'arith.negf' operand 0 is not defined before its use}}
  %y = arith.negf %y : f64
  return
}

// -----

"func.func"() <{function_type = (i1) -> f64, sym_name = "leaves_a_branch"}> ({
^bb0(%c: i1):
  "scf.if"(%c) ({
    %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
    "scf.yield"() : () -> ()
  }, {}) : (i1) -> ()
  // expected-error@below {{'%x' is not defined}}
  "func.return"(%x) : (f64) -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (i1) -> (), sym_name = "other_branch"}> ({
^bb0(%c: i1):
  "scf.if"(%c) ({
    %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
    "scf.yield"() : () -> ()
  }, {
    // expected-error@below {{'%x' is not defined}}
    %y = "arith.negf"(%x) : (f64) -> f64
    "scf.yield"() : () -> ()
  }) : (i1) -> ()
  "func.return"() : () -> ()
}) : () -> ()

// -----

func.func @only_on_one_path(%c: i1) -> f64 {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  %x = arith.constant 1.0 : f64
  cf.br ^bb2
^bb2:
  // expected-error@below {{'func.return' operand 0 is not defined before its use}}
  return %x : f64
}

// -----

// Right: bb0 dominates bb3 although it is not the block before it.

func.func @join(%c: i1) -> f64 {
  %x = arith.constant 1.0 : f64
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  cf.br ^bb3
^bb2:
  cf.br ^bb3
^bb3:
  return %x : f64
}

// -----

// Right: a block that dominates may be written later; a loop carries no value back.

func.func @loop_of_blocks(%c: i1) -> f64 {
  cf.br ^bb2
^bb1:
  cf.cond_br %c, ^bb2, ^bb3
^bb2:
  %x = arith.constant 1.0 : f64
  cf.br ^bb1
^bb3:
  return %x : f64
}

// -----

"func.func"() <{function_type = (f64) -> (), sym_name = "function_in_a_function"}> ({
^bb0(%x: f64):
  "func.func"() <{function_type = () -> (), sym_name = "inner"}> ({
    // expected-error@below {{'%x' is not defined}}
    %y = "arith.negf"(%x) : (f64) -> f64
    "func.return"() : () -> ()
  }) : () -> ()
  "func.return"() : () -> ()
}) : () -> ()
