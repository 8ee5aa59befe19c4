// Package progress shows a copy while it runs: a bar that is redrawn in place,
// or one plain line each interval.
//
// It polls. A [Display] has one goroutine. Only that goroutine writes to the
// terminal, and it asks the copy for a [Sample] whenever it draws. So the copy
// never waits for the terminal: a terminal that takes nothing costs frames,
// never bytes.
//
// Pure functions decide what is drawn. A [Meter] computes the rate and the
// remaining time from samples. [Render] and [Plain] turn a [Snapshot] into a
// line. The bar itself comes from schollz/progressbar. Each frame makes a new
// one, since its width and theme cannot change later. Its own clocks, rates and
// goroutines are not used: they are wrong for a copy that stalls.
//
// # Words
//
//   - sample: the counts of the copy at one moment.
//   - snapshot: a sample with the rate and the remaining time, and how to show
//     them. It is all that one frame needs.
//   - frame: one drawing of the line with the bar.
//   - plain line: the same for logs. It is printed below the one before.
//   - field: a part of the line, such as the rate or the counts.
//   - cell: one column of the terminal. Some characters take two.
//   - stall: a second or more in which no byte moves.
//   - message: a line that others print while the display runs.
package progress
