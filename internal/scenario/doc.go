// Package scenario runs the machine of package stream over a script instead of
// over files and sockets. The script says when chunks arrive, how long the
// sinks take, and what a program does with the streams.
// testdata/node/oracle.mjs runs the same script with the streams of real Node.
// Both give the same events, in the same order and with the same values.
//
// A run takes virtual time, which costs no real time, or it is live and goes by
// a clock. Both have the same counts.
//
// Everything that happens from outside the machine is an entry of an agenda.
// Entries happen in the order of their times and, within one millisecond, in
// the order in which they were booked. Each entry happens alone; then the
// machine settles. So the result depends on nothing but the scenario.
//
// # Words
//
// Those of package stream have the same sense here. In addition:
//
//   - scenario: the script, parsed from JSON.
//   - run: one pass through a scenario, virtual or live.
//   - mode: how the source delivers. It is asked for each chunk and delivers
//     inside the request (sync) or later (async), or it delivers without being
//     asked (push).
//   - due chunk: a chunk that comes without being asked for.
//   - sink call: one call of [stream.Sink], which writes one or more chunks.
//   - step: what a sink or a stage does with one call. The steps of a destination
//     or a stage are used in turn; an override replaces one of them.
//   - action: what a program does with the streams at some time, or inside a call.
//   - writer: a program that writes to a destination by hand.
//   - entry: something that happens from outside at some time, on the agenda.
package scenario
