// Package stream is the machine: Node.js byte streams as pure bookkeeping.
//
// A [Readable] and one or more [Writable]s, joined by [Readable.Pipe] or
// [Machine.Pipeline], decide when to read, when to write, when to pause and when
// to resume. They do so over sizes alone: no byte passes through here, no I/O is
// done, no goroutine started, no lock taken and no clock read. The rules are
// those of Node 20.17, 20.20, 22 and 24, event for event, plus one of our own:
// [WritableOptions.LowWaterMark]. In one thing these differ among themselves, and
// the machine is like 20: see [Pipeline].
//
// # Driving it
//
// The machine asks its driver for work through [Source] and [Sink], at exactly
// the points where Node calls _read and _write or _writev. The driver answers
// with [Readable.Push], [Readable.End], [Writable.Done] or [Writable.Fail],
// either inside the request or at any later time. After each answer from outside
// a request it calls [Machine.Settle], which runs everything that Node would have
// put on process.nextTick. Given the order of the answers, the events are
// determined; only that order is left to the driver.
//
// All of it belongs to one caller at a time: a driver with several goroutines
// holds one lock around every call, from the answer to the end of Settle.
//
// In the steady state nothing is allocated per chunk.
package stream
