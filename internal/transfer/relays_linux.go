package transfer

import "bpcopy/internal/conduit"

// NewRelays returns what lends memory and pipes to the conduits of many copies
// with these options.
func (o Options) NewRelays() *conduit.Relays {
	return conduit.NewRelays(conduit.Options{Want: o.Conduit, Hold: o.hold(), Chunk: o.ChunkSize})
}
