package cmd

import (
	"context"
	"runtime"
	"time"

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

// untilOne is how long a copy runs before it is worth the switch to one processor,
// which stops all that runs for a moment: a short copy would take longer for it.
const untilOne = 2 * time.Millisecond

// runTransfer runs t, with one processor for Go's runtime if t is faster then: the
// process does nothing else meanwhile.
func runTransfer(ctx context.Context, t *transfer.Copy) error {
	if t.WantsOneProcessor() {
		before := make(chan int, 1)
		timer := time.AfterFunc(untilOne, func() { before <- runtime.GOMAXPROCS(1) })
		defer func() {
			if !timer.Stop() {
				runtime.GOMAXPROCS(<-before)
			}
		}()
	}
	return t.Run(ctx)
}
