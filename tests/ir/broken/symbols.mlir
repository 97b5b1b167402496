// RUN:

// Symbols are defined once, and what is named exists and fits.

// expected-note@below {{first defined here}}
func.func @twice() {
  return
}
// expected-error@below {{redefines the symbol @twice}}
func.func @twice() {
  return
}

// -----

func.func @step() {
  // expected-error@below {{calls @stepp, which is not a function here; did you mean 'step'?}}
  call @stepp() : () -> ()
  return
}

// -----

func.func private @half(f64) -> f64
func.func @caller() {
  %x = arith.constant 1 : i64
  // expected-error@below {{does not match the type of @half, (f64) -> f64}}
  %y = call @half(%x) : (i64) -> f64
  return
}

// -----

// expected-error@below {{has the pre-synaptic population @pop, which is not a population here}}
// expected-error@below {{has the post-synaptic population @pop, which is not a population here}}
net.projection @proj from @pop to @pop ["exc"] kind rate pattern sparse {
  transmit {
    %x = arith.constant 1.0 : f64
    eq.yield %x : f64
  }
}

// -----

// expected-error@below {{has the source @nowhere, which is not a population here}}
net.monitor @mon of @nowhere records {variable = ["v"]}

// -----

net.population @pop size 3 kind rate {
  declarations {
    eq.variable @rate : f64 local variable
  }
}
// expected-error@below {{names @rat, which @pop does not declare; did you mean 'rate'?}}
// expected-error@below {{records 'spike' of @pop, which has no such event}}
net.monitor @mon of @pop records {variable = ["rat"], sum = ["exc"], spikes = ["spike"]}

// -----

// expected-error@below {{names @tau, which @pop does not declare}}
net.population @pop size 3 kind rate refractory @tau
