// Package progress shows a copy while it runs: a bar that is redrawn in place,
// or one plain line each interval.
//
// It polls. A [Display] has one goroutine, which asks the copy for a [Sample]
// whenever it draws. Only that goroutine writes to the terminal, or has package
// rows write there for several bpcopy. So the copy never waits for the terminal:
// a terminal that takes nothing costs frames, never bytes.
//
// Pure functions decide what is drawn. A [Meter] computes the rate and the
// remaining time from samples. [Render] and [Plain] turn a [Snapshot] into a
// line. The bar itself comes from schollz/progressbar. Each frame makes a new
// one, since its width and theme cannot change later. Its own clocks, rates and
// goroutines are not used: they are wrong for a copy that stalls.
//
// The fields of a line have their places for as long as the terminal has its
// width: a layout depends on nothing that changes during a copy.
//
// # Words
//
//   - sample: the counts of the copy at one moment.
//   - snapshot: a sample with the rate, the remaining time and who was waited
//     for, and how to show them. It is all that one frame needs.
//   - frame: one drawing of the line with the bar.
//   - picture: ten lines, of which the first is the line with the bar; see
//     package picture.
//   - plain line: the same for logs. It is printed below the one before.
//   - field: a part of the line, such as the rate or the counts.
//   - layout: which fields a line has, and how wide they are.
//   - cell: one column of the terminal. Some characters take two.
//   - gauge: a field that tells how full the buffer is.
//   - move: that bytes moved, with the moment at which they did.
//   - stall: a second or more in which no byte moves.
//   - state: a stall, a failure or an interruption. It takes the place of rate
//     and time.
//   - waited for: see [ledger.Holder].
//   - message: a line that others print while the display runs.
//   - taskbar: progress outside of the terminal's text, by OSC 9;4.
package progress
