package cmd

import (
	"context"
	"runtime"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/transfer"
)

// What is opened can say all that a copy may ask of it.
var (
	_ transfer.FileSource          = (*endpoint.Source)(nil)
	_ transfer.ScriptedSource      = (*endpoint.Source)(nil)
	_ transfer.ScriptedDestination = (*endpoint.Dest)(nil)
	_ transfer.WatchedDestination  = (*endpoint.Dest)(nil)
)

// runTransfer runs t, with one processor for Go's runtime if t is faster then: the
// process does nothing else meanwhile.
func runTransfer(ctx context.Context, t *transfer.Copy) error {
	if t.WantsOneProcessor() {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	}
	return t.Run(ctx)
}
