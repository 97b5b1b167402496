// RUN:

// Equations of populations and projections.

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "undeclared"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "rate", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {
  // expected-error@below {{'eq.read' names @rato, which @undeclared does not declare; did you mean 'rate'?}}
  %x = "eq.read"() <{variable = @rato}> : () -> f64
  // expected-error@below {{'eq.write' names @v, which @undeclared does not declare}}
  "eq.write"(%x) <{variable = @v}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "other_type"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "rate", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {
  // expected-error@below {{has the type i64, but @rate of @other_type is f64}}
  %x = "eq.read"() <{variable = @rate}> : () -> i64
  // expected-error@below {{has the type i64, but @rate of @other_type is f64}}
  "eq.write"(%x) <{variable = @rate}> : (i64) -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "derivatives"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "x", type = f64}> : () -> ()
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "y", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {
  // expected-error@below {{'eq.ddt' stands outside of an eq.system}}
  %d = "eq.ddt"() <{variable = @x}> : () -> f64
  "eq.system"() ({
    // expected-error@below {{is the derivative of @y, for which the system has no equation}}
    %dy = "eq.ddt"() <{variable = @y}> : () -> f64
    // expected-error@below {{is one of several equations of @x in one system}}
    "eq.equation"(%dy, %d) <{method = "explicit", variable = @x}> : (f64, f64) -> ()
    // expected-error@below {{is one of several equations of @x in one system}}
    "eq.equation"(%dy, %d) <{method = "explicit", variable = @x}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

"func.func"() <{function_type = () -> (), sym_name = "read_in_a_function"}> ({
  // expected-error@below {{'eq.read' stands outside of populations and projections}}
  %x = "eq.read"() <{variable = @v}> : () -> f64
  // expected-error@below {{'eq.pre' stands outside of a projection}}
  %y = "eq.pre"() <{variable = @v}> : () -> f64
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@below {{has no spike condition}}
"net.population"() <{kind = "spike", size = 3 : i64, sym_name = "silent"}> ({
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {
  %t = "eq.time"() : () -> f64
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

// expected-error@below {{there is no kind 'analog'; there are rate, spike}}
"net.population"() <{kind = "analog", size = 3 : i64, sym_name = "kind"}> ({
  // expected-error@below {{there is no locality 'lokal'}}
  "eq.variable"() <{frozen = false, locality = "lokal", role = "variable", sym_name = "x", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {
  // expected-error@below {{there is no distribution 'Cauchy'}}
  %u = "eq.random"() <{distribution = "Cauchy", stream = 1 : i64}> : () -> f64
  // expected-error@below {{takes 2 arguments, got 0}}
  %n = "eq.random"() <{distribution = "Normal", stream = 2 : i64}> : () -> f64
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

// expected-error@below {{has a block that does not end with a terminator}}
// expected-error@below {{region 2 does not end with eq.yield}}
"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "no_end"}> ({
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {
  %t = "eq.time"() : () -> f64
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "pop"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "r", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()
"net.projection"() <{kind = "rate", operation = "sum", pattern = "sparse", post = @pop, pre = @pop, sym_name = "synapse", targets = ["exc"]}> ({
  "eq.yield"() : () -> ()
}, {
  // expected-error@below {{'eq.pre' names @rate, which @pop does not declare}}
  %x = "eq.pre"() <{variable = @rate}> : () -> f64
  // expected-error@below {{'eq.post' has the type i64, but @r of @pop is f64}}
  %y = "eq.post"() <{variable = @r}> : () -> i64
  // expected-error@below {{'eq.accumulate' names @g_exc, which @pop does not declare}}
  "eq.accumulate"(%x) <{variable = @g_exc}> : (f64) -> ()
  "eq.yield"(%x) : (f64) -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "stored"}> ({
  // expected-error@below {{is i64, which cannot be stored as f32}}
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "n", type = i64, stored = f32}> : () -> ()
  // expected-error@below {{is f64, which cannot be stored as i64}}
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "x", type = f64, stored = i64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()

// -----

"net.population"() <{sym_name = "cells", size = 3 : i64, kind = "spike"}> ({ "eq.variable"() <{sym_name = "g_exc", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()  "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { "eq.yield"() : () -> () }, { %never = "arith.constant"() <{value = false}> : () -> i1  "eq.yield"(%never) : (i1) -> () }, { "eq.yield"() : () -> () }) : () -> ()
// expected-error@below {{gathers, but its spikes do more than add what is the same at any time}}
"net.projection"() <{sym_name = "gathering", pre = @cells, post = @cells, targets = ["exc"], kind = "spike", pattern = "sparse", synapses = 4 : i64, pairs = 9 : i64, delays = "many", gathers = 1 : i64}> ({
  "eq.variable"() <{sym_name = "w", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  %w = "eq.time"() : () -> f64
  "eq.accumulate"(%w) <{variable = @g_exc}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
