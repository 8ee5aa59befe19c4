// Package scenario runs the machine of package stream in virtual time, or live, by
// the clock, with the same counts: over a
// script of chunks that arrive, sinks that take their time, and actions of a
// program, instead of over files and sockets. The same script driven through
// real Node streams, by testdata/node/oracle.mjs, gives the same events in the
// same order with the same values.
//
// Everything that happens from outside is an entry of an agenda, in the order of
// its time and, within one millisecond, of its booking. Each entry runs alone;
// then the machine settles. So the result depends on nothing but the scenario.
package scenario
