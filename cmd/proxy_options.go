package cmd

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"bpcopy/internal/help"
	"bpcopy/internal/transfer"
	"bpcopy/internal/units"
)

// proxyOptions are the flags of a proxy.
type proxyOptions struct {
	down, up string // scripts, as they were typed
	share    percentage
	seed     uint64

	receiveBuffer, sendBuffer units.Size // zero is the system's

	highWaterMark, lowWaterMark, readAhead, chunkSize units.Size
	conduit                                           choice

	maxConnections, connections count // zero is no limit
	duration                    positiveDuration
	connectTimeout, idleTimeout positiveDuration
	connectRetry                positiveDuration
	watch                       string

	displayFlags
	name string
	json string
	eventFlags
	reports []string // paths of documents
	serve   string   // address of the live page; empty is none
	expect  []string

	changed func(name string) bool
}

// maxSocketBuffer is the largest size of a socket's buffer, as for operands.
const maxSocketBuffer = units.GiB

// addFlags declares the flags with their defaults, in the order of the help.
func (o *proxyOptions) addFlags(f *pflag.FlagSet) {
	o.share = 100
	o.highWaterMark, o.readAhead, o.chunkSize = defaultHighWaterMark, defaultReadAhead, defaultChunkSize
	o.progress = choice{value: "auto", of: []string{"auto", "bar", "plain", "none"}}
	o.conduit = choice{value: "auto", of: []string{"auto", "memory", "kernel"}}
	o.connectTimeout = positiveDuration(10 * time.Second)
	help.InSection(f, "How slow each side is", o.addScriptFlags)
	help.InSection(f, "Until when, and how many", o.addLimitFlags)
	help.InSection(f, "What is shown, reported and expected", o.addReportFlags)
	help.InSection(f, "Where bytes wait, and when that is full", o.addStreamFlags)
	help.First(f, "down", "up", "share", "rcvbuf", "connections", "for", "watch", "progress", "quiet", "json", "expect")
}

// addScriptFlags declares the flags for the scripts.
func (o *proxyOptions) addScriptFlags(f *pflag.FlagSet) {
	f.StringVar(&o.down, "down", "", "make the clients slow to receive, as `SCRIPT` or @FILE says")
	f.StringVar(&o.up, "up", "", "make the upstream slow to receive, as `SCRIPT` or @FILE says")
	f.Var(&o.share, "share", "only `PERCENT` of the connections follow the scripts, chosen by --seed")
	f.Uint64Var(&o.seed, "seed", 0, "choose the connections, and make the jitter of scripts repeatable: `N` (default random, and printed)")
}

// addStreamFlags declares the flags for the marks, the sockets and the conduit.
func (o *proxyOptions) addStreamFlags(f *pflag.FlagSet) {
	f.Var(unset{&o.receiveBuffer}, "rcvbuf", "receive buffer of all sockets: `SIZE` (default the system's)")
	f.Var(unset{&o.sendBuffer}, "sndbuf", "send buffer of all sockets: `SIZE` (default the system's)")
	f.VarP(&o.highWaterMark, "high-water-mark", "H", "mark of each direction: write() returns false at `SIZE` buffered or above")
	f.Var((*units.SizeOrZero)(&o.lowWaterMark), "low-water-mark", "drain when the buffered length has fallen to `SIZE`; 0 is Node's rule")
	f.Var(&o.readAhead, "read-ahead", "read on up to `SIZE` while paused, though not in a stall")
	f.VarP(&o.chunkSize, "chunk-size", "c", "most bytes that one read delivers: `SIZE`")
	f.Var(&o.conduit, "conduit", "where bytes wait: `WHERE` is auto, memory or kernel")
}

// addLimitFlags declares the flags for how long the proxy and its connections
// last.
func (o *proxyOptions) addLimitFlags(f *pflag.FlagSet) {
	f.Var(unset{&o.maxConnections}, "max-connections", "relay `N` connections at once; more wait in the listener's queue (default as many as there are descriptors)")
	f.Var(unset{&o.connections}, "connections", "end after `N` connections (default never)")
	f.Var(unset{&o.duration}, "for", "end after `DURATION` (default never)")
	f.Var(&o.connectTimeout, "connect-timeout", "give up an attempt to connect to upstream after `DURATION`")
	f.Var(unset{&o.connectRetry}, "connect-retry", "keep trying to connect to upstream for `DURATION`, each time up to --connect-timeout, while there is no service yet; the client waits (default one attempt)")
	f.Var(unset{&o.idleTimeout}, "idle-timeout", "cut a connection in which no byte has moved for `DURATION` (default never)")
}

