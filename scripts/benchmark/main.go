//go:build linux

// Command benchmark measures bpcopy against its peers and prints tables of what
// came of it. Run it by way of scripts/bench, which builds and installs what it
// needs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

func main() { os.Exit(benchmark(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	command                  string
	copies, pacing, defaults bool
	scripts, fanout          bool
	short, long              bool
	with                     string
	only, size, memory, disk string
	rounds                   int
	markdown                 string
}

// The size of copies and the number of pairs, of the short form and otherwise.
const (
	usualSize, shortSize     = "2GiB", "256MiB"
	usualRounds, shortRounds = 7, 3
)

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("scripts/bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.command, "bpcopy", "", "the bpcopy to measure; scripts/bench builds it")
	f.StringVar(&o.with, "with", "", "`FLAGS` for all copies of bpcopy, such as '--conduit memory', to try them")
	f.BoolVar(&o.copies, "copies", false, "measure copies against the peers; where none of these five is given, this and the next two (with --short, this alone)")
	f.BoolVar(&o.scripts, "scripts", false, "measure --consumer and --producer at the receiving end")
	f.BoolVar(&o.fanout, "fanout", false, "measure copies to several destinations against tee")
	f.BoolVar(&o.pacing, "pacing", false, "measure --rate at the receiving end")
	f.BoolVar(&o.defaults, "defaults", false, "measure the marks and chunks that the defaults are chosen from")
	f.BoolVar(&o.short, "short", false, "a few small copies, in under a minute, that fail on a gross regression only")
	f.BoolVar(&o.long, "long", false, "large sizes too: 100 GiB of /dev/zero, and 16 GiB against 1 GiB")
	f.StringVar(&o.only, "only", "", "run the cases that match this `REGEXP`")
	f.StringVar(&o.size, "size", "", "`SIZE` of a copy, in MiB or GiB ("+usualSize+"; "+shortSize+" with --short)")
	f.IntVar(&o.rounds, "rounds", 0, fmt.Sprintf("`N` pairs of each case (%d; %d with --short)", usualRounds, shortRounds))
	f.StringVar(&o.memory, "dir", "/dev/shm", "`FOLDER` to copy in, of a tmpfs")
	f.StringVar(&o.disk, "disk", "/var/tmp", "`FOLDER` to copy in on a disk")
	f.StringVar(&o.markdown, "markdown", "", "also write the tables as a page to `FILE`")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("operand %q: want flags only", f.Arg(0))
	}
	o.finish()
	if o.rounds < 0 {
		return o, fmt.Errorf("--rounds %d: want at least 1", o.rounds)
	}
	if o.command == "" {
		return o, errors.New("--bpcopy: want a file; scripts/bench gives one")
	}
	return o, nil
}

// finish fills in what was not given.
func (o *options) finish() {
	size, rounds := usualSize, usualRounds
	if o.short {
		size, rounds = shortSize, shortRounds
	}
	if o.size == "" {
		o.size = size
	}
	if o.rounds == 0 {
		o.rounds = rounds
	}
	if !o.copies && !o.scripts && !o.fanout && !o.pacing && !o.defaults {
		o.copies, o.scripts, o.fanout = true, !o.short, !o.short
	}
}

// parseSize reads a size such as 256MiB.
func parseSize(s string) (int64, error) {
	unit := int64(mib)
	number, ok := strings.CutSuffix(s, "MiB")
	if !ok {
		unit = gib
		number, ok = strings.CutSuffix(s, "GiB")
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if !ok || err != nil || n < 1 {
		return 0, fmt.Errorf("--size %q: want a size such as 256MiB or 2GiB", s)
	}
	return n * unit, nil
}

// benchmark returns the exit status: 0 when all was measured, whatever it came to
// unless the form is short; 1 when something failed or has grossly regressed; 2
// for wrong usage.
func benchmark(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var only *regexp.Regexp
	var size int64
	if err == nil {
		only, err = regexp.Compile(o.only)
	}
	if err == nil {
		size, err = parseSize(o.size)
	}
	if err != nil {
		fmt.Fprintf(stderr, "benchmark: %v\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{
		command: o.command, with: strings.Fields(o.with), rounds: o.rounds, only: only, short: o.short, long: o.long,
		log: stderr, disk: o.disk, compared: make(map[string]bool),
	}
	if !o.copies && !o.defaults {
		size = 0 // the others have sources of their own
	}
	err = b.open(ctx, o.memory, size)
	if err == nil {
		err = b.measure(ctx, o, stdout)
	}
	if err := errors.Join(err, b.close()); err != nil {
		fmt.Fprintf(stderr, "benchmark: %v\n", err)
		return 1
	}
	if b.failed || b.short && b.missed {
		return 1
	}
	return 0
}

// measure makes and prints the tables that were asked for.
func (b *bench) measure(ctx context.Context, o options, stdout io.Writer) error {
	page := report{machine: machine(ctx, b.command)}
	for _, part := range []struct {
		wanted bool
		make   func(context.Context) (*table, error)
	}{{o.copies, b.copies}, {o.scripts, b.scripts}, {o.fanout, b.fanout}, {o.pacing, b.pacing}} {
		if !part.wanted {
			continue
		}
		if err := page.add(part.make(ctx)); err != nil {
			return err
		}
	}
	if o.defaults {
		tables, err := b.defaults(ctx)
		if err != nil {
			return err
		}
		page.tables = append(page.tables, tables...)
	}
	page.plain(stdout)
	if o.markdown == "" {
		return nil
	}
	return page.write(o.markdown)
}
