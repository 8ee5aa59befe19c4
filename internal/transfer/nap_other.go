//go:build !linux

package transfer

import "time"

// shortNap is up to where a wait is left to nap.
const shortNap = 0

// nap waits for d.
func nap(d time.Duration) { time.Sleep(d) }
