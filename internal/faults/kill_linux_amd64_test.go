package faults

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestKills kills bpcopy without warning, at calls that are chosen by a seed. A
// destination is the old one or the new one, and what is left in the folder are
// the few files that had a name at that moment.
func TestKills(t *testing.T) {
	const kills, mostLeft = 60, 2
	b := bpcopyBench(t)
	dests := []dest{{name: "a", old: old}, {name: "b", old: old}}
	situations := []situation{
		{name: "kill-one", args: "-c4096 -H4096 src a", dests: dests[:1], setUp: []func(string) error{large}},
		{name: "kill-two", args: "-c4096 -H4096 ?--replace src a b", dests: dests, setUp: []func(string) error{large}},
	}
	random := rand.New(rand.NewPCG(1, 2))
	left := 0
	for _, s := range situations {
		usual := usualOutcome(t, b, s)
		for range kills / len(situations) {
			fault := Fault{Call: AnyCall, N: 1 + random.IntN(len(usual.Calls)), What: "SIGKILL"}
			out, err := b.run(s, fault)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := violations(s, fault, out, usual); len(wrong) > 0 {
				t.Errorf("%s, %v: %s", s.name, fault, strings.Join(wrong, "\n\t"))
			}
			if hasUnnamed(usual.Calls) {
				left += len(out.after.strangers(out.before))
			}
		}
	}
	if left > mostLeft {
		t.Errorf("%d kills left %d files; want at most %d", kills, left, mostLeft)
	}
}

// hasUnnamed reports whether bpcopy writes files that have no name before they
// are complete. Not every file system has them.
func hasUnnamed(calls []Call) bool {
	return slices.ContainsFunc(calls, func(c Call) bool { return c.Name == "linkat" })
}
