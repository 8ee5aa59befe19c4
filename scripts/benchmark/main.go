//go:build linux

// Command benchmark measures bpcopy where hyperfine and perf cannot: in whole
// pipelines that are the same but for the copier, over TCP with the far end
// included, and by what arrives when under --rate, --consumer and --producer.
// Run it by way of scripts/bench, which builds and installs what it needs.
//
// A measurement is a line in the format of Go's benchmarks:
//
//	BenchmarkPipeToPipe/bpcopy 1 1004000000 ns/op 520.1 cpu-ms/op 7.805 peak-MiB
//
// The lines of two versions are for benchstat, and their medians make the page.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := benchmark(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "benchmark: %v\n", err)
		os.Exit(1)
	}
}

const (
	kib = 1 << 10
	mib = 1 << 20
)

// A bench is what all measurements share: the flags, and where things go.
type bench struct {
	bpcopy string
	about  string // lines about the machine
	with   string // flags for bpcopy
	dir    string
	only   *regexp.Regexp
	mib    int64 // of a copy
	rounds int
	short  bool
	raw    bool

	lines  io.Writer // gets results as they come
	stderr io.Writer
	folder string // of our own
	failed bool   // a measurement has
}

// parse reads the flags. Wrong ones end the program, as does --help.
func (b *bench) parse(args []string) (err error) {
	f := flag.NewFlagSet("scripts/bench", flag.ExitOnError)
	f.StringVar(&b.bpcopy, "bpcopy", "bpcopy", "the bpcopy to measure; scripts/bench builds it")
	f.StringVar(&b.about, "about", "", "lines about the machine; scripts/bench makes them")
	f.StringVar(&b.with, "with", "-q", "`FLAGS` for bpcopy, such as --progress=bar or '-q -c 64KiB'")
	f.StringVar(&b.dir, "dir", "/dev/shm", "`FOLDER` to copy in, with room for twice the size")
	f.Int64Var(&b.mib, "size", 2048, "`MIB` of a copy")
	f.IntVar(&b.rounds, "rounds", 5, "`N` turns of each copier")
	f.BoolVar(&b.short, "short", false, "a round of 64 MiB, one rate and one script, to see that all of this works")
	f.BoolVar(&b.raw, "raw", false, "print the lines for benchstat and no page")
	only := f.String("only", "", "measure what matches this `REGEXP`, such as ToPipe/ or Rate")
	f.Parse(args)
	if b.short {
		b.mib, b.rounds = 64, 1
	}
	if f.NArg() > 0 || b.mib < 1 || b.rounds < 1 {
		return errors.New("want flags only, and at least 1 MiB and 1 round")
	}
	b.only, err = regexp.Compile(*only)
	return err
}

// benchmark fails if a measurement does, whatever the others came to.
func benchmark(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	b := &bench{lines: stderr, stderr: stderr}
	if err := b.parse(args); err != nil {
		return err
	}
	if b.folder, err = os.MkdirTemp(b.dir, "bpcopy-benchmark-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	if b.raw {
		b.lines = stdout
	}
	b.writeHead()
	sections := []section{b.copies(ctx), b.rates(ctx), b.scripts(ctx)}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case !b.raw:
		fmt.Fprint(stdout, page(b.about, sections))
	}
	if b.failed {
		return errors.New("not everything could be measured")
	}
	return nil
}

// file returns the path of a file in the folder.
func (b *bench) file(name string) string { return filepath.Join(b.folder, name) }

// wants reports whether a measurement is to be made.
func (b *bench) wants(ctx context.Context, name string) bool {
	return ctx.Err() == nil && b.only.MatchString(name)
}

// fail notes that a measurement has failed, unless it is of a peer that is not
// installed. The others go on.
func (b *bench) fail(name string, err error) {
	b.failed = b.failed || !errors.Is(err, exec.ErrNotFound)
	fmt.Fprintf(b.stderr, "benchmark: %s: %v\n", name, err)
}
