package cmd

import (
	"context"
	"runtime"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/transfer"
)

// The transfer asks its ends for these methods at run time. A compile error is
// better than an end that silently lacks one.
var (
	_ transfer.FileSource          = (*endpoint.Source)(nil)
	_ transfer.ScriptedSource      = (*endpoint.Source)(nil)
	_ transfer.ScriptedDestination = (*endpoint.Dest)(nil)
	_ transfer.WatchedDestination  = (*endpoint.Dest)(nil)
)

// untilOne is how long a copy runs before it switches to one processor. The
// switch stops all goroutines for a moment, which would make a short copy
// slower.
const untilOne = 2 * time.Millisecond

// runTransfer runs t. If t is faster with one processor for Go's runtime, it
// has one, since the process does nothing else meanwhile.
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
