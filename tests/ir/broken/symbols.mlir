// RUN:

// Symbols are defined once, and what is named exists and fits.

// expected-note@below {{first defined here}}
"func.func"() <{function_type = () -> (), sym_name = "twice"}> ({
  "func.return"() : () -> ()
}) : () -> ()
// expected-error@below {{redefines the symbol @twice}}
"func.func"() <{function_type = () -> (), sym_name = "twice"}> ({
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = () -> (), sym_name = "step"}> ({
  // expected-error@below {{calls @stepp, which is not a function here; did you mean 'step'?}}
  "func.call"() <{callee = @stepp}> : () -> ()
  "func.return"() : () -> ()
}) : () -> ()

// -----

"func.func"() <{function_type = (f64) -> f64, sym_name = "half", sym_visibility = "private"}> ({}) : () -> ()
"func.func"() <{function_type = () -> (), sym_name = "caller"}> ({
  %x = "arith.constant"() <{value = 1 : i64}> : () -> i64
  // expected-error@below {{does not match the type of @half, (f64) -> f64}}
  %y = "func.call"(%x) <{callee = @half}> : (i64) -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@below {{has the pre-synaptic population @pop, which is not a population here}}
// expected-error@below {{has the post-synaptic population @pop, which is not a population here}}
"net.projection"() <{kind = "rate", operation = "sum", pattern = "sparse", post = @pop, pre = @pop, sym_name = "proj", targets = ["exc"]}> ({
  "eq.yield"() : () -> ()
}, {
  %x = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
  "eq.yield"(%x) : (f64) -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

// expected-error@below {{has the source @nowhere, which is not a population here}}
"net.monitor"() <{source = @nowhere, subset = false, sym_name = "mon", variables = ["v"]}> : () -> ()

// -----

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "pop"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "rate", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()
// expected-error@below {{names @rat, which @pop does not declare; did you mean 'rate'?}}
// expected-error@below {{records spikes of @pop, which does not spike}}
"net.monitor"() <{source = @pop, subset = false, sym_name = "mon", variables = ["rat", "spike", "sum(exc)"]}> : () -> ()

// -----

// expected-error@below {{names @tau, which @pop does not declare}}
"net.population"() <{kind = "rate", refractory = @tau, size = 3 : i64, sym_name = "pop"}> ({
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()
