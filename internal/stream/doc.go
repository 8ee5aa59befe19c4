// Package stream is the machine: Node.js byte streams as pure bookkeeping.
//
// A [Readable] and one or more [Writable]s, joined by [Readable.Pipe] or
// [Machine.Pipeline] with any number of [Transform]s between them, decide when to
// read, when to write, when to pause and when to resume. They do so over sizes
// alone: no byte passes through here, no I/O is done, no goroutine started, no
// lock taken and no clock read. The rules are those of Node 20, 22, 24 and 26,
// event for event, plus one of our own: [WritableOptions.LowWaterMark]. Where
// these differ among themselves, [Rules] say which of them the machine is like.
//
// # Words
//
// They are Node's, and the rest of the program uses them in the same sense.
//
//   - chunk: the bytes of one [Readable.Push], written to every destination by
//     one write.
//   - length: bytes that were accepted and have not left. A [Writable] counts
//     those in flight, too.
//   - objects: a stream that counts its chunks, not their bytes. Its length and its
//     marks are in chunks.
//   - stage: a [Transform] between a source and a destination. It is the
//     destination of what is before it and the source of what is behind it, with a
//     buffer and a mark on either side.
//   - line: a release line of Node, such as 24. They differ in a few [Rules].
//   - mark: a length. At the high-water mark [Writable.Write] returns false; the
//     chunk is accepted all the same.
//   - pause: the source stops handing out chunks. It reads on, up to its own
//     mark.
//   - drain: after a false, the length of a destination has fallen to its
//     low-water mark. It says: write again.
//   - resume: the source hands out chunks again, once no destination that it
//     waits for is left.
//   - end: the source has no more chunks. A destination is ended when no more
//     will be written to it.
//   - finish: an ended destination has written everything. There is no drain
//     any more.
//   - destroy: to give up a stream, with an error or without. Nothing more is
//     read or written.
//
// # Driving it
//
// The machine asks its driver for work through [Source] and [Sink], at exactly
// the points where Node calls _read and _write or _writev. The driver answers
// with [Readable.Push], [Readable.End], [Writable.Done] or [Writable.Fail],
// either inside the request or at any later time. After each answer from outside
// a request it calls [Machine.Settle], which runs everything that Node would have
// put on process.nextTick. A stage asks through [Transformer]. Given the order of the answers, the events are
// determined; only that order is left to the driver.
//
// All of it belongs to one caller at a time: a driver with several goroutines
// holds one lock around every call, from the answer to the end of Settle.
//
// In the steady state nothing is allocated per chunk.
package stream
