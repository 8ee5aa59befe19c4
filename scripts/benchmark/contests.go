//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// contests returns the cases of data of the usual size in tmpfs, with their
// targets.
func (b *bench) contests() []contest {
	return slices.Concat(b.pathContests(), b.nodeContests(), b.displayContests())
}

// A rival is a peer on a path, and what bpcopy may take of its cost there.
type rival struct {
	path
	peer  program
	limit limit
}

// rivals are the peers of each path.
func rivals() []rival {
	return []rival{
		{path{file, pipe}, pv(), limit{wall: 0.45, cpu: 0.45}},
		{path{pipe, pipe}, pv(), limit{wall: 0.6}},
		{path{pipe, pipe}, mbuffer(), limit{wall: 0.7}},
		{path{pipe, pipe}, cat(), limit{wall: 0.5}},
		{path{file, file}, cp(), limit{wall: 0.9}},
		{path{file, file}, mbuffer(), limit{wall: 0.9}},
		{path{file, file}, node(), limit{wall: 0.6}},
		{path{file, tcp}, mbuffer(), limit{wall: 0.9, cpu: 0.7}},
		{path{file, tcp}, socat(), limit{wall: 0.9}},
		{path{tcp, file}, socat(), limit{wall: 0.8}},
		{path{tcp, file}, mbuffer(), limit{wall: 0.9}},
		{path{tcp, pipe}, socat(), limit{wall: 0.8}},
		{path{tcp, pipe}, mbuffer(), limit{wall: 0.9}},
	}
}

// pathContests are those of default flags, in tmpfs.
func (b *bench) pathContests() []contest {
	var all []contest
	for _, r := range rivals() {
		all = append(all, b.contest(r.path, b.program("bpcopy", quietly()), r.peer, r.limit))
	}
	return all
}

// nodeContests are those of Node's marks and chunks: level with every peer is
// level with the best.
func (b *bench) nodeContests() []contest {
	var all []contest
	for _, r := range rivals() {
		c := b.contest(r.path, b.program("bpcopy with 64 KiB", nodeMarks()), r.peer, limit{wall: 1})
		c.name = r.path.String() + ", 64 KiB marks and chunks"
		all = append(all, c)
	}
	return all
}

// diskContests are those on a disk's own file system, written through.
func (b *bench) diskContests(fileSystem string) []contest {
	var all []contest
	for _, flags := range [][]string{nil, {"--fsync"}} {
		how := strings.Join(append(flags, "then sync"), ", ")
		c := b.contest(path{file, file}, b.program("bpcopy, "+how, quietly(flags...)), cp(), limit{wall: 1})
		c.name = fmt.Sprintf("file → file on %s, %s", fileSystem, how)
		c.most = 3
		all = append(all, c)
	}
	return all
}

// fightOnDisk runs a contest in a room on the disk, made for it alone: writing
// data there takes a while.
func (b *bench) fightOnDisk(ctx context.Context, c contest) (_ outcome, err error) {
	disk, err := newRoom(b.disk, b.memory.data.size)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, disk.close()) }()
	c.ours.ground, c.peer.ground = disk.ground(true), disk.ground(true)
	return b.fight(ctx, c)
}

// displayContests are bpcopy against itself without a display.
func (b *bench) displayContests() []contest {
	quiet := b.program("bpcopy -q", quietly())
	bar := b.program("bpcopy with a bar", []string{"--progress=bar"})
	bar.terminal = true
	events := b.program("bpcopy with events", quietly("--events", b.memory.file("events")))
	var all []contest
	for _, over := range []path{{file, pipe}, {pipe, pipe}} {
		for _, ours := range []program{bar, events} {
			c := b.contest(over, ours, quiet, limit{wall: 1.05})
			c.name = over.String() + ", " + ours.name[len("bpcopy with "):]
			all = append(all, c)
		}
	}
	return all
}

// contest returns one in tmpfs.
func (b *bench) contest(over path, ours, peer program, most limit) contest {
	most.peak = mostMemory
	ground := b.memory.ground(false)
	return contest{path: over, ours: side{ours, ground}, peer: side{peer, ground}, limit: most}
}

// program returns bpcopy with flags.
func (b *bench) program(name string, flags []string) program {
	return bpcopy(name, b.command, slices.Concat(flags, b.with))
}
