// share-sums takes one sum for all post neurons where synapses may have one weight.
// RUN: share-sums

// The potential reads the weight and the pre neuron only.
net.population @rates size 100 kind rate
net.projection @shared from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @shared from
// CHECK-SAME: layout = "dense_one"

// -----

// Every post neuron leaves out itself: what comes before is shared.
net.population @rates size 100 kind rate
net.projection @itself from @rates to @rates ["exc"] kind rate pattern block attributes {no_autapses = true, synapses = 9900 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @itself from
// CHECK-SAME: layout = "dense_one"

// -----

// Weights that learn differ soon.
net.population @rates size 100 kind rate
// expected-remark@below {{its synapses learn}}
net.projection @learns from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local variable
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
  equations {
    %x = arith.constant 1.0 : f64
    eq.write @w, %x : f64
  }
}
// CHECK-LABEL: net.projection @learns from
// CHECK-NOT: dense_one

// -----

// Every synapse reads another step.
net.population @rates size 100 kind rate
// expected-remark@below {{its delays differ}}
net.projection @delays from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {delays = "many", synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @delays from
// CHECK-NOT: dense_one

// -----

// The post neuron has a part in it.
net.population @rates size 100 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
}
// expected-remark@below {{its potential reads the post neuron}}
net.projection @post from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = eq.post @r : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @post from
// CHECK-NOT: dense_one

// -----

// Two attributes may be equal or not, each by itself.
net.population @rates size 100 kind rate
// expected-remark@below {{its synapses have more than a constant weight of their own}}
net.projection @two from @rates to @rates ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  declarations {
    eq.variable @w : f64 local parameter
    eq.variable @gain : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @two from
// CHECK-NOT: dense_one

// -----

// Rows of synapses have sums of their own.
net.population @rates size 100 kind rate
net.projection @rows from @rates to @rates ["exc"] kind rate pattern sparse attributes {synapses = 500 : i64, decisions = {layout = "by_post"}} {
  declarations {
    eq.variable @w : f64 local parameter
  }
  transmit {
    %p = arith.constant 1.0 : f64
    eq.yield %p : f64
  }
}
// CHECK-LABEL: net.projection @rows from
// CHECK-NOT: dense_one
