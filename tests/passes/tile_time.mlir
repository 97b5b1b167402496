// tile-time computes sums over all pairs of neurons for several steps at once.
// RUN: tile-time

// The pre population runs ahead of the post population: it is on a lower level.
net.population @before size 100 kind rate
net.population @after size 100 kind rate
net.projection @ahead from @before to @after ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK: net.population @before size
// CHECK-SAME: level = 0 : i64
// CHECK: net.population @after size
// CHECK-SAME: level = 1 : i64
// CHECK-LABEL: net.projection @ahead from
// CHECK-SAME: tile = 12 : i64

// -----

// The number of steps is an option.
// RUN: tile-time{columns=4}
net.population @before size 100 kind rate
net.population @after size 100 kind rate
net.projection @columns from @before to @after ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @columns from
// CHECK-SAME: tile = 4 : i64

// -----

// In a cycle nobody can run ahead.
net.population @one size 100 kind rate
net.population @two size 100 kind rate
net.projection @there from @one to @two ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
net.projection @back from @two to @one ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @there from
// CHECK-NOT: tile = 12

// -----

// A population that sends to itself is a cycle.
net.population @one size 100 kind rate
net.projection @loop from @one to @one ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @loop from
// CHECK-NOT: tile = 12

// -----

// Rows of synapses are short, and read out of order.
net.population @before size 100 kind rate
net.population @after size 100 kind rate
// expected-remark@below {{it is no sum over all pairs}}
net.projection @rows from @before to @after ["exc"] kind rate pattern sparse attributes {synapses = 10000 : i64, decisions = {layout = "by_post"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @rows from
// CHECK-NOT: tile = 12

// -----

// Only sums.
net.population @before size 100 kind rate
net.population @after size 100 kind rate
// expected-remark@below {{it takes the max}}
net.projection @largest from @before to @after ["exc"] kind rate pattern all_to_all attributes {operation = "max", synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @largest from
// CHECK-NOT: tile = 12

// -----

// With many delays every synapse reads another step.
net.population @before size 100 kind rate
net.population @after size 100 kind rate
// expected-remark@below {{its delays differ}}
net.projection @delays from @before to @after ["exc"] kind rate pattern all_to_all attributes {delays = "many", synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @delays from
// CHECK-NOT: tile = 12

// -----

// Little is gained by few synapses.
net.population @before size 100 kind rate
net.population @after size 100 kind rate
// expected-remark@below {{it has fewer than 4096 synapses}}
net.projection @small from @before to @after ["exc"] kind rate pattern all_to_all attributes {synapses = 4095 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f64
    eq.yield %r : f64
  }
}
// CHECK-LABEL: net.projection @small from
// CHECK-NOT: tile = 12

// -----

// Of narrower numbers registers hold twice as many.
net.population @before size 100 kind rate
net.population @after size 100 kind rate
net.projection @single from @before to @after ["exc"] kind rate pattern all_to_all attributes {synapses = 10000 : i64, decisions = {layout = "dense"}} {
  transmit {
    %r = arith.constant 1.0 : f32
    eq.yield %r : f32
  }
}
// CHECK-LABEL: net.projection @single from
// CHECK-SAME: tile = 24 : i64
