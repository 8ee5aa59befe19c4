package cmd

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"bpcopy/internal/conduit"
	"bpcopy/internal/help"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
	"bpcopy/internal/transfer"
	"bpcopy/internal/units"
)

// The marks and the chunk size where none are given.
const (
	defaultHighWaterMark = 256 * units.KiB
	defaultReadAhead     = 256 * units.KiB
	defaultChunkSize     = 128 * units.KiB
)

// copyOptions are the flags of a copy.
type copyOptions struct {
	highWaterMark units.Size
	lowWaterMark  units.Size
	readAhead     units.Size
	chunkSize     units.Size
	rate          units.Rate // zero is unlimited
	burst         units.Size // zero is the default for the rate
	consumers     []string   // scripts, as they were typed
	producer      string     // the same
	seed          uint64
	pauseAfter    positiveDuration // zero is no pause
	node          choice
	memoryLimit   units.Size // for ignoreBackpressure
	size          units.Size // zero is unknown
	skip          units.Size // of the source
	seek          units.Size // of the destinations, if the flag was given
	stopAt        units.Size // of the flag, if it was given; else the copy goes to the end of the source

	ignoreBackpressure bool

	noClobber, replace, inPlace, append, fsync, preserve, keepGoing bool

	displayFlags
	name string
	json string
	eventFlags
	reports []string // paths of documents
	serve   string   // address of the live page; empty is none
	expect  []string // conditions
	conduit choice
	sparse  choice

	connectTimeout, acceptTimeout, idleTimeout positiveDuration
	connectRetry                               zeroOrMore // zero is one attempt
	linger                                     zeroOrMore
	lowSpeed                                   lowSpeed
	headers                                    []string // as they were typed
	through                                    []string // commands

	// changed reports whether a flag was given.
	changed func(name string) bool
}

// nodeUsage is what the help tells of --node.
const nodeUsage = "follow this `LINE` of Node where they differ: 20, 22, 24 or 26"

// conduits are the words of --conduit.
var conduits = map[string]conduit.Choice{"auto": conduit.Auto, "memory": conduit.MemoryOnly, "kernel": conduit.KernelOnly, "range": conduit.RangeOnly}

// progressChoices are the values of --progress.
func progressChoices() []string { return []string{"auto", "bar", "picture", "plain", "none"} }

const progressUsage = "`WHAT` to show: auto, bar, picture (ten lines), plain or none; auto is a bar on a terminal, elsewhere a plain line every 5s"

// addFlags declares the flags with their defaults, in the order of the help.
func (o *copyOptions) addFlags(f *pflag.FlagSet) {
	o.highWaterMark, o.readAhead, o.chunkSize = defaultHighWaterMark, defaultReadAhead, defaultChunkSize
	o.progress = choice{value: "auto", of: progressChoices()}
	o.conduit = choice{value: "auto", of: []string{"auto", "memory", "kernel", "range"}}
	o.sparse = choice{value: "auto", of: []string{"auto", "never"}}
	o.node = nodeChoice(stream.DefaultLine)
	o.connectTimeout = positiveDuration(10 * time.Second)
	o.linger = zeroOrMore(2 * time.Second)
	o.memoryLimit = units.GiB
	help.InSection(f, "How fast, and how slow on purpose", o.addPaceFlags)
	help.InSection(f, "How much", o.addSizeFlags)
	help.InSection(f, "How files are written", o.addFileFlags)
	help.InSection(f, "What is shown, reported and expected", o.addReportFlags)
	help.InSection(f, "Where bytes wait, and when that is full", o.addStreamFlags)
	help.InSection(f, "Peers: sockets, FIFOs and HTTP", o.addPeerFlags)
	help.First(f, "rate", "consumer", "no-clobber", "in-place", "append", "preserve", "progress", "quiet", "json", "expect")
}

