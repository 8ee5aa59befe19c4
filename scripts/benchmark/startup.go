//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// startupLimit is for an empty copy from start to end.
func startupLimit() limit { return limit{wall: 5, seconds: 0.010} }

// startup measures an empty copy against a cat of nothing, with hyperfine, which
// is made for programs that take no time.
func (b *bench) startup(ctx context.Context) (outcome, error) {
	empty, out := b.memory.file("empty"), b.memory.file("copied")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		return outcome{}, err
	}
	ours, peer := fmt.Sprintf("%q -q %q %q", b.command, empty, out), "cat /dev/null"
	var score score
	for round := range b.rounds {
		pair := []string{ours, peer}
		first := round % 2 // who goes first alternates
		costs, err := b.hyperfine(ctx, pair[first], pair[1-first])
		if err != nil {
			return outcome{}, err
		}
		score.add(costs[first], costs[1-first], 1)
	}
	return score.outcome(), nil
}

// hyperfine returns the median cost of two commands, each of many runs.
func (b *bench) hyperfine(ctx context.Context, commands ...string) ([]cost, error) {
	const warmUps, runs = 5, 100
	file := b.memory.file("hyperfine.json")
	argv := append([]string{"-N", "--style", "none", "--export-json", file,
		"--warmup", strconv.Itoa(warmUps), "--runs", strconv.Itoa(runs)}, commands...)
	said, err := exec.CommandContext(ctx, "hyperfine", argv...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("run hyperfine: %w: %s", err, strings.TrimSpace(string(said)))
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var report struct {
		Results []struct{ Median, User, System float64 }
	}
	if err := json.Unmarshal(content, &report); err != nil {
		return nil, fmt.Errorf("read %q: %w", file, err)
	}
	var costs []cost
	for _, result := range report.Results {
		costs = append(costs, cost{wall: duration(result.Median), cpu: duration(result.User + result.System)})
	}
	return costs, nil
}

func duration(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
