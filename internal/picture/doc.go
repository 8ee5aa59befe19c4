// Package picture draws a copy in ten lines of text: its source, what is
// buffered at both ends, the destinations, and between them arrows that light
// up when something happens.
//
// It is pure. [Draw] turns the counts of one moment and a short [History] into
// lines; whoever owns the terminal puts them there.
//
// # Words
//
//   - head: the first line, which the caller gives: the line with the bar.
//   - gauge: how full a buffer is, with a notch at its mark.
//   - arrow: something that happens between source and destination. It is lit
//     for a moment after it has happened.
//   - spark: the greatest length of the queue in a short span of time, as a bar
//     of one cell.
//   - cell: one column of the terminal.
package picture
