// RUN:

// Tasks of a step: whose they are, and what they may name.

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "cells"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "rate", type = f64}> : () -> ()
  "eq.variable"() <{frozen = false, locality = "global", role = "variable", sym_name = "tau", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()
"loops.step"() ({
  "loops.phase"() <{label = "neurons"}> ({
    // expected-error@below {{there is no purpose 'tidy'}}
    "loops.task"() <{what = "tidy", owner = @cells}> ({
      "loops.yield"() : () -> ()
    }) : () -> ()
    // expected-error@below {{is of @nobody, which is no population or projection here}}
    "loops.task"() <{what = "update", owner = @nobody}> ({
      "loops.yield"() : () -> ()
    }) : () -> ()
    "loops.task"() <{what = "update", owner = @cells}> ({
      "loops.neurons"() ({
      ^bb0(%i: index):
        // expected-error@below {{names @rato, which @cells does not declare; did you mean 'rate'?}}
        %a = "loops.load"(%i) <{variable = @rato, of = "own"}> : (index) -> f64
        // expected-error@below {{has the type f32, but @rate of @cells is f64}}
        %b = "loops.load"(%i) <{variable = @rate, of = "own"}> : (index) -> f32
        // expected-error@below {{takes 0 indices, but @rate is local}}
        %c = "loops.load"() <{variable = @rate, of = "own"}> : () -> f64
        // expected-error@below {{takes 1 indices, but @tau is global}}
        "loops.store"(%a, %i) <{variable = @tau, of = "own"}> : (f64, index) -> ()
        // expected-error@below {{stands in no task that has a 'pre'}}
        %d = "loops.load"(%i) <{variable = @rate, of = "pre"}> : (index) -> f64
        // expected-error@below {{there is no owner 'other'}}
        // expected-error@below {{stands in no task that has a 'other'}}
        %e = "loops.load"(%i) <{variable = @rate, of = "other"}> : (index) -> f64
        // expected-error@below {{stands in no task of a projection}}
        %f = "loops.fan_in"(%i) : (index) -> index
        "loops.yield"() : () -> ()
      }) : () -> ()
      // expected-error@below {{must give its region index}}
      "loops.neurons"() ({
        "loops.yield"() : () -> ()
      }) : () -> ()
      // expected-error@below {{records into monitor 0 of 0}}
      "loops.record_spikes"() <{monitor = 0 : i64}> : () -> ()
      "loops.yield"() : () -> ()
    }) : () -> ()
  }) : () -> ()
}) : () -> ()

// -----

// expected-error@below {{holds more than phases}}
"loops.step"() ({
  %c = "arith.constant"() <{value = 1.0 : f64}> : () -> f64
}) : () -> ()

// -----

"net.population"() <{kind = "rate", size = 3 : i64, sym_name = "cells"}> ({
  "eq.variable"() <{frozen = false, locality = "local", role = "variable", sym_name = "rate", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()
"net.projection"() <{kind = "rate", pattern = "sparse", post = @cells, pre = @cells, sym_name = "proj0", targets = ["exc"]}> ({
  "eq.variable"() <{frozen = false, locality = "postsynaptic", role = "variable", sym_name = "y", type = f64}> : () -> ()
  "eq.yield"() : () -> ()
}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}, {"eq.yield"() : () -> ()}) : () -> ()
"loops.step"() ({
  "loops.phase"() <{label = "learning"}> ({
    "loops.task"() <{what = "learn", owner = @proj0}> ({
      %zero = "arith.constant"() <{value = 0.0 : f64}> : () -> f64
      "loops.posts"() ({
      ^bb0(%post: index):
        // expected-error@below {{initial, carried, yielded and resulting types differ}}
        %t = "loops.dendrite"(%post, %zero) ({
        ^bb0(%synapse: index, %pre: index, %total: f64):
          "loops.yield"() : () -> ()
        }) : (index, f64) -> f64
        // expected-error@below {{writes while it looks at traces}}
        %y = "loops.traces"(%post) ({
        ^bb0(%j: index):
          "loops.store"(%zero, %j) <{variable = @y, of = "own"}> : (f64, index) -> ()
          "loops.yield"(%zero) : (f64) -> ()
        }) : (index) -> f64
        "loops.yield"() : () -> ()
      }) : () -> ()
      "loops.yield"() : () -> ()
    }) : () -> ()
  }) : () -> ()
}) : () -> ()
