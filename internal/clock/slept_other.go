//go:build !linux

package clock

import "time"

// slept is how long the computer has slept since it was started, which only Linux
// tells.
func slept() time.Duration { return 0 }