// addPaceFlags declares the flags for when bytes may go.
func (o *copyOptions) addPaceFlags(f *pflag.FlagSet) {
	f.VarP(unset{&o.rate}, "rate", "L", "let at most `RATE` through to the destination (default unlimited)")
	f.Var(unset{&o.burst}, "burst", fmt.Sprintf("most bytes that may go at once under --rate: `SIZE` (default 3.3 ms of the rate, %s for 10MiB/s)",
		units.Size(throttle.DefaultBurst(int64(10*units.MiB))).Compact()))
	f.StringArrayVar(&o.consumers, "consumer", nil, "make the destination slow, as `SCRIPT` or @FILE says; N:SCRIPT for the Nth destination")
	f.StringVar(&o.producer, "producer", "", "make the source slow, as `SCRIPT` or @FILE says")
	f.Uint64Var(&o.seed, "seed", 0, "make the jitter of scripts repeatable: `N` (default random, and printed)")
	f.Var(unset{&o.pauseAfter}, "pause-after-chunk", "pause the source after every chunk for `DURATION`")
	f.StringArrayVar(&o.through, "through", nil, "send the bytes through `COMMAND` on their way, such as 'gzip -1'; repeatable")
}

// addSizeFlags declares the flags for how many bytes there are.
func (o *copyOptions) addSizeFlags(f *pflag.FlagSet) {
	f.VarP(unset{&o.size}, "size", "s", "expected `SIZE` where it cannot be known: standard input, sockets")
	f.Var(unset{(*units.SizeOrZero)(&o.skip)}, "skip", "leave out the first `SIZE` bytes of a file or a disk")
	f.VarP(unset{(*units.SizeOrZero)(&o.stopAt)}, "stop-at", "S", "stop after exactly `SIZE` bytes, reading none beyond them; 0 copies nothing")
}

// addStreamFlags declares the flags for the marks and the conduit.
func (o *copyOptions) addStreamFlags(f *pflag.FlagSet) {
	f.VarP(&o.highWaterMark, "high-water-mark", "H", "the destination's mark: write() returns false at `SIZE` buffered or above")
	f.Var((*units.SizeOrZero)(&o.lowWaterMark), "low-water-mark", "drain when the buffered length has fallen to `SIZE`; 0 is Node's rule")
	f.Var(&o.readAhead, "read-ahead", "the source's mark: read on up to `SIZE` while paused")
	f.VarP(&o.chunkSize, "chunk-size", "c", "most bytes that one read delivers: `SIZE`")
	f.Var(&o.conduit, "conduit", "where bytes wait: `WHERE` is auto, memory, kernel, or range (in the source file)")
	f.Var(&o.node, "node", nodeUsage)
	f.BoolVar(&o.ignoreBackpressure, "ignore-backpressure", false, "go on writing when write() returns false, up to --memory-limit")
	f.Var(&o.memoryLimit, "memory-limit", "fail when backpressure is ignored and `SIZE` is buffered")
}

// addFileFlags declares the flags for how files are written.
func (o *copyOptions) addFileFlags(f *pflag.FlagSet) {
	f.BoolVarP(&o.noClobber, "no-clobber", "n", false, "fail if the destination exists")
	f.BoolVar(&o.replace, "replace", false, "with several destinations, replace files that exist")
	f.BoolVar(&o.inPlace, "in-place", false, "write into an existing file instead of replacing it (mount points, hard links, folders that may not be written)")
	f.Var(unset{(*units.SizeOrZero)(&o.seek)}, "seek", "with --in-place, write from `SIZE` bytes on; what is before and behind stays")
	f.BoolVarP(&o.append, "append", "a", false, "append in place")
	f.Var(&o.sparse, "sparse", "holes of a source file: `WHEN` is auto, which keeps them in a new file, or never")
	f.BoolVar(&o.fsync, "fsync", false, "on disk before success is reported: the file and its folder")
	f.BoolVarP(&o.preserve, "preserve", "p", false, "keep mode, times, ACL and extended attributes of the source file, and as root its owner")
	f.BoolVar(&o.keepGoing, "keep-going", false, "let a destination that fails drop out, and complete the others")
}

// addReportFlags declares the flags for what is shown and reported.
func (o *copyOptions) addReportFlags(f *pflag.FlagSet) {
	f.Var(&o.progress, "progress", progressUsage)
	o.addIntervalFlag(f)
	f.StringVarP(&o.name, "name", "N", "", "what to call this copy in the display: `NAME` (default the source's)")
	o.addQuietFlag(f)
	f.StringVar(&o.json, "json", "", "write the summary object to `FILE`; - is standard output")
	o.eventFlags.addTo(f)
	addReportFlag(f, &o.reports)
	addServeFlag(f, &o.serve)
	f.StringArrayVar(&o.expect, "expect", nil, "exit with 3 unless `CONDITION` over the summary object holds, such as 'pauses >= 10'; repeatable")
}

