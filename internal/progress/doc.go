// Package progress shows a copy while it runs: a bar redrawn in place, or one
// plain line each interval.
//
// It polls. A [Display] owns one goroutine, which asks for a [Sample] at its own
// frame rate and is the only one to write; nothing of the copy ever waits for
// the terminal, and a terminal that is stuck or gone costs frames, never bytes.
//
// What is drawn is decided by pure functions: [Meter] turns samples and times
// into a rate and an estimate, [Render] and [Plain] turn a [Snapshot] into a
// line. The bar itself is drawn by schollz/progressbar, a fresh one each frame:
// its width and theme are fixed when it is made, and its own clocks, rates and
// goroutines are what it gets wrong about a copy that stalls.
package progress
