// RUN:

// Equations of populations and projections.

net.population @undeclared size 3 kind rate {
  declarations {
    eq.variable @rate : f64 local variable
  }
  equations {
    // expected-error@below {{'eq.read' names @rato, which @undeclared does not declare; did you mean 'rate'?}}
    %x = eq.read @rato : f64
    // expected-error@below {{'eq.write' names @v, which @undeclared does not declare}}
    eq.write @v, %x : f64
  }
}

// -----

net.population @other_type size 3 kind rate {
  declarations {
    eq.variable @rate : f64 local variable
  }
  equations {
    // expected-error@below {{has the type i64, but @rate of @other_type is f64}}
    %x = eq.read @rate : i64
    // expected-error@below {{has the type i64, but @rate of @other_type is f64}}
    eq.write @rate, %x : i64
  }
}

// -----

net.population @derivatives size 3 kind rate {
  declarations {
    eq.variable @x : f64 local variable
    eq.variable @y : f64 local variable
  }
  equations {
    // expected-error@below {{'eq.ddt' stands outside of an eq.system}}
    %d = eq.ddt @x : f64
    eq.system {
      // expected-error@below {{is the derivative of @y, for which the system has no equation}}
      %dy = eq.ddt @y : f64
      // expected-error@below {{is one of several equations of @x in one system}}
      eq.equation @x by explicit : %dy = %d : f64
      // expected-error@below {{is one of several equations of @x in one system}}
      eq.equation @x by explicit : %dy = %d : f64
    }
  }
}

// -----

func.func @read_in_a_function() {
  // expected-error@below {{'eq.read' stands outside of populations and projections}}
  %x = eq.read @v : f64
  // expected-error@below {{'eq.pre' stands outside of a projection}}
  %y = eq.pre @v : f64
  return
}

// -----

// expected-error@below {{has no spike condition}}
net.population @silent size 3 kind spike {
  equations {
    %t = eq.time : f64
  }
}

// -----

// expected-error@below {{there is no kind 'analog'; there are rate, spike}}
net.population @kind size 3 kind analog {
  declarations {
    // expected-error@below {{there is no locality 'lokal'}}
    eq.variable @x : f64 lokal variable
  }
  equations {
    // expected-error@below {{there is no distribution 'Cauchy'}}
    %u = eq.random Cauchy() stream 1 : () -> f64
    // expected-error@below {{takes 2 arguments, got 0}}
    %n = eq.random Normal() stream 2 : () -> f64
  }
}

// -----

// expected-error@below {{has a block that does not end with a terminator}}
// expected-error@below {{region 3 does not end with eq.yield}}
"net.population"() <{sym_name = "no_end", size = 3 : i64, kind = "rate"}> ({
  eq.yield
}, {
  eq.yield
}, {
  eq.yield
}, {
  %t = eq.time : f64
}, {
  eq.yield
}, {
  eq.yield
}, {
  eq.yield
}, {
  eq.yield
}) : () -> ()

// -----

net.population @pop size 3 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
net.projection @synapse from @pop to @pop ["exc"] kind rate pattern sparse {
  transmit {
    // expected-error@below {{'eq.pre' names @rate, which @pop does not declare}}
    %x = eq.pre @rate : f64
    // expected-error@below {{'eq.post' has the type i64, but @r of @pop is f64}}
    %y = eq.post @r : i64
    // expected-error@below {{'eq.accumulate' names @g_exc, which @pop does not declare}}
    eq.accumulate @g_exc, %x : f64
    eq.yield %x : f64
  }
}

// -----

net.population @stored size 3 kind rate {
  declarations {
    // expected-error@below {{is i64, which cannot be stored as f32}}
    eq.variable @n : i64 local variable {stored = f32}
    // expected-error@below {{is f64, which cannot be stored as i64}}
    eq.variable @x : f64 local variable {stored = i64}
  }
}

// -----

net.population @cells size 3 kind spike {
  declarations {
    eq.variable @g_exc : f64 local variable
  }
  spike {
    %never = arith.constant false
    eq.yield %never : i1
  }
}
// expected-error@below {{gathers, but its spikes do more than add what is the same at any time}}
net.projection @gathering from @cells to @cells ["exc"] kind spike pattern sparse attributes {delays = "many", synapses = 4 : i64, pairs = 9 : i64, gathers = 1 : i64} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %w = eq.time : f64
    eq.accumulate @g_exc, %w : f64
  }
}