// addPeerFlags declares the flags for how long peers may take.
func (o *copyOptions) addPeerFlags(f *pflag.FlagSet) {
	f.Var(&o.connectTimeout, "connect-timeout", "give up an attempt to connect after `DURATION`")
	f.Var(unset{&o.connectRetry}, "connect-retry", "keep trying to connect for `DURATION`, each time up to --connect-timeout, while there is no service yet (default one attempt)")
	f.Var(unset{&o.acceptTimeout}, "accept-timeout", "give up waiting for a peer after `DURATION` (default none)")
	f.Var(unset{&o.idleTimeout}, "idle-timeout", "give up when no byte has moved at either end for `DURATION` (default none)")
	f.Var(&o.lowSpeed, "low-speed", "give up when slower on average, while a side is waited for: `'RATE for DURATION'` (default never)")
	f.StringArrayVar(&o.headers, "header", nil, "send a header with the request for an http:// or https:// source: `NAME:VALUE`; repeatable")
	f.Var(&o.linger, "linger", "after the last byte, wait for the peer of a socket to end its side, for `DURATION` at most")
}

// check returns a usage error for flags that do not go together.
func (o copyOptions) check() error {
	switch {
	case o.burst > 0 && o.rate == 0 && len(o.consumers) == 0:
		return usagef("--burst %v: want --rate or --consumer with it", o.burst)
	case o.rate > 0 && len(o.consumers) > 0:
		return usagef("--rate and --consumer: want one of them; a rate is a script of one step")
	case o.changed("memory-limit") && !o.ignoreBackpressure:
		return usagef("--memory-limit %v: want --ignore-backpressure with it", o.memoryLimit)
	case o.append && o.noClobber:
		return usagef("--append and --no-clobber: want one of them")
	case o.append && o.inPlace:
		return usagef("--append and --in-place: want one of them")
	case o.noClobber && o.inPlace:
		return usagef("--no-clobber and --in-place: want one of them")
	case o.noClobber && o.replace:
		return usagef("--no-clobber and --replace: want one of them")
	case o.append && o.preserve:
		return usagef("--append and --preserve: want one of them")
	case o.changed("seek") && !o.inPlace:
		return usagef("--seek %v: want --in-place with it", o.seek)
	case o.changed("name") && o.name == "":
		return usagef(`--name "": want a name`)
	case o.changed("json") && o.json == "":
		return usagef(`--json "": want a file, or - for standard output`)
	case o.changed("events") && o.events == "":
		return usagef(`--events "": want a file, or - for standard output`)
	case o.changed("record") && o.record == "":
		return usagef(`--record "": want a file, or - for standard output`)
	}
	if err := o.eventFlags.check(); err != nil {
		return err
	}
	if err := o.checkDisplay(o.changed); err != nil {
		return err
	}
	if err := o.checkThrough(); err != nil {
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

// given returns the value of a flag for which zero is a setting like any other,
// or nil if the flag was not given.
func (o copyOptions) given(name string, value units.Size) *int64 {
	if !o.changed(name) {
		return nil
	}
	return new(int64(value))
}

// transfer returns the options of the transfer that are flags.
func (o copyOptions) transfer() transfer.Options {
	return transfer.Options{
		IgnoreBackpressure: o.ignoreBackpressure,
		MemoryLimit:        int64(o.memoryLimit),
		OwnProcess:         true,
		PauseAfterChunk:    time.Duration(o.pauseAfter),
		Rules:              o.node.rules(),
		HighWaterMark:      int64(o.highWaterMark),
		LowWaterMark:       int64(o.lowWaterMark),
		ReadAhead:          int64(o.readAhead),
		ChunkSize:          int64(o.chunkSize),
		StopAt:             o.given("stop-at", o.stopAt),
		Rate:               int64(o.rate),
		Burst:              int64(o.burst),
		IdleTimeout:        time.Duration(o.idleTimeout),
		LowSpeed:           transfer.LowSpeed{Rate: int64(o.lowSpeed.rate), Over: o.lowSpeed.over},
		KeepGoing:          o.keepGoing,
		Conduit:            conduits[o.conduit.value],
		KeepHoles:          o.sparse.value != "never",
		Series:             len(o.reports) > 0 || o.serve != "" || o.record != "",
	}
}
