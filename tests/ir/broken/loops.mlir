// RUN:

// Tasks of a step: whose they are, and what they may name.

net.population @cells size 3 kind rate {
  declarations {
    eq.variable @rate : f64 local variable
    eq.variable @tau : f64 global variable
  }
}
loops.step {
  loops.phase neurons {
    // expected-error@below {{there is no purpose 'tidy'}}
    loops.task tidy of @cells {
    }
    // expected-error@below {{is of @nobody, which is no population or projection here}}
    loops.task update of @nobody {
    }
    loops.task update of @cells {
      loops.neurons (%i: index) {
        // expected-error@below {{names @rato, which @cells does not declare; did you mean 'rate'?}}
        %a = loops.load @rato[%i] of own : f64
        // expected-error@below {{has the type f32, but @rate of @cells is f64}}
        %b = loops.load @rate[%i] of own : f32
        // expected-error@below {{takes 0 indices, but @rate is local}}
        %c = loops.load @rate of own : f64
        // expected-error@below {{takes 1 indices, but @tau is global}}
        loops.store %a, @tau[%i] of own : f64
        // expected-error@below {{stands in no task that has a 'pre'}}
        %d = loops.load @rate[%i] of pre : f64
        // expected-error@below {{stands in no task that has a 'other'}}
        %e = loops.load @rate[%i] of other : f64
        // expected-error@below {{stands in no task of a projection}}
        %f = loops.fan_in %i
      }
      // expected-error@below {{must give its region index}}
      loops.neurons () {
      }
      // expected-error@below {{records into monitor 0 of 0}}
      loops.record 0 {spikes = ["spike"]}
    }
  }
}

// -----

// expected-error@below {{holds more than phases}}
loops.step {
  %c = arith.constant 1.0 : f64
}

// -----

net.population @cells size 3 kind rate {
  declarations {
    eq.variable @rate : f64 local variable
  }
}
net.projection @proj0 from @cells to @cells ["exc"] kind rate pattern sparse {
  declarations {
    eq.variable @y : f64 postsynaptic variable
  }
}
loops.step {
  loops.phase learning {
    loops.task learn of @proj0 {
      %zero = arith.constant 0.0 : f64
      loops.posts (%post: index) {
        // expected-error@below {{initial, carried, yielded and resulting types differ}}
        %t = loops.dendrite %post (%synapse: index, %pre: index, %total: f64) from(%zero) : f64 -> f64 {
          loops.yield
        }
        // expected-error@below {{writes while it looks at traces}}
        %y = loops.traces %post ["y"] (%j: index) -> f64 {
          loops.store %zero, @y[%j] of own : f64
          loops.yield %zero : f64
        }
      }
    }
  }
}
