//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A side of a contest is a program and what it copies.
type side struct {
	program
	ground
}

// A contest is a path on which bpcopy is measured against a peer, in pairs: the
// two take turns, so that whatever else the machine does befalls both.
type contest struct {
	path
	name  string // of the path, unless that says all
	ours  side
	peer  side
	limit limit
	most  int // rounds at most, 0 for as many as asked for
}

// title names the case.
func (c contest) title() string {
	if c.name != "" {
		return c.name
	}
	return c.path.String()
}

// An outcome is what a contest came to. Ratios are ours to the peer's, per byte.
type outcome struct {
	wall, cpu spread
	fastest   float64 // the wall of our fastest copy to the peer's fastest
	seconds   float64 // of our median copy
	peak      int64   // the most of all our copies
}

// fight runs the contest.
func (b *bench) fight(ctx context.Context, c contest) (outcome, error) {
	for _, s := range []side{c.ours, c.peer} {
		if err := b.compareOnce(ctx, c.path, s); err != nil {
			return outcome{}, err
		}
	}
	rounds := b.rounds
	if c.most > 0 {
		rounds = min(rounds, c.most)
	}
	var score score
	for round := range rounds {
		pair := []side{c.ours, c.peer}
		var costs [2]cost
		for turn := range pair {
			who := (round + turn) % 2 // who goes first alternates
			var err error
			if costs[who], err = b.copyOnce(ctx, c.path, pair[who]); err != nil {
				return outcome{}, err
			}
		}
		score.add(costs[0], costs[1], float64(c.peer.bytes())/float64(c.ours.bytes()))
	}
	return score.outcome(), nil
}

// copyOnce makes one copy that counts.
func (b *bench) copyOnce(ctx context.Context, over path, s side) (cost, error) {
	return b.do(ctx, run{program: s.program, path: over, ground: s.ground})
}

// compareOnce makes a copy of which every byte is compared, once for each
// program on each path. It also warms up.
func (b *bench) compareOnce(ctx context.Context, over path, s side) error {
	key := fmt.Sprint(over, s.name, s.out)
	if b.compared[key] {
		return nil
	}
	b.compared[key] = true
	_, err := b.do(ctx, run{program: s.program, path: over, ground: s.ground, compare: true})
	return err
}

// errPeer marks the failure of a program that is not ours.
var errPeer = errors.New("the peer failed")

func (b *bench) do(ctx context.Context, r run) (cost, error) {
	cost, err := r.do(ctx, b.catReads)
	if err != nil && r.command != b.command {
		err = fmt.Errorf("%w: %w", errPeer, err)
	}
	return cost, err
}

// A score is the figures of a contest's rounds.
type score struct {
	wall, cpu     []float64 // ratios
	seconds, peer []float64 // the time of ours, and of the peer's as if it were as large
	peak          int64
}

// add takes one round's costs, where ours counts scale times.
func (s *score) add(ours, peer cost, scale float64) {
	s.seconds = append(s.seconds, ours.wall.Seconds())
	s.peer = append(s.peer, peer.wall.Seconds()/scale)
	s.wall = append(s.wall, scale*float64(ours.wall)/float64(peer.wall))
	// The kernel counts in microseconds, and may find that a tiny run took none.
	s.cpu = append(s.cpu, scale*float64(ours.cpu)/float64(max(peer.cpu, time.Microsecond)))
	s.peak = max(s.peak, ours.peak)
}

func (s *score) outcome() outcome {
	return outcome{
		wall:    spreadOf(s.wall),
		cpu:     spreadOf(s.cpu),
		fastest: slices.Min(s.seconds) / slices.Min(s.peer),
		seconds: spreadOf(s.seconds).median,
		peak:    s.peak,
	}
}
