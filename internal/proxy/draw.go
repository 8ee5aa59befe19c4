package proxy

import "math/rand/v2"

// draw is what a seed gives one connection.
type draw struct {
	follows bool      // the scripts
	seeds   [2]uint64 // of the jitter, by direction
}

// drawFor returns what the seed gives the connection with that number. It
// depends on nothing else.
func drawFor(seed uint64, number int64, share float64) draw {
	random := rand.New(rand.NewPCG(seed, uint64(number)))
	d := draw{follows: 100*random.Float64() < share}
	for i := range d.seeds {
		d.seeds[i] = random.Uint64()
	}
	return d
}
