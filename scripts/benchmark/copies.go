//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
)

// copies measures the copiers of each path in rounds, in which all take turns: what
// else the machine does then befalls all of them.
func (b *bench) copies(ctx context.Context) section {
	s := section{
		title: "Copies",
		note: fmt.Sprintf("Medians of %d copies of %d MiB in %s by each copier, who take turns. "+
			"ms/op is the time of the whole pipeline; cpu-ms/op, user and system time, and peak-MiB, resident memory, are the copier's alone. "+
			"What is bold is the median of the ratios of bpcopy's figure to it in the same round. "+
			"`none` is the pipeline without a copier. `cat` sends into pipes and over TCP, the benchmark receives and does nothing else.", b.rounds, b.mib, b.dir),
	}
	for _, p := range []path{{file, pipe}, {pipe, pipe}, {file, file}, {file, tcp}, {tcp, file}, {tcp, pipe}} {
		copiers := slices.DeleteFunc(append([]copier{{p, "bpcopy", b.command(p, "")}}, peers()...),
			func(c copier) bool { return c.path != p || !b.wants(ctx, c.String()) })
		if len(copiers) == 0 {
			continue
		}
		if err := fill(b.file("source"), b.mib*mib); err != nil {
			b.fail(p.String(), err)
			continue
		}
		b.takeTurns(ctx, &s, copiers)
	}
	return s
}

// fill makes a file of so many incompressible bytes.
func fill(name string, size int64) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.CopyN(out, rand.Reader, size); err != nil {
		return err
	}
	return out.Sync() // or a disk would go on writing while copies are measured
}

// takeTurns measures the copiers of one path. One that fails is out.
func (b *bench) takeTurns(ctx context.Context, s *section, copiers []copier) {
	out := make(map[copier]bool)
	for round := range b.rounds + 1 {
		copyOnce := b.copyCounted
		if round == 0 { // it warms up as well
			copyOnce = b.copyCompared
		}
		for turn := range copiers {
			c := copiers[(turn+round+len(copiers)-1)%len(copiers)] // bpcopy begins the first that counts
			if ctx.Err() != nil || out[c] {
				continue
			}
			over := c.path
			if c.name == none {
				over.from = file
			}
			r := b.run(over, c.command, b.file("source"))
			if err := copyOnce(ctx, r); err != nil {
				b.fail(c.String(), err)
				out[c] = true
			} else if round > 0 {
				used := r.copier.cmd.ProcessState.UserTime() + r.copier.cmd.ProcessState.SystemTime()
				b.report(s, c.String(), value{float64(r.took.Nanoseconds()), "ns/op"},
					value{1000 * used.Seconds(), "cpu-ms/op"}, value{float64(r.copier.peak) / mib, "peak-MiB"})
			}
		}
	}
}

// copyCompared makes a copy of which every byte is compared.
func (b *bench) copyCompared(ctx context.Context, r *run) error {
	r.receive = func(from *receiver) error {
		out, err := os.Create(r.out)
		if err != nil {
			return err
		}
		defer out.Close()
		_, err = io.Copy(out, from.from)
		return err
	}
	if err := r.do(ctx); err != nil {
		return err
	}
	if said, err := exec.CommandContext(ctx, "cmp", r.source, r.out).CombinedOutput(); err != nil {
		return fmt.Errorf("compare what arrived: %w: %s", err, bytes.TrimSpace(said))
	}
	return nil
}

// copyCounted makes a copy whose bytes are counted where they arrive.
func (b *bench) copyCounted(ctx context.Context, r *run) error {
	var got arrivals
	r.receive = got.readAll
	if err := r.do(ctx); err != nil {
		return err
	}
	if r.to != file {
		return wantBytes(got.bytes(), b.mib*mib)
	}
	info, err := os.Stat(r.out)
	if err != nil {
		return err
	}
	return wantBytes(info.Size(), b.mib*mib)
}

func wantBytes(got, want int64) error {
	if got != want {
		return fmt.Errorf("count what arrived: %d bytes of %d", got, want)
	}
	return nil
}