// addReportFlags declares the flags for what is shown and reported.
func (o *proxyOptions) addReportFlags(f *pflag.FlagSet) {
	f.StringVar(&o.watch, "watch", "", "watch the memory of process `PID` and its children; upstream is who listens at UPSTREAM on this machine")
	f.StringVar(&o.json, "json", "", "write the summary object to `FILE`; - is standard output")
	o.eventFlags.addTo(f)
	addReportFlag(f, &o.reports)
	addServeFlag(f, &o.serve)
	f.StringArrayVar(&o.expect, "expect", nil, "exit with 3 unless `CONDITION` over the summary object holds, such as 'down.accepted_while_stalled <= 8MiB'; repeatable")
	f.Var(&o.progress, "progress", "`WHAT` to show: auto, bar, plain or none; auto is a bar on a terminal, elsewhere a plain line every 5s")
	o.addIntervalFlag(f)
	f.StringVarP(&o.name, "name", "N", "", "what to call the proxy in the display: `NAME` (default where it listens)")
	o.addQuietFlag(f)
}

// check returns a usage error for flags that do not go together.
func (o proxyOptions) check(command []string) error {
	for _, flag := range []string{"down", "up", "watch", "json", "events", "record", "name"} {
		value := map[string]string{"down": o.down, "up": o.up, "watch": o.watch, "json": o.json, "events": o.events, "record": o.record, "name": o.name}[flag]
		if o.changed(flag) && value == "" {
			return usagef(`--%s "": want a value`, flag)
		}
	}
	switch {
	case o.share < 100 && o.down == "" && o.up == "":
		return usagef("--share %v: want --down or --up with it", o.share)
	case max(o.receiveBuffer, o.sendBuffer) > maxSocketBuffer:
		return usagef("--rcvbuf and --sndbuf: want at most %v", maxSocketBuffer)
	case len(command) > 0 && o.duration > 0:
		return usagef("--for %v: want no COMMAND with it: the proxy lasts as long as that does", time.Duration(o.duration))
	case len(command) > 0 && o.connections > 0:
		return usagef("--connections %d: want no COMMAND with it: the proxy lasts as long as that does", o.connections)
	}
	if err := o.eventFlags.check(); err != nil {
		return err
	}
	if err := o.checkDisplay(o.changed); err != nil {
		return err
	}
	if err := checkServe(o.serve, o.changed); err != nil {
		return err
	}
	if err := o.transfer().Validate(); err != nil {
		return usagef("%v", err)
	}
	return nil
}

// dropReports lets nothing be written that is only written at the end: the paths may
// name files that must not be overwritten.
func (o *proxyOptions) dropReports() { o.json, o.reports = "", nil }

// transfer returns how the bytes of each direction move.
func (o proxyOptions) transfer() transfer.Options {
	return transfer.Options{
		HighWaterMark: int64(o.highWaterMark),
		LowWaterMark:  int64(o.lowWaterMark),
		ReadAhead:     int64(o.readAhead),
		ChunkSize:     int64(o.chunkSize),
		Conduit:       conduits[o.conduit.value],
	}
}

// percentage is a flag value from 0 to 100.
type percentage float64

// String returns the number, without a sign.
func (p *percentage) String() string { return strconv.FormatFloat(float64(*p), 'g', -1, 64) }

// Type is what the help calls the value.
func (*percentage) Type() string { return "PERCENT" }

// Set parses a percentage such as 30, 30% or 0.5.
func (p *percentage) Set(s string) error {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil || !(v >= 0 && v <= 100) {
		return fmt.Errorf("want a percentage from 0 to 100 such as 30")
	}
	*p = percentage(v)
	return nil
}

// count is a flag value that is a whole number above zero.
type count int64

// String returns the number.
func (c *count) String() string { return strconv.FormatInt(int64(*c), 10) }

// Type is what the help calls the value.
func (*count) Type() string { return "N" }

// Set parses a number such as 100.
func (c *count) Set(s string) error {
	v, err := strconv.ParseInt(s, 10, 32)
	if err != nil || v <= 0 {
		return fmt.Errorf("want a whole number above zero such as 100")
	}
	*c = count(v)
	return nil
}
